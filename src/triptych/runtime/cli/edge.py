"""``triptych edge``: the front door alone."""

from __future__ import annotations

import typer

from triptych.runtime.cli.beginning import Parent, begin
from triptych.runtime.cli.context import Now, shift_of
from triptych.runtime.processes.edge import run

app = typer.Typer()


@app.command()
def edge(*, parent: Parent = 0, now: Now = None) -> None:
    """Run the front door: collect events into the ledger, answer profile reads."""
    here = begin("edge", parent)
    run(here.settings, here.home, shift=shift_of(now, here.home))
