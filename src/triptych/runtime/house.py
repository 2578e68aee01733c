"""Set a house up: folders, keys, records, the first definitions, accounts. Running it again adds what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from triptych.runtime.home import Home, HomeKind
from triptych.runtime.settings import Settings
from triptych.vocabulary import system_clock

if TYPE_CHECKING:
    from triptych.runtime.records import NewAccount


def set_up(settings: Settings, home: Home, *, kind: HomeKind, admin: str) -> tuple[NewAccount, ...]:
    """Make what is missing, in this order, and answer the accounts that were made.

    1. The folder, closed to others, and its keys.
    2. The records database, in the shape of this version.
    3. Version 0 of the definitions, so that the edge has something to read.
    4. The first administrator and, in a demo home, an account a role.
    5. The mark that the home is whole.
    """
    del settings  # Django reads the same environment
    home.lay()
    from triptych.runtime import records  # noqa: PLC0415  Django reads its key when it starts: the home must be laid

    records.migrate()
    records.services.setup(records.Desk(home=home.path, actor="setup"))
    made = records.make_accounts(admin=admin, demo=kind is HomeKind.DEMO)
    home.mark_set_up(kind, system_clock)
    return made


def describe(home: Home, made: Sequence[NewAccount]) -> str:
    """What was made, for a person at a terminal. The only time that passwords are shown."""
    if not made:
        return f"{home.path} is set up."
    lines = [f"  {account.role:<10} {account.email:<24} {account.password}" for account in made]
    return "\n".join([f"{home.path} is set up. These passwords are shown once:", "", *lines, ""])
