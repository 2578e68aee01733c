"""The catalogues of what the pages say: ``python -m triptych.web.messages [--check | --update]``.

Without an option, each ``locale/<language>/LC_MESSAGES/django.po`` is compiled to the ``.mo`` that Django reads; no
gettext binary is needed. ``--update`` collects the strings of templates and modules into the catalogues, ``--check``
says what is not translated and ends with 1.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split

WEB = Path(__file__).parent
LOCALE = WEB / "locale"
ROOMS = (WEB, WEB.parent / "registry")
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""A catalogue is dated by its commit: two runs write the same file."""
_LITERAL = re.compile(r"""_\(\s*(?:"([^"]*)"|'([^']*)')\s*\)""")


class Message(NamedTuple):
    """A string that people read: its id (two where it counts), its context, where it stands."""

    id: str | tuple[str, str]
    context: str | None
    place: tuple[str, int]


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(file.parent.parent.name for file in LOCALE.glob("*/LC_MESSAGES/django.po"))


def collect() -> list[Message]:
    """Every string of the templates and the modules that speak to people."""
    found: list[Message] = []
    for room in ROOMS:
        for file in sorted(room.rglob("*.py")):
            if "migrations" not in file.parts:
                found += of_module(file)
    for file in sorted((WEB / "templates").rglob("*.html")):
        found += of_template(file.read_text(), str(file.relative_to(WEB)))
    return found


def of_module(file: Path) -> Iterator[Message]:
    """The strings of a Python module."""
    place = str(file.relative_to(WEB.parent))
    for line, id_, _, context in extract("python", BytesIO(file.read_bytes()), keywords=KEYWORDS):
        if id_:
            yield Message(id_ if isinstance(id_, str) else (id_[0], id_[1]), context, (place, line))


def of_template(text: str, place: str) -> Iterator[Message]:
    """The strings of a template: ``translate``, ``blocktranslate`` with its plural, and ``_("…")`` in a tag."""
    tokens = Lexer(text).tokenize()
    inside: list[Token] | None = None
    for token in tokens:
        word = token.contents.split(None, 1)[0] if token.contents.strip() else ""
        if inside is not None:
            if token.token_type == TokenType.BLOCK and word == "endblocktranslate":
                yield _block(inside, place)
                inside = None
            else:
                inside.append(token)
        elif token.token_type == TokenType.BLOCK and word == "blocktranslate":
            inside = [token]
        elif token.token_type == TokenType.BLOCK and word == "translate":
            yield _tag(token, place)
        elif token.token_type in {TokenType.BLOCK, TokenType.VAR}:
            for match in _LITERAL.finditer(token.contents):
                yield Message(match[1] or match[2], None, (place, token.lineno or 0))


def _tag(token: Token, place: str) -> Message:
    parts = list(smart_split(token.contents))
    context = parts[parts.index("context") + 1].strip("\"'") if "context" in parts else None
    return Message(_escaped(parts[1].strip("\"'")), context, (place, token.lineno or 0))


def _block(tokens: list[Token], place: str) -> Message:
    singular: list[str] = []
    plural: list[str] = []
    into = singular
    for token in tokens[1:]:
        if token.token_type == TokenType.BLOCK and token.contents.strip() == "plural":
            into = plural
        elif token.token_type == TokenType.VAR:
            into.append(f"%({token.contents.strip()})s")
        else:
            into.append(_escaped(token.contents))
    id_ = ("".join(singular), "".join(plural)) if plural else "".join(singular)
    return Message(id_, None, (place, tokens[0].lineno or 0))


def _escaped(text: str) -> str:
    """Django doubles the percent signs of what it looks up."""
    return text.replace("%", "%%")


def read(language: str) -> Catalog:
    """The catalogue of a language; an empty one where there is none."""
    file = LOCALE / language / "LC_MESSAGES" / "django.po"
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def missing(language: str) -> list[str]:
    """The strings that a language does not say, or says only half."""
    catalog = read(language)
    gaps: list[str] = []
    for message in collect():
        known = catalog.get(message.id[0] if isinstance(message.id, tuple) else message.id, context=message.context)
        said = known.string if known else ""
        whole = all(said) if isinstance(said, tuple | list) else bool(said)
        if (
            known is None
            or known.fuzzy
            or not whole
            or (isinstance(message.id, tuple) != isinstance(said, tuple | list))
        ):
            gaps.append(f"{message.place[0]}:{message.place[1]}: {message.id}")
    return sorted(set(gaps))


def _blank(language: str) -> Catalog:
    return Catalog(
        locale=language,
        project="Triptych",
        header_comment="# What the pages say. Written by python -m triptych.web.messages --update.",
        creation_date=_NEVER,
        revision_date=_NEVER,
        fuzzy=False,
    )


def update(language: str) -> None:
    """Bring a catalogue up to the strings that are there now; what is said already is kept."""
    old, fresh = read(language), _blank(language)
    for message in collect():
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        known = old.get(key, context=message.context)
        kept = (
            known.string
            if known is not None and isinstance(known.string, tuple | list) == isinstance(message.id, tuple)
            else None
        )
        fresh.add(message.id, kept, locations=[(message.place[0], 0)], context=message.context)
    file = LOCALE / language / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, fresh, sort_output=True, width=110, omit_header=False, no_location=True)


def compile_catalogs() -> int:
    """Write the compiled form of each catalogue that changed. Answers how many were written."""
    written = 0
    for language in languages():
        made = BytesIO()
        write_mo(made, read(language))
        file = LOCALE / language / "LC_MESSAGES" / "django.mo"
        if not file.exists() or file.read_bytes() != made.getvalue():
            file.write_bytes(made.getvalue())
            written += 1
    return written


def main(arguments: list[str]) -> int:
    """Compile, or update, or check."""
    if "--update" in arguments:
        for language in languages() or ["fr"]:
            update(language)
    if "--check" in arguments:
        gaps = [f"{language}: {gap}" for language in languages() for gap in missing(language)]
        sys.stdout.write("".join(f"{gap}\n" for gap in gaps))
        return 1 if gaps else 0
    sys.stdout.write(f"messages: {compile_catalogs()} catalogues written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
