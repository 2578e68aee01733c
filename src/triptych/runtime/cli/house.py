"""``triptych setup`` and ``triptych serve``: make a house, keep it running."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from triptych.runtime import house
from triptych.runtime.cli.context import Now, context, ready, shift_of
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.home import HomeKind
from triptych.runtime.processes import serving
from triptych.runtime.running import held

app = typer.Typer()

ADMIN = "admin@example.org"


@app.command()
def setup(
    *,
    kind: Annotated[HomeKind, typer.Option(help="What the home is for; a demo home has accounts to look around.")] = (
        HomeKind.LIVE
    ),
    admin: Annotated[str, typer.Option(help="The e-mail address of the first administrator.")] = ADMIN,
    as_json: AsJson = False,
) -> None:
    """Make the home folder, its keys, its records database, the first definitions and accounts. Safe to repeat."""
    here = context()
    made = house.set_up(here.settings, here.home, kind=kind, admin=admin)
    tell(
        {
            "home": str(here.home.path),
            "kind": here.home.kind.value,
            "accounts": [{"email": a.email, "role": a.role, "password": a.password} for a in made],
        },
        as_json=as_json,
        text=lambda: house.describe(here.home, made),
    )


@app.command()
def serve(
    *,
    set_up: Annotated[
        HomeKind | None, typer.Option("--set-up", help="Set the home up first, as `setup --kind` does.")
    ] = None,
    demo: Annotated[str | None, typer.Option(help="Load the demo world of this size once: small or full.")] = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Run edge, engine, web and worker, and start again whichever ends. Stops on Ctrl-C.

    Records of an older version are first given the shape of this one.
    """
    here = context()
    if set_up is not None:
        made = house.set_up(here.settings, here.home, kind=set_up, admin=ADMIN)
        if not as_json:
            print(house.describe(here.home, made))
    here = ready()
    shift_of(now, here.home)
    with held(here.home, "serve") as lock:
        serving.bring_up_to_date(lambda line: print(line, file=sys.stderr, flush=True))
        addresses = serving.settle(here.settings, here.home)
        tell(
            {"web": str(addresses.web), "edge": str(addresses.edge), "home": str(here.home.path), "pid": os.getpid()},
            as_json=as_json,
            text=lambda: serving.describe(addresses, here.home),
        )
        serving.serve(here.settings, here.home, addresses=addresses, now=now, demo=demo, lock=lock)
