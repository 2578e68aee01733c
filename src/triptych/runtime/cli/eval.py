"""``triptych eval``: how good it is, as figures of quality."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.evaluate.identity import run_demo

app = typer.Typer()
group = typer.Typer()
app.add_typer(group, name="eval")


class Dataset(StrEnum):
    """A data set whose truth is known."""

    DEMO = "demo"


@group.command("identity")
def identity(
    *,
    dataset: Annotated[Dataset, typer.Option(help="Whose truth is known: the demo world of this home.")] = Dataset.DEMO,
    seed: Annotated[int, typer.Option(help="What the intervals are drawn from.")] = 0,
    as_json: AsJson = False,
) -> None:
    """How well identifiers were resolved to people: pairwise and B-cubed precision, recall and F1."""
    del dataset  # there is one
    tell(run_demo(ready().home.path, seed=seed), as_json=as_json)
