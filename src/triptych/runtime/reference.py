"""Pages of the reference that are made from the code, so that they cannot drift: settings, commands, glossary.

``python -m triptych.runtime.reference`` writes them; a test says when they are stale.
"""

from __future__ import annotations

import enum
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import typer

from triptych import (
    activate,
    audiences,
    collect,
    consent,
    crm,
    ledger,
    registry,
    river,
    runtime,
    vocabulary,
    warehouse,
    web,
)
from triptych.cdp import identity, profiles
from triptych.dmp import partners, visitors
from triptych.runtime.cli.verbs import app
from triptych.runtime.settings import SETTINGS

if TYPE_CHECKING:
    from typer._click.core import Command

ROOMS: tuple[ModuleType, ...] = (
    vocabulary,
    consent,
    ledger,
    collect,
    warehouse,
    identity,
    profiles,
    visitors,
    partners,
    audiences,
    activate,
    river,
    registry,
    crm,
    web,
    runtime,
)
"""The rooms, in the order data travels."""

_MADE = "<!-- made by python -m triptych.runtime.reference; edit the code instead -->"


def pages() -> dict[str, str]:
    """The pages by their path under ``docs/``."""
    return {
        "reference/settings.md": settings_page(),
        "reference/commands.md": commands_page(),
        "reference/public-names.md": public_names_page(),
        "glossary.md": glossary_page(),
    }


def settings_page() -> str:
    """The table of settings."""
    rows = [
        f"| `{each.variable}` | {f'`{each.default}`' if each.default else '–'} | {each.help} |" for each in SETTINGS
    ]
    return "\n".join(
        [
            "# Settings",
            _MADE,
            "",
            "Read from the environment once, at start. A value that cannot be meant, and a `TRIPTYCH_` variable that",
            "is not in the table, stop the process with one line that names it.",
            "",
            "| variable | default | what it does |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def commands() -> Iterator[tuple[str, Command]]:
    """Every command by the words that call it, in the order of the table."""
    root = typer.main.get_command(app)
    yield from _walk("triptych", root)


def _walk(words: str, command: Any) -> Iterator[tuple[str, Command]]:
    children = command.list_commands(None) if hasattr(command, "list_commands") else []
    if not children:
        yield words, command
    for name in children:
        yield from _walk(f"{words} {name}", command.get_command(None, name))


def commands_page() -> str:
    """Every command with its arguments and options."""
    lines = [
        "# Commands",
        _MADE,
        "",
        "Every verb but the processes takes `--json` and then prints exactly one JSON object on the last line of",
        "standard output.",
        'Exit code 0: done; 1: refused, with `{"error": {"code", "message"}}`; 2: called wrongly.',
        "An identifier of a person is written `type:value`, with a type of "
        + ", ".join(f"`{kind.word}`" for kind in vocabulary.IdentifierType)
        + ".",
        "Instants are ISO 8601 text in UTC, such as `2026-09-21T14:13:20.000000Z`, in answers and in the export alike.",
        "",
    ]
    for words, command in commands():
        lines += [f"## {words}", "", (command.help or "").strip(), ""]
        lines += [_parameter(each) for each in command.params if not getattr(each, "hidden", False)]
        lines.append("")
    return "\n".join(lines)


def _parameter(parameter: Any) -> str:
    names = ", ".join(f"`{name}`" for name in parameter.opts if name.startswith("-")) or f"`{parameter.name.upper()}`"
    given = parameter.default
    shown = "" if given in (None, False, "", (), []) or callable(given) else f" (default `{_word(given)}`)"
    return f"- {names}{' *required*' if parameter.required else ''}: {getattr(parameter, 'help', '') or ''}{shown}"


def _word(value: object) -> object:
    return value.value if isinstance(value, enum.Enum) else value


def glossary_page() -> str:
    """The vocabulary's words, from their docstrings, and the members of its enumerations."""
    lines = ["# Glossary", _MADE, "", "The words that every room shares, as `triptych.vocabulary` defines them.", ""]
    for name in sorted(vocabulary.__all__):
        thing = getattr(vocabulary, name)
        if not inspect.isclass(thing):
            continue
        lines += [f"**{name}.** {' '.join(inspect.cleandoc(thing.__doc__ or '').split())}"]
        if issubclass(thing, enum.Enum):
            words = ", ".join(
                f"`{member.value if isinstance(member.value, str) else member.name.lower()}`" for member in thing
            )
            lines.append(f"Members: {words}.")
        lines.append("")
    return "\n".join(lines)


def public_names_page() -> str:
    """What each room lets others use, from the docstrings."""
    lines = ["# Public names", _MADE, "", "What each room lets others use. Everything else is its own affair.", ""]
    for room in ROOMS:
        names = sorted(getattr(room, "__all__", ()), key=str.lower)
        if names:
            lines += [f"## {room.__name__.removeprefix('triptych.')}", "", "| name | |", "|---|---|"]
            lines += [f"| `{name}` | {summary(getattr(room, name))} |" for name in names]
            lines.append("")
    return "\n".join(lines)


def summary(thing: object) -> str:
    """The first sentence of a docstring; of a plain value, its kind."""
    if not (inspect.isclass(thing) or inspect.isroutine(thing) or inspect.ismodule(thing)):
        return f"a value of type `{type(thing).__name__}`"
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def write(docs: Path) -> list[str]:
    """Write the pages that differ. Answers their names."""
    changed = []
    for name, text in pages().items():
        file = docs / name
        if not file.exists() or file.read_text() != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            changed.append(name)
    return changed


if __name__ == "__main__":
    sys.stdout.write("\n".join(write(Path(__file__).parents[3] / "docs")) + "\n")
