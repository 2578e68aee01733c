"""``triptych web``: the pages alone."""

from __future__ import annotations

import typer

from triptych.runtime.cli.beginning import Parent, begin
from triptych.runtime.processes.web import run

app = typer.Typer()


@app.command()
def web(*, parent: Parent = 0) -> None:
    """Run the pages and the management API."""
    here = begin("web", parent)
    run(here.settings, here.home)
