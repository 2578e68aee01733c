"""``triptych explain|unmerge|deliveries|export``: questions about people, and the undoing of a merge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from triptych.runtime.cli.context import identifier, ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.engine_room import ask, control, wait_for
from triptych.runtime.exporting import export_events

app = typer.Typer()
export = typer.Typer(no_args_is_help=True, help="Take data out.")
app.add_typer(export, name="export")

Who = Annotated[
    str, typer.Argument(help="An identifier as type:value, such as email:alice@example.org, or a profile id.")
]


@app.command()
def explain(a: Who, b: Who, *, as_json: AsJson = False) -> None:
    """Tell why two identifiers are one person, edge by edge, or why they are not."""
    answer = ask(ready().home, "explain", a=identifier(a), b=identifier(b))
    tell(answer, as_json=as_json, text=lambda: _explanation(answer))


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
    answer = {"edge": edge, "same": preview.get("same", False), "sides": preview.get("sides", [])}
    tell(answer, as_json=as_json, text=lambda: "\n".join(_side(side) for side in answer["sides"]))


@app.command()
def deliveries(
    *,
    audience: Annotated[str, typer.Option(help="Only of this audience.")] = "",
    destination: Annotated[str, typer.Option(help="Only to this destination.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many, newest first.")] = 1_000,
    as_json: AsJson = False,
) -> None:
    """List what was delivered, to where, and what was not, with the reason."""
    answer = ask(ready().home, "deliveries", audience=audience, destination=destination, limit=limit)
    tell(
        answer,
        as_json=as_json,
        text=lambda: "\n".join(
            f"{each['profile_id']}  {each['kind']:<8} {each['status']:<10} {each['reason'] or ''}"
            for each in answer["deliveries"]
        ),
    )


@export.command("events")
def events(
    *,
    out: Annotated[Path, typer.Option(help="The file to write: one JSON line a stored event.")],
    as_json: AsJson = False,
) -> None:
    """Write every stored event, in ledger order, with the profile that it belongs to now."""
    written = export_events(ready().home, out)
    tell({"out": str(out), "events": written}, as_json=as_json, text=f"{written} events in {out}")


def _explanation(answer: dict[str, Any]) -> str:
    lines = [f"one person: {answer['profile_id']}" if answer["same"] else "not one person"]
    lines += [
        f"  edge {step['edge']}: {_pair(step['a'])} – {_pair(step['b'])}, by {step['rule']}, trust {step['trust']}, "
        f"source {step['source']}"
        for step in answer["path"]
    ]
    lines += [f"  refused: {each['reason']} ({each['trust']}, {each['source']})" for each in answer["refusals"]]
    return "\n".join(lines)


def _pair(node: list[str]) -> str:
    return ":".join(node)


def _side(side: dict[str, Any]) -> str:
    names = ", ".join(_pair(each) for each in side["identifiers"])
    return f"{side['profile_id']}: {side['events']} events; {names}"
