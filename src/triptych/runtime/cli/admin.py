"""``triptych admin``: accounts, for whoever holds the machine."""

from __future__ import annotations

from typing import Annotated

import typer

from triptych.runtime import records
from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell

app = typer.Typer()
admin = typer.Typer(no_args_is_help=True, help="Accounts, for whoever holds the machine.")
app.add_typer(admin, name="admin")


@admin.command("password")
def password(
    email: Annotated[str, typer.Argument(help="Whose password.")] = "admin@example.org",
    *,
    as_json: AsJson = False,
) -> None:
    """Give an account a new random password, shown this once."""
    ready()
    with records.refusals():
        secret = records.set_password(email)
    tell({"email": email, "password": secret}, as_json=as_json, text=f"{email}  {secret}")
