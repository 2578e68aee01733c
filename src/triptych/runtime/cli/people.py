"""``triptych explain|deliveries|export|digest|audience``: what the engine knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from triptych.runtime.cli.context import identifier, ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.engine_room import ask
from triptych.runtime.exporting import export_events

app = typer.Typer()
export = typer.Typer()
audience = typer.Typer()
app.add_typer(export, name="export")
app.add_typer(audience, name="audience")

Id = Annotated[str, typer.Argument(help="The audience's short name.")]

Who = Annotated[
    str, typer.Argument(help="An identifier as type:value, such as email:alice@example.org, or a profile id.")
]


@app.command()
def explain(a: Who, b: Who, *, as_json: AsJson = False) -> None:
    """Tell why two identifiers are one person, edge by edge, or why they are not."""
    answer = ask(ready().home, "explain", a=identifier(a), b=identifier(b))
    tell(answer, as_json=as_json, text=lambda: _explanation(answer))


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


@audience.command("size")
def audience_size(id: Id, *, as_json: AsJson = False) -> None:
    """Tell how many people are in now."""
    answer = ask(ready().home, "audience_size", audience=id)
    tell({"audience": id, **answer}, as_json=as_json, text=lambda: str(answer["size"]))


@audience.command("members")
def audience_members(
    id: Id,
    *,
    after: Annotated[str, typer.Option(help="Go on after this profile.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many.")] = 1_000,
    as_json: AsJson = False,
) -> None:
    """List who is in now, by profile id."""
    answer = ask(ready().home, "audience_members", audience=id, after=after, limit=limit)
    tell(
        {"audience": id, **answer},
        as_json=as_json,
        text=lambda: "\n".join(member["profile_id"] for member in answer["members"]),
    )


@app.command()
def digest(
    *,
    without: Annotated[str | None, typer.Option(help="Leave this person out, by an identifier.")] = None,
    as_json: AsJson = False,
) -> None:
    """One hash over all that flowed, and one a room: equal before and after a rebuild."""
    asked = None if without is None else identifier(without)
    answer = ask(ready().home, "digest", without=asked)
    tell(answer, as_json=as_json, text=lambda: str(answer["digest"]))


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
