"""How each of the four processes begins."""

from __future__ import annotations

from typing import Annotated

import typer

from triptych.runtime import logs
from triptych.runtime.cli.context import Context, ready
from triptych.runtime.running import die_with

Parent = Annotated[int, typer.Option("--parent", hidden=True, help="End when this process ends.")]
"""How the supervisor tells a child whose child it is."""


def begin(process: str, parent: int) -> Context:
    """Start one of the four processes: tie it to its supervisor, if it has one, and set up its log."""
    if parent:
        die_with(parent)
    here = ready()
    logs.configure(here.settings.log_level, process)
    return here
