"""``triptych replay``: what flows, rebuilt from the ledger alone."""

from __future__ import annotations

from typing import Annotated

import typer

from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.engine_room import ask
from triptych.runtime.errors import Refused
from triptych.runtime.pausing import paused
from triptych.runtime.rebuilding import rebuild
from triptych.runtime.running import find

app = typer.Typer()


@app.command()
def replay(
    *,
    start: Annotated[int, typer.Option("--from", help="The ledger offset to begin at: 0.")],
    as_json: AsJson = False,
) -> None:
    """Rebuild state and warehouse from the ledger, then put them in the place of the old ones. Delivers nothing."""
    if start != 0:
        raise Refused("from_the_beginning", "what flowed can only be rebuilt from the beginning: --from 0")
    here = ready()
    with paused(here.home, "engine"):
        answer = rebuild(here.settings, here.home)
    if find(here.home, "serve") is not None:
        ask(here.home, "status")  # the engine is there again
    tell(answer, as_json=as_json)
