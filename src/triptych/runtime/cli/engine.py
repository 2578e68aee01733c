"""``triptych engine``: the river alone."""

from __future__ import annotations

import typer

from triptych.runtime.cli.beginning import Parent, begin
from triptych.runtime.processes.engine import run

app = typer.Typer()


@app.command()
def engine(*, parent: Parent = 0) -> None:
    """Run the river: from the ledger to people, audiences and what is due."""
    here = begin("engine", parent)
    run(here.settings, here.home)
