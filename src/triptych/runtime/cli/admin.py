"""``triptych admin``: accounts, for whoever holds the machine."""

from __future__ import annotations

from typing import Annotated

import typer

from triptych.runtime import records
from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell

app = typer.Typer()
admin = typer.Typer()
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


@admin.command("token")
def token(
    email: Annotated[str, typer.Argument(help="Whose token: it may do what this account may.")] = "admin@example.org",
    *,
    name: Annotated[str, typer.Option(help="What the token is for.")] = "command line",
    days: Annotated[int, typer.Option(help="Days until it ends.")] = 365,
    as_json: AsJson = False,
) -> None:
    """Make a token of the management API, shown this once."""
    ready()
    with records.refusals():
        secret = records.token_for(email, name, days=days)
    tell({"email": email, "name": name, "token": secret}, as_json=as_json, text=secret)
