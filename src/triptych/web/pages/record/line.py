"""One timeline of a party over all channels: what we said to each other, what she did, what was changed of her record.

Three streams, each newest first, become one: interactions of the relation, events of the portrait, changes of fields.
A place in it is an instant, a stream and an id within the stream, so that a page goes on where the one before ended
whatever came in meanwhile. An event that only says that an interaction was logged is the interaction itself, and is
shown once.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from triptych import crm
from triptych.crm import reading as relation_reading
from triptych.crm.model import ChangeView, InteractionView, NoteView
from triptych.web.pages import reading, relation, sentences, words, writing

PAGE = 40
MOST = 200
SOURCE = "crm"
"""The source of the outbox: what it says of a party stands in the relation's own records already."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHIFT = 40
_ROUNDS = 5
_SPARE = 20


class Place(NamedTuple):
    """Where an item stands: later instants first, then events, interactions and changes, each by its own id."""

    at: int
    stream: int
    id: int

    @property
    def written(self) -> str:
        """The place as it stands in an address."""
        return f"{self.at}.{self.stream}.{self.id}"


class Item(NamedTuple):
    """One item as it is shown."""

    place: Place
    at: int
    icon: str
    offline: bool
    says: str
    meta: tuple[str, ...]
    panel: str
    aside: str = ""
    quote: str = ""
    private: tuple[NoteView, ...] = ()
    next_step: str = ""
    division: str = ""
    key: str = ""
    look: str = ""


class Day(NamedTuple):
    """A day's heading and its items, newest first."""

    heading: str
    items: list[Item]


class Line(NamedTuple):
    """A page of the timeline: its items, and where the next one begins, if there is one."""

    items: list[Item]
    next: str
    down: bool

    @property
    def days(self) -> list[Day]:
        """The items by the reader's days."""
        grouped = groupby(self.items, key=lambda item: writing.long_day(item.at))
        return [Day(heading, list(some)) for heading, some in grouped]

    @property
    def bottom(self) -> str:
        """Where the last item stands."""
        return self.items[-1].place.written if self.items else ""


class Choice(NamedTuple):
    """What of the timeline is shown: all, online, offline or changes; of one division."""

    show: str = ""
    division: str = ""

    def takes(self, item: Item) -> bool:
        """Whether an item is shown."""
        if self.division and item.division != self.division:
            return False
        if self.show == "changes":
            return item.place.stream == _CHANGES
        if self.show in {"online", "offline"}:
            return item.place.stream != _CHANGES and item.offline == (self.show == "offline")
        return True


SHOWS = ("", "online", "offline", "changes")
_EVENTS, _INTERACTIONS, _CHANGES = 2, 1, 0


class Whose(NamedTuple):
    """Whose timeline it is: the party, her portrait where the reader may see one, and who reads."""

    party: uuid.UUID
    profile_id: str
    actor: crm.Actor
    divisions: Mapping[str, str]
    sources: Mapping[str, str]
    personal: bool = True


def read_place(written: str) -> Place | None:
    """A place from an address; none where it is no place."""
    parts = written.split(".")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts) or len(written) > 80:
        return None
    place = Place(*map(int, parts))
    return place if place.at < 1 << 62 and place.stream <= _EVENTS and place.id < 1 << 128 else None


def page(whose: Whose, choice: Choice, *, before: Place | None = None, size: int = PAGE) -> Line:
    """A page of the timeline, newest first, from ``before`` on."""
    taken: list[Item] = []
    place, down, more = before, False, True
    for _ in range(_ROUNDS):
        some, more, down = _round(whose, place, size + 1)
        taken += [item for item in some if choice.takes(item)]
        place = some[-1].place if some else place
        if len(taken) > size or not more:
            break
    shown = taken[:size]
    if len(taken) > size:
        return Line(shown, shown[-1].place.written, down)
    return Line(shown, place.written if more and place else "", down)


def since(whose: Whose, choice: Choice, bottom: Place | None) -> Line:
    """Everything from now down to the item at ``bottom``: what an open page shows while it is kept fresh."""
    line = page(whose, choice, size=MOST if bottom else PAGE)
    if bottom is None:
        return line
    shown = [item for item in line.items if item.place >= bottom]
    return Line(shown, line.next if len(shown) < len(line.items) or line.next else "", line.down)


def _round(whose: Whose, before: Place | None, limit: int) -> tuple[list[Item], bool, bool]:
    """The next items of all three streams together, whether there are more, whether a stream is down."""
    events, down = _events(whose, before, limit)
    streams = (events, _interactions(whose, before, limit), _changes(whose, before, limit))
    # beyond the last item of a stream that has more, another stream's items are not known to be the next ones
    floors = [stream[limit - 1].place for stream in streams if len(stream) >= limit]
    floor = max(floors) if floors else None
    merged = sorted((item for stream in streams for item in stream), key=lambda item: item.place, reverse=True)
    known = [item for item in merged if floor is None or item.place >= floor]
    return known, floor is not None, down


def _edge(before: Place | None, stream: int) -> tuple[int, int] | None:
    """What lies before a place, for one stream: an instant and an id that are themselves not taken any more."""
    if before is None:
        return None
    if before.stream == stream:
        return before.at, before.id
    # a stream that comes later within an instant still has all of that instant
    return (before.at + 1, 0) if stream < before.stream else (before.at, 0)


def _events(whose: Whose, before: Place | None, limit: int) -> tuple[list[Item], bool]:
    if not whose.profile_id:
        return [], False
    edge = _edge(before, _EVENTS)
    cursor = (edge[0] << _SHIFT) | edge[1] if edge else 0
    items: list[Item] = []
    while len(items) < limit:
        # some are the relation's own and are left out: a few more spare a second question
        answer = reading.ask("timeline", profile_id=whose.profile_id, before=cursor, limit=limit + _SPARE)
        if not answer.ok:
            return items, answer.down
        items += [_of_event(event, whose) for event in answer.data.get("events") or [] if event["source"] != SOURCE]
        cursor = answer.data.get("next") or 0
        if not cursor:
            break
    return items[:limit], False


def _interactions(whose: Whose, before: Place | None, limit: int) -> list[Item]:
    edge = _edge(before, _INTERACTIONS)
    found = relation_reading.interactions(
        whose.actor,
        whose.party,
        before=None if edge is None else (_datetime(edge[0]), uuid.UUID(int=edge[1])),
        limit=limit,
    )
    return _with_notes(found, whose)


def _with_notes(found: Iterable[InteractionView], whose: Whose) -> list[Item]:
    """Interactions with the private notes that were written with them, where the reader may read those."""
    told = list(found)
    notes: dict[uuid.UUID, list[NoteView]] = {}
    if told:
        for note in relation_reading.notes(whose.actor, whose.party):
            if note.interaction:
                notes.setdefault(note.interaction, []).append(note)
    return [_of_interaction(each, tuple(notes.get(each.id, ())), whose) for each in told]


def _changes(whose: Whose, before: Place | None, limit: int) -> list[Item]:
    edge = _edge(before, _CHANGES)
    found = relation_reading.changes(whose.actor, whose.party, limit=MOST)
    items = [_of_change(each, number, whose) for number, each in _numbered(found)]
    items = [item for item in items if item.says]
    items.sort(key=lambda item: item.place, reverse=True)
    return [item for item in items if edge is None or (item.place.at, item.place.id) < edge][:limit]


def _numbered(found: Iterable[ChangeView]) -> Iterator[tuple[int, ChangeView]]:
    """Changes with a number of their own: several may have come with one version."""
    seen: dict[int, int] = {}
    for each in found:
        seen[each.version] = seen.get(each.version, 0) + 1
        yield each.version * 1000 + 999 - seen[each.version], each


def _of_event(event: Mapping[str, Any], whose: Whose) -> Item:
    told = sentences.describe(event)
    source = str(event.get("source") or "")
    shown = told.says if whose.personal or event.get("type") == "track" else words.event_type(str(event.get("type")))
    meta = (whose.sources.get(source, source), told.channel)
    place = Place(int(event.get("at") or 0), _EVENTS, int(event.get("offset") or 0))
    return Item(
        place,
        place.at,
        told.icon,
        told.offline,
        shown,
        tuple(filter(None, meta)),
        "cdp",
        aside=told.aside,
        key=f"e{place.id}",
    )


def _of_interaction(each: InteractionView, notes: tuple[NoteView, ...], whose: Whose) -> Item:
    at = _microseconds(each.occurred_at)
    meta = (whose.divisions.get(each.division, each.division), each.author, relation.outcome(each.outcome))
    return Item(
        Place(at, _INTERACTIONS, each.id.int),
        at,
        relation.kind_icon(each.kind),
        not each.online,
        relation.happened(each.kind, each.direction, each.subject),
        tuple(filter(None, meta)),
        "crm",
        aside=relation.span(each.duration_s),
        quote=each.text,
        private=notes,
        next_step=each.next_step,
        division=each.division,
        key=f"i{each.id}",
    )


def _of_change(each: ChangeView, number: int, whose: Whose) -> Item:
    at = _microseconds(each.at)
    return Item(
        Place(at, _CHANGES, number),
        at,
        "pencil",
        False,
        relation.changed(each.field, each.before, each.after, whose.divisions),
        (each.by,) if each.by else (),
        "crm",
        key=f"c{number}",
        look="change",
    )


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _datetime(at: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at)
