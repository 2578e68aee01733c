"""``triptych segment``: which visitors are in. Sizes below fifty are told as "under 50"."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer

from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.engine_room import ask
from triptych.runtime.records import Desk, read, refusals, services

app = typer.Typer()
segment = typer.Typer()
app.add_typer(segment, name="segment")

Id = Annotated[str, typer.Argument(help="The segment's short name.")]
Text = Annotated[
    str, typer.Option(help='Who is in: did page where category = "coffee" at least 2 times, said "x" by "y".')
]


@segment.command("add")
def segment_add(
    id: Id,
    *,
    text: Text,
    purpose: Annotated[str, typer.Option(help="What it is used for.")] = "advertising",
    name: Annotated[str, typer.Option(help="What people read.")] = "",
    as_json: AsJson = False,
) -> None:
    """Define a segment of visitors."""
    with refusals():
        card = services.add_segment(_desk(), id=id, text=text, purpose=purpose, name=name)
    tell({"segment": card.id, **_plain(card)}, as_json=as_json, text=f"{card.id}: {card.text}")


@segment.command("set")
def segment_set(
    id: Id,
    *,
    text: Annotated[str | None, typer.Option(help="Who is in.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What it is used for.")] = None,
    name: Annotated[str | None, typer.Option(help="What people read.")] = None,
    as_json: AsJson = False,
) -> None:
    """Change a segment."""
    with refusals():
        card = services.change_segment(_desk(), id, text=text, purpose=purpose, name=name)
    tell({"segment": card.id, **_plain(card)}, as_json=as_json, text=f"{card.id}: {card.text}")


@segment.command("list")
def segment_list(*, as_json: AsJson = False) -> None:
    """List the segments, each with the lowest party of what it is made of."""
    ready()
    cards = [_plain(card) for card in read.segments()]
    tell(
        {"segments": cards},
        as_json=as_json,
        text=lambda: "\n".join(f"{card['id']:<20} {card['party']:<7} {card['text']}" for card in cards) or "none yet",
    )


@segment.command("size")
def segment_size(id: Id, *, as_json: AsJson = False) -> None:
    """Tell how many visitors are in now."""
    home = ready().home
    with refusals():
        card = read.segment(id)
    answer = ask(home, "segment_size", tree=card.tree)
    tell({"segment": id, **answer}, as_json=as_json, text=lambda: _size(answer))


@segment.command("remove")
def segment_remove(id: Id, *, as_json: AsJson = False) -> None:
    """Remove a segment; nobody is in it any more."""
    with refusals():
        services.remove_segment(_desk(), id)
    tell({"segment": id, "removed": True}, as_json=as_json, text=f"{id} is removed")


def _size(answer: dict[str, Any]) -> str:
    return f"under {answer['under']}" if answer["size"] is None else str(answer["size"])


def _desk() -> Desk:
    return Desk(home=ready().home.path, actor="cli")


def _plain(card: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(card)
    return plain
