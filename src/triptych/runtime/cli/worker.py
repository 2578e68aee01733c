"""``triptych worker``: due work alone."""

from __future__ import annotations

import typer

from triptych.runtime.cli.beginning import Parent, begin
from triptych.runtime.cli.context import Now, shift_of
from triptych.runtime.processes.worker import run

app = typer.Typer()


@app.command()
def worker(*, parent: Parent = 0, now: Now = None) -> None:
    """Run due work: deliveries, their news for the front door, daily chores."""
    here = begin("worker", parent)
    run(here.home, shift=shift_of(now, here.home))
