"""Every verb and the module that holds it, imported when the verb is called: ``status`` need not load DuckDB."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click.core import Command, Context  # typer carries its own click

_HERE = "triptych.runtime.cli."

VERBS: dict[str, str] = {
    "setup": "house",
    "serve": "house",
    "edge": "edge",
    "engine": "engine",
    "web": "web",
    "worker": "worker",
    "demo": "demo",
    "status": "status",
    "source add": "definitions",
    "source list": "definitions",
    "source set": "definitions",
    "source rotate": "definitions",
    "plan set": "definitions",
    "plan show": "definitions",
    "plan remove": "definitions",
    "destination add": "definitions",
    "destination list": "definitions",
    "destination remove": "definitions",
    "audience add": "definitions",
    "audience list": "definitions",
    "audience remove": "definitions",
    "audience size": "people",
    "audience members": "people",
    "segment add": "segments",
    "segment set": "segments",
    "segment list": "segments",
    "segment size": "segments",
    "segment remove": "segments",
    "partner add": "partners",
    "partner set": "partners",
    "partner list": "partners",
    "partner files": "partners",
    "partner digest": "partners",
    "partner end": "partners",
    "partner end-due": "partners",
    "import": "partners",
    "quarantine list": "quarantine",
    "quarantine replay": "quarantine",
    "explain": "people",
    "unmerge": "unmerge",
    "deliveries": "people",
    "export events": "people",
    "export person": "rights",
    "erase": "erase",
    "replay": "replay",
    "digest": "people",
    "verify": "checking",
    "doctor": "checking",
    "backup": "backup",
    "restore": "restore",
    "admin password": "admin",
    "admin token": "admin",
    "bench ingest": "bench",
    "bench river": "bench",
    "bench restart": "bench",
    "bench profile": "bench",
    "bench overlap": "bench",
    "bench visitors": "bench",
    "bench crm": "bench",
    "eval identity": "eval",
}
"""The words of each command, and the module under ``cli`` whose ``app`` has it by the same words."""

GROUPS: dict[str, str] = {
    "source": "Where events come from, and their keys.",
    "plan": "What a source may send.",
    "destination": "Where entries and exits are delivered.",
    "audience": "Who is in, for which purpose.",
    "segment": "Which visitors are in, for which purpose.",
    "partner": "What may be taken from whom, under which contract.",
    "quarantine": "Events that were set aside, with their reason.",
    "export": "Take data out.",
    "admin": "Accounts, for whoever holds the machine.",
    "bench": "How fast it is, as figures with their units.",
    "eval": "How good it is, as figures of quality.",
}
"""What the first words of commands of two words are about."""


class Verbs(TyperGroup):
    """The commands of the table that begin with ``prefix``, each loaded when it is asked for."""

    prefix = ""

    def list_commands(self, ctx: Context) -> list[str]:
        """The next words, in the order of the table."""
        del ctx  # the signature is typer's
        words = [key.removeprefix(self.prefix).split(" ")[0] for key in VERBS if key.startswith(self.prefix)]
        return list(dict.fromkeys(words))

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """A command, or the group of those that begin with the word."""
        words = self.prefix + cmd_name
        if words in VERBS:
            return _load(words, ctx)
        if words in GROUPS and any(key.startswith(words + " ") for key in VERBS):
            group = Verbs(name=cmd_name, help=GROUPS[words], no_args_is_help=True)
            group.prefix = words + " "
            return group
        return None


def _load(words: str, ctx: Context) -> Command | None:
    """Import the module of a command, by a name from the table alone, and find the command in it."""
    found: Any = typer.main.get_group(import_module(_HERE + VERBS[words]).app)
    for word in words.split(" "):
        found = found.get_command(ctx, word)
    command: Command | None = found
    return command


app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Three panels, one portrait: the command line of one installation.",
)


@app.callback()
def _root() -> None:
    """Three panels, one portrait: the command line of one installation."""
