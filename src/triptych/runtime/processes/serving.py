"""``triptych serve``: migrate the records, settle the addresses, refuse what would be unsafe, become the supervisor."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from triptych.runtime import records
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home
from triptych.runtime.processes import ports
from triptych.runtime.processes.keeping import Keeping, become
from triptych.runtime.running import announce
from triptych.runtime.settings import Address, Settings
from triptych.vocabulary import system_clock


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the two servers of one installation listen."""

    web: Address
    edge: Address


def settle(settings: Settings, home: Home) -> Addresses:
    """Free addresses for both servers. Raises ``Refused`` where strangers could log in to demo accounts."""
    for address in (settings.web, settings.edge):
        if not address.loopback and records.demo_accounts_exist():
            raise Refused(
                "demo_accounts",
                f"{address} can be reached from other machines, and {home.path} has demo accounts: set up another home",
            )
    web = ports.settle(settings.web)
    edge = ports.settle(settings.edge)
    if edge == web or (edge.host, edge.port) == (web.host, web.port):
        edge = ports.settle(Address(edge.host, edge.port + 1, chosen=False))
    return Addresses(web=web, edge=edge)


def bring_up_to_date(say: Callable[[str], None]) -> None:
    """Give the records the shape of this version, if they were made by an older one, and say so."""
    pending = records.pending()
    if pending:
        say(f"The records are of an older version: {len(pending)} changes to make, up to {pending[-1]}. Please wait.")
        records.migrate()


def serve(
    settings: Settings, home: Home, *, addresses: Addresses, now: str | None, demo: str | None, lock: int
) -> NoReturn:
    """Run the four processes until a signal asks to stop. ``lock`` is the open file by which this home is held."""
    records.services.setup(records.Desk(home=home.path, actor="setup"))  # publish what a crash left unpublished
    records.close()
    announce(home, "serve", address="", clock=system_clock)
    moved = ("--now", now) if now else ()
    keeping = Keeping(
        home=str(home.path),
        lock=lock,
        options={"edge": moved, "worker": moved},
        once=(("demo", "--size", demo, "--once"),) if demo else (),
    )
    become(keeping, _environ(settings, addresses))


def _environ(settings: Settings, addresses: Addresses) -> Mapping[str, str]:
    return {
        **os.environ,
        "TRIPTYCH_HOME": str(settings.home),
        "TRIPTYCH_WEB": str(addresses.web),
        "TRIPTYCH_EDGE": str(addresses.edge),
    }


def describe(addresses: Addresses, home: Home) -> str:
    """What to open and what to click, for a person at a terminal."""
    return "\n".join(
        [
            "",
            f"  Triptych runs in {home.path}",
            f"  Pages        http://{addresses.web}",
            f"  Front door   http://{addresses.edge}",
            f"  Demo shop    http://{addresses.edge}/demo/shop/" if home.kind == "demo" else "",
            "",
            "  Open the pages, log in with an account that `triptych setup` printed, and follow Home.",
            "  A password is lost? `triptych admin password`. Stop with Ctrl-C.",
            "",
        ]
    )
