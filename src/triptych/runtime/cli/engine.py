"""``triptych engine``: the river alone."""

from __future__ import annotations

from typing import Annotated

import typer

from triptych.runtime.cli.beginning import Parent, begin
from triptych.runtime.processes.engine import AGAIN, run

app = typer.Typer()

Again = Annotated[bool, typer.Option(AGAIN, hidden=True, help="It has started before, and compiled.")]
"""How an engine that had to compile tells itself that it did."""


@app.command()
def engine(*, parent: Parent = 0, again: Again = False) -> None:
    """Run the river: from the ledger to people, audiences and what is due."""
    here = begin("engine", parent)
    run(here.settings, here.home, again=again)
