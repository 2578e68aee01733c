"""``triptych unmerge``: the undoing of a merge."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.engine_room import ask, wait_for
from triptych.runtime.front_door import control

app = typer.Typer()


@app.command()
def unmerge(
    edge: Annotated[int, typer.Argument(help="The number of an edge, from `explain`.")],
    *,
    why: Annotated[str, typer.Option(help="A word for the record; no names.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take an edge away: two people again, each with the history, traits and audiences of its own identifiers."""
    home = ready().home
    preview = ask(home, "unmerge_preview", edge=edge)
    done = control(home, {"name": "identity.unmerged", "edge": edge, "by": "cli", "why": why})
    wait_for(home, done)
    answer = {"edge": edge, "same": False, "cut": preview["cut"], "sides": preview["sides"]}
    text = "\n".join(_side(side) for side in answer["sides"]) if answer["cut"] else f"edge {edge} joined nobody"
    tell(answer, as_json=as_json, text=text)


def _side(side: dict[str, Any]) -> str:
    names = ", ".join(":".join(each) for each in side["identifiers"])
    return f"{side['profile_id']}: {side['events']} events; {names}"
