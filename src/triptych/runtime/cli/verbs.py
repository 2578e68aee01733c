"""Every verb and the module that holds it, imported when the verb is called: ``status`` need not load DuckDB."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click.core import Command, Context  # typer carries its own click

VERBS: dict[str, str] = {
    "setup": "triptych.runtime.cli.house",
    "serve": "triptych.runtime.cli.house",
    "edge": "triptych.runtime.cli.edge",
    "engine": "triptych.runtime.cli.engine",
    "web": "triptych.runtime.cli.web",
    "demo": "triptych.runtime.cli.demo",
    "worker": "triptych.runtime.cli.worker",
    "status": "triptych.runtime.cli.status",
    "source": "triptych.runtime.cli.definitions",
    "plan": "triptych.runtime.cli.definitions",
    "destination": "triptych.runtime.cli.definitions",
    "audience": "triptych.runtime.cli.definitions",
    "deliveries": "triptych.runtime.cli.people",
    "quarantine": "triptych.runtime.cli.quarantine",
    "explain": "triptych.runtime.cli.people",
    "unmerge": "triptych.runtime.cli.people",
    "export": "triptych.runtime.cli.people",
    "digest": "triptych.runtime.cli.keeping",
    "erase": "triptych.runtime.cli.keeping",
    "verify": "triptych.runtime.cli.keeping",
    "backup": "triptych.runtime.cli.keeping",
    "restore": "triptych.runtime.cli.keeping",
    "doctor": "triptych.runtime.cli.keeping",
    "admin": "triptych.runtime.cli.admin",
}
"""Verb to module; the module's ``app`` has the verb as a command or as a group."""


class Verbs(TyperGroup):
    """The verbs of the table, each loaded when it is asked for."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002  the signature is typer's
        """Every verb, in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command of a verb. Importing here, by a name from the table alone, keeps each call light."""
        module = VERBS.get(cmd_name)
        if module is None:
            return None
        group = typer.main.get_group(import_module(module).app)
        return group.get_command(ctx, cmd_name)


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
