"""``triptych partner|import``: contracts with partners, and the files that come in under them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from triptych.collect.visitors import KeyRing, pseudonym
from triptych.dmp.partners import Code
from triptych.dmp.partners.read import files, refused
from triptych.dmp.partners.reading import instant
from triptych.runtime import partnering
from triptych.runtime.cli.context import Now, ready, shift_of
from triptych.runtime.cli.output import AsJson, tell
from triptych.runtime.errors import Refused
from triptych.runtime.home import HomeKind
from triptych.runtime.records import Desk, read, refusals, services
from triptych.vocabulary import Clock, Party, iso, system_clock

app = typer.Typer()
partner = typer.Typer()
app.add_typer(partner, name="partner")

Id = Annotated[str, typer.Argument(help="The contract's short name.")]
PartyOption = Annotated[str, typer.Option(help="second: what a partner knows itself; third: a catalogue of everyone.")]


@partner.command("add")
def partner_add(
    id: Id,
    *,
    party: PartyOption,
    ends: Annotated[str, typer.Option(help="The last day, such as 2027-06-30 (UTC), or an instant with its zone.")],
    purpose: Annotated[list[str] | None, typer.Option(help="What it may serve; may be given again.")] = None,
    code: Annotated[
        list[str] | None, typer.Option(help="CODE=NAME, or CODE=NAME=PRICE for a thousand; may be given again.")
    ] = None,
    name: Annotated[str, typer.Option(help="The partner, as people read it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take a partner under contract: what it may say, what for, until when. Never resold, never joined to names."""
    with refusals():
        card = services.add_contract(
            _desk(),
            id=id,
            party=_party(party),
            partner=name,
            purposes=tuple(purpose or ("advertising",)),
            ends_at=_end(ends),
            codes=tuple(map(_code, code or ())),
        )
    tell({"contract": card.id, **_plain(card)}, as_json=as_json, text=f"{card.id}: until {_day(card.ends_at)}")


@partner.command("set")
def partner_set(
    id: Id,
    *,
    ends: Annotated[str | None, typer.Option(help="The last day, or an instant with its zone.")] = None,
    purpose: Annotated[list[str] | None, typer.Option(help="What it may serve; may be given again.")] = None,
    code: Annotated[list[str] | None, typer.Option(help="A further CODE=NAME, or a new name of one.")] = None,
    name: Annotated[str | None, typer.Option(help="The partner, as people read it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Change a contract that is not over."""
    with refusals():
        codes = None
        if code:
            known = {each.code: Code(each.code, each.name, each.price_per_thousand) for each in read.contract(id).codes}
            codes = tuple((known | {each.code: each for each in map(_code, code)}).values())
        card = services.change_contract(
            _desk(),
            id,
            partner=name,
            purposes=None if purpose is None else tuple(purpose),
            ends_at=None if ends is None else _end(ends),
            codes=codes,
        )
    tell({"contract": card.id, **_plain(card)}, as_json=as_json, text=f"{card.id}: until {_day(card.ends_at)}")


@partner.command("list")
def partner_list(*, as_json: AsJson = False) -> None:
    """List the contracts, those that are over too, with the files that came in under each."""
    home = ready().home
    cards = [{**_plain(card), "files": len(files(home.path, card.id, limit=1_000))} for card in read.contracts()]
    tell(
        {"contracts": cards},
        as_json=as_json,
        text=lambda: (
            "\n".join(
                f"{card['id']:<20} {card['party']:<7} until {_day(card['ends_at'])}{'  over' if card['ended'] else ''}"
                for card in cards
            )
            or "none yet"
        ),
    )


@partner.command("files")
def partner_files(id: Id, *, as_json: AsJson = False) -> None:
    """List the files that came in under a contract: lines taken, lines refused, and why."""
    home = ready().home
    with refusals():
        read.contract(id)
    found = [
        {
            **_plain(file),
            "refused_lines": [{"line": line, "reason": reason} for line, reason in refused(home.path, file.id)],
        }
        for file in files(home.path, id)
    ]
    tell(
        {"contract": id, "files": found},
        as_json=as_json,
        text=lambda: (
            "\n".join(f"{file['id']}  {file['accepted']} of {file['rows']}  {file['refused']}" for file in found)
            or "none yet"
        ),
    )


@partner.command("digest")
def partner_digest(id: Id, *, as_json: AsJson = False) -> None:
    """Digest visitors, one cookie or ID a line of standard input, as a partner sees them. Demo and test homes only."""
    home = ready().home
    if home.kind is HomeKind.LIVE:
        raise Refused("people_are_real", "digests of visitors are made for a demo or test home; this one is live")
    key = KeyRing.of_home(home.path).contract(id)
    if key is None:
        raise Refused("not_found", f"there is no key of a contract {id!r}")
    digests = [pseudonym(key, _visitor(line)) for line in sys.stdin.read().split()]
    tell({"contract": id, "digests": digests}, as_json=as_json, text="\n".join(digests))


@partner.command("end")
def partner_end(id: Id, *, as_json: AsJson = False) -> None:
    """End a contract now: nothing of what it brought is left."""
    with refusals():
        services.end_contract(_desk(), id)
    _tell_ended([_emptied(id, system_clock)], as_json=as_json)


@partner.command("end-due")
def partner_end_due(*, now: Now = None, as_json: AsJson = False) -> None:
    """Empty every contract that is over. The worker does the same by the clock."""
    home = ready().home
    clock = _clock(now)
    _tell_ended([_emptied(each, clock) for each in partnering.due(home, clock())], as_json=as_json)


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(help="CSV or JSON lines of digest, code and, where it ends earlier, until.", dir_okay=False),
    ],
    *,
    party: PartyOption,
    contract: Annotated[str, typer.Option(help="The contract under which it comes.")],
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Take in a partner's file of keyed digests. What is anything else is refused, line by line, and blocks nobody.

    Exit code 1 where no line at all was taken.
    """
    if not file.is_file():
        raise typer.BadParameter(f"{file} is no file", param_hint="FILE")
    report = partnering.take_in(ready().home, file, contract=contract, party=_party(party), clock=_clock(now))
    told = {"file": report["id"], **report}
    tell(told, as_json=as_json, text=lambda: _lines(report))
    if report["rows"] and not report["accepted"]:
        raise typer.Exit(1)


def _emptied(contract: str, clock: Clock) -> dict[str, Any]:
    home = ready().home
    done = partnering.empty(home, contract)
    with refusals():
        services.mark_emptied(Desk(home=home.path, actor="cli", clock=clock), contract)
    return {**done, "emptied": partnering.wait_for_visitors(home, done["next_offset"], forgotten=True)}


def _tell_ended(ended: list[dict[str, Any]], *, as_json: bool) -> None:
    said = {True: "nothing of it is left", False: "the engine takes out what it brought when it runs"}
    text = "\n".join(f"{each['contract']} is over: {said[each['emptied']]}" for each in ended) or "no contract is over"
    tell({"ended": ended}, as_json=as_json, text=text)


def _lines(report: dict[str, Any]) -> str:
    lines = [f"{report['accepted']} of {report['rows']} lines taken"]
    lines += [f"{count:>8}  refused: {reason}" for reason, count in report["refused"].items()]
    return "\n".join(lines)


def _desk() -> Desk:
    return Desk(home=ready().home.path, actor="cli")


def _clock(now: str | None) -> Clock:
    shift = shift_of(now, ready().home)
    return (lambda: system_clock() + shift) if shift else system_clock


def _plain(value: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain


def _party(word: str) -> Party:
    if word.lower() not in {"second", "third"}:
        raise typer.BadParameter("second or third", param_hint="--party")
    return Party[word.upper()]


def _end(text: str) -> int:
    try:
        return instant(text)
    except ValueError:
        message = f"{text} is neither a day such as {datetime.now(UTC):%Y-%m-%d} nor an instant with its zone"
        raise typer.BadParameter(message, param_hint="--ends") from None


def _code(text: str) -> Code:
    code, _, rest = text.partition("=")
    name, _, price = rest.partition("=")
    try:
        return Code(code, name or code, float(price) if price else None)
    except ValueError:
        raise typer.BadParameter(f"{text}: expected CODE=NAME or CODE=NAME=PRICE", param_hint="--code") from None


def _visitor(text: str) -> str:
    found = text.partition(".")[0].removeprefix("v_")
    return f"v_{found}"


def _day(at: int) -> str:
    return iso(at)[:16].replace("T", " ")
