"""``triptych source|plan|destination|audience``: what people define, and what became of it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from triptych.collect.visitors import Category
from triptych.runtime.cli.context import ready
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.errors import Refused
from triptych.runtime.records import Desk, read, refusals, services
from triptych.vocabulary import Basis, Party

app = typer.Typer()
source = typer.Typer()
plan = typer.Typer()
destination = typer.Typer()
audience = typer.Typer()
app.add_typer(source, name="source")
app.add_typer(plan, name="plan")
app.add_typer(destination, name="destination")
app.add_typer(audience, name="audience")

Id = Annotated[str, typer.Argument(help="A short name: letters, figures, hyphens.")]
Categories = Annotated[
    Path | None,
    typer.Option(help="The map from pages to words: JSON {path: category}, or CSV of path,category.", dir_okay=False),
]
Campaigns = Annotated[list[str] | None, typer.Option(help="The code of a campaign; may be given again.")]
Allowed = Annotated[
    list[str] | None,
    typer.Option("--allow", help="An event, or a type such as track, that it may send; may be given again. any: all."),
]
ANY = "any"


def _allowed(names: list[str] | None) -> list[str] | None:
    """The events that were named; none are named by ``any``."""
    return None if names is None else [name for name in names if name != ANY]


def _categories(file: Path | None) -> tuple[Category, ...] | None:
    """The map of a file."""
    if file is None:
        return None
    try:
        text = file.read_text()
        if text.lstrip().startswith("{"):
            pairs = list(msgspec.json.decode(text, type=dict[str, str]).items())
        else:
            rows = [row for row in csv.reader(text.splitlines()) if row and row[:1] != ["path"]]
            pairs = [(path.strip(), category.strip()) for path, category in rows]
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as problem:
        raise Refused("invalid", f"{file} is no map from pages to words: {problem}") from None
    return tuple(Category(path, category) for path, category in pairs)


def _desk() -> Desk:
    return Desk(home=ready().home.path, actor="cli")


def _plain(card: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(card)
    return plain


@source.command("add")
def source_add(
    id: Id,
    *,
    party: Annotated[str, typer.Option(help="The highest party it may carry: zero, first, second or third.")],
    basis: Annotated[Basis, typer.Option(help="The legal basis of what its secret key sends.")] = Basis.CONTRACT,
    consent: Annotated[
        str,
        typer.Option(help="signalled: events by the write key need a signal; gated: the site loads us after consent."),
    ] = "signalled",
    name: Annotated[str, typer.Option(help="What people read.")] = "",
    allow: Allowed = None,
    categories: Categories = None,
    campaign: Campaigns = None,
    tcf_vendor: Annotated[int, typer.Option(help="Our number on the vendor list of the TCF; 0 for none.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Register a source. Prints its public write key and, this once, its secret key."""
    try:
        rank = Party[party.upper()]
    except KeyError:
        raise typer.BadParameter("zero, first, second or third", param_hint="--party") from None
    with refusals():
        made = services.add_source(
            _desk(),
            id=id,
            party=rank,
            basis=basis,
            consent=consent,
            name=name,
            allowed_events=_allowed(allow) or (),
            categories=_categories(categories) or (),
            campaigns=tuple(campaign or ()),
            tcf_vendor=tcf_vendor,
        )
    answer = {
        **_plain(made.source),
        "source": made.source.id,
        "write_key": made.write_key,
        "secret_key": made.secret_key,
    }
    lines = [f"source      {id}", f"write key   {made.write_key}   (public, for browsers)"]
    tell(answer, as_json=as_json, text="\n".join([*lines, f"secret key  {made.secret_key}   (shown once)"]))


@source.command("list")
def source_list(*, as_json: AsJson = False) -> None:
    """List the sources."""
    ready()
    cards = [_plain(card) for card in read.sources()]
    tell(
        {"sources": cards}, as_json=as_json, text=lambda: _table(cards, "id", "party", "basis", "consent", "write_key")
    )


@source.command("rotate")
def source_rotate(
    id: Id,
    *,
    kind: Annotated[str, typer.Option(help="secret or write.")] = "secret",
    overlap: Annotated[int, typer.Option(help="Seconds for which the old key is still taken.")] = 7 * 86_400,
    as_json: AsJson = False,
) -> None:
    """Give a source a new key, shown once; the old one is taken for a while."""
    with refusals():
        made = services.rotate_key(_desk(), id, kind=kind, overlap_seconds=overlap)
    tell(_plain(made), as_json=as_json)


@source.command("set")
def source_set(
    id: Id,
    *,
    consent: Annotated[str | None, typer.Option(help="signalled or gated.")] = None,
    basis: Annotated[Basis | None, typer.Option(help="The legal basis of what its secret key sends.")] = None,
    enabled: Annotated[bool | None, typer.Option("--on/--off", help="Whether its keys are taken.")] = None,
    clock: Annotated[str | None, typer.Option(help="corrected, or literal: times stay as sent, for history.")] = None,
    max_event_bytes: Annotated[int | None, typer.Option(help="The largest event; a larger one is set aside.")] = None,
    allow: Allowed = None,
    categories: Categories = None,
    campaign: Campaigns = None,
    tcf_vendor: Annotated[int | None, typer.Option(help="Our number on the vendor list; 0 for none.")] = None,
    as_json: AsJson = False,
) -> None:
    """Change a source."""
    with refusals():
        card = services.change_source(
            _desk(),
            id,
            consent=consent,
            basis=basis,
            enabled=enabled,
            clock=clock,
            max_event_bytes=max_event_bytes,
            allowed_events=_allowed(allow),
            categories=_categories(categories),
            campaigns=None if campaign is None else tuple(campaign),
            tcf_vendor=tcf_vendor,
        )
    tell(_plain(card), as_json=as_json)


@plan.command("set")
def plan_set(
    id: Id,
    *,
    file: Annotated[Path, typer.Option(help="The plan, as JSON.", exists=True, dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Set the tracking plan of a source: schemas by event, declared fields, what to do with what breaks it."""
    with refusals():
        card = services.set_plan(_desk(), id, file.read_bytes())
    tell(_plain(card), as_json=as_json, text=f"{id} has a plan of {len((card.plan or {}).get('events', {}))} events")


@plan.command("show")
def plan_show(id: Id, *, as_json: AsJson = False) -> None:
    """Show the tracking plan of a source."""
    ready()
    with refusals():
        card = read.source(id)
    tell({"source": id, "plan": card.plan}, as_json=as_json)


@plan.command("remove")
def plan_remove(id: Id, *, as_json: AsJson = False) -> None:
    """Take the tracking plan of a source away."""
    with refusals():
        card = services.set_plan(_desk(), id, None)
    tell(_plain(card), as_json=as_json, text=f"{id} has no plan")


@destination.command("add")
def destination_add(
    id: Id,
    *,
    kind: Annotated[str, typer.Option(help="webhook.")],
    url: Annotated[str, typer.Option(help="Where to POST.")],
    allow_private: Annotated[
        list[str] | None, typer.Option(help="HOST:PORT inside your own network that may be called. Loud in doctor.")
    ] = None,
    name: Annotated[str, typer.Option(help="What people read.")] = "",
    as_json: AsJson = False,
) -> None:
    """Register a destination. Prints, this once, the secret that signs what it is sent."""
    with refusals():
        made = services.add_destination(
            _desk(), id=id, kind=kind, url=url, allow_private=tuple(allow_private or ()), name=name
        )
    answer = {**_plain(made.destination), "destination": made.destination.id, "secret": made.secret}
    lines = [f"destination     {id}", f"signing secret  {made.secret}   (shown once)"]
    lines += [
        f"ALLOWED INSIDE  {place}: events leave to an address of your own network" for place in allow_private or ()
    ]
    tell(answer, as_json=as_json, text="\n".join(lines))


@destination.command("list")
def destination_list(*, as_json: AsJson = False) -> None:
    """List the destinations."""
    ready()
    cards = [_plain(card) for card in read.destinations()]
    tell({"destinations": cards}, as_json=as_json, text=lambda: _table(cards, "id", "kind", "url", "enabled"))


@destination.command("remove")
def destination_remove(id: Id, *, as_json: AsJson = False) -> None:
    """Remove a destination and its secret."""
    with refusals():
        services.remove_destination(_desk(), id)
    tell({"destination": id, "removed": True}, as_json=as_json, text=f"{id} is removed")


@audience.command("add")
def audience_add(
    id: Id,
    *,
    purpose: Annotated[str, typer.Option(help="What it is used for: analytics, marketing:email, …")],
    text: Annotated[str, typer.Option(help='Who is in: did "Order Completed" at least 2 times in the last 30 days.')],
    to: Annotated[list[str] | None, typer.Option(help="A destination; may be given again.")] = None,
    name: Annotated[str, typer.Option(help="What people read.")] = "",
    about: Annotated[
        str, typer.Option(help="Whom it may hold: customers (nobody who is a supplier only), everyone, suppliers.")
    ] = "customers",
    as_json: AsJson = False,
) -> None:
    """Define an audience for a purpose, and where its entries and exits go."""
    with refusals():
        card = services.add_audience(
            _desk(), id=id, purpose=purpose, text=text, to=tuple(to or ()), name=name, about=about
        )
    tell({"audience": card.id, **_plain(card)}, as_json=as_json, text=f"{card.id}: {card.text}")


@audience.command("list")
def audience_list(*, as_json: AsJson = False) -> None:
    """List the audiences."""
    ready()
    cards = [_plain(card) for card in read.audiences()]
    tell({"audiences": cards}, as_json=as_json, text=lambda: _table(cards, "id", "purpose", "text"))


@audience.command("remove")
def audience_remove(id: Id, *, as_json: AsJson = False) -> None:
    """Remove an audience; its members leave it."""
    with refusals():
        services.remove_audience(_desk(), id)
    tell({"audience": id, "removed": True}, as_json=as_json, text=f"{id} is removed")


def _table(rows: list[dict[str, Any]], *columns: str) -> str:
    if not rows:
        return "none yet"
    widths = [
        max(len(str(row[column])) for row in [*rows, dict(zip(columns, columns, strict=True))]) for column in columns
    ]
    lines = [columns, *[tuple(str(row[column]) for column in columns) for row in rows]]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
