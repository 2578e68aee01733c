"""One timeline of three streams: every item once, in one order, whatever the size of a page."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.crm import Actor
from triptych.crm import reading as relation_reading
from triptych.crm.model import ChangeView, InteractionView
from triptych.web.pages import reading
from triptych.web.pages.reading import Answer
from triptych.web.pages.record import line
from triptych.web.pages.record.line import Choice, Place, Whose, page, read_place, since

START = datetime(2026, 11, 1, tzinfo=UTC)
PARTY = uuid.UUID(int=7)
WHOSE = Whose(PARTY, "p_somebody", Actor(1, "Bob"), {"shop": "Shop"}, {"web": "Web shop"})


class Streams:
    """What the three stores hold, answered as they answer: newest first, after a key, so many."""

    def __init__(self, talks: list[int], events: list[int], changes: list[int]) -> None:
        self.talks = [self._talk(number, at) for number, at in enumerate(talks)]
        self.events = [self._event(number, at) for number, at in enumerate(events)]
        self.edits = [ChangeView("city", "a", "b", "Bob", self._at(at), n + 1) for n, at in enumerate(sorted(changes))]

    @staticmethod
    def _at(second: int) -> datetime:
        return START + timedelta(seconds=second)

    def _talk(self, number: int, second: int) -> InteractionView:
        kind = "call" if number % 2 else "mail"
        return InteractionView(
            id=uuid.UUID(int=number + 1),
            party=PARTY,
            division="shop",
            kind=kind,
            direction="in",
            online=kind == "mail",
            occurred_at=self._at(second),
            duration_s=None,
            subject=f"talk {number}",
            text="",
            outcome="",
            next_step="",
            next_due=None,
            next_done_at=None,
            author_id=None,
            author="",
            external_id="",
        )

    def _event(self, number: int, second: int) -> dict[str, Any]:
        at = int(self._at(second).timestamp()) * 1_000_000
        source = "crm" if number % 5 == 4 else "web"
        return {"offset": number, "at": at, "type": "track", "event": f"event {number}", "source": source,
                "channel": "web", "properties": {}, "trust": "server"}  # fmt: skip

    def ask(self, name: str, params: dict[str, Any]) -> Answer:
        assert name == "timeline"
        before, limit = params["before"], params["limit"]
        edge = (before >> 40, before & ((1 << 40) - 1)) if before else (1 << 62, 0)
        found = sorted(
            (event for event in self.events if (event["at"], event["offset"]) < edge),
            key=lambda event: (event["at"], event["offset"]),
            reverse=True,
        )
        shown = found[:limit]
        after = shown[-1]["at"] << 40 | shown[-1]["offset"] if len(found) > limit else 0
        return Answer({"events": shown, "next": after, "total": len(self.events)})

    def interactions(
        self, _: object, __: object, *, before: tuple[datetime, uuid.UUID] | None = None, limit: int = 50
    ) -> list[InteractionView]:
        found = sorted(self.talks, key=lambda each: (each.occurred_at, each.id), reverse=True)
        return [each for each in found if before is None or (each.occurred_at, each.id) < before][:limit]

    def changes(self, *_: object, limit: int = 50) -> list[ChangeView]:
        return sorted(self.edits, key=lambda each: each.version, reverse=True)[:limit]


seconds = st.lists(st.integers(0, 12), max_size=14)


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(streams: Streams) -> None:
        monkeypatch.setattr(reading, "ask", lambda name, **params: streams.ask(name, params))
        for name in ("interactions", "changes"):
            monkeypatch.setattr(relation_reading, name, getattr(streams, name))
        monkeypatch.setattr(relation_reading, "notes", lambda *_: [])

    return use


def all_pages(choice: Choice, size: int) -> list[line.Item]:
    items: list[line.Item] = []
    before: Place | None = None
    for _ in range(200):
        shown = page(WHOSE, choice, before=before, size=size)
        items += shown.items
        if not shown.next:
            return items
        before = read_place(shown.next)
        assert before is not None
    raise AssertionError("the pages never end")


@given(talks=seconds, events=seconds, changes=seconds, size=st.integers(1, 7))
def test_pages_of_any_size_hold_every_item_once_in_one_order(
    talks: list[int], events: list[int], changes: list[int], size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        streams = Streams(talks, events, changes)
        patch.setattr(reading, "ask", lambda name, **params: streams.ask(name, params))
        for name in ("interactions", "changes"):
            patch.setattr(relation_reading, name, getattr(streams, name))
        patch.setattr(relation_reading, "notes", lambda *_: [])
        items = all_pages(Choice(), size)
        places = [item.place for item in items]
        assert places == sorted(places, reverse=True)
        expected = (
            {f"i{each.id}" for each in streams.talks}
            | {f"e{each['offset']}" for each in streams.events if each["source"] != "crm"}
            | {f"c{each.version * 1000 + 998}" for each in streams.edits}
        )
        assert len(items) == len(expected)
        assert {item.key for item in items} == expected
        only = [item.key for item in items if item.offline and item.place.stream != 0]
        assert [item.key for item in all_pages(Choice("offline"), size)] == only


def test_an_open_page_gets_what_came_in_and_keeps_what_it_shows(hold: Any) -> None:
    streams = Streams([1, 2, 3, 4, 5], [], [])
    hold(streams)
    first = page(WHOSE, Choice(), size=3)
    assert [item.says[-6:] for item in first.items] == ["talk 4", "talk 3", "talk 2"]
    streams.talks.append(streams._talk(5, 9))
    fresh = since(WHOSE, Choice(), read_place(first.bottom))
    assert [item.says[-6:] for item in fresh.items] == ["talk 5", "talk 4", "talk 3", "talk 2"]


def test_the_engine_away_takes_only_its_own_part(hold: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(Streams([1, 2], [1], [1]))
    monkeypatch.setattr(reading, "ask", lambda _, **__: Answer({}, "down"))
    shown = page(WHOSE, Choice())
    assert shown.down
    assert [item.panel for item in shown.items] == ["crm", "crm", "crm"]


@pytest.mark.parametrize("written", ["", "1", "1.2", "x.1.1", "1.9.1", "1.1.-1", f"1.1.{1 << 128}", f"{1 << 62}.1.1"])
def test_what_is_no_place_is_none(written: str) -> None:
    assert read_place(written) is None


def test_a_place_is_read_as_it_is_written() -> None:
    place = Place(1_700_000_000_000_000, 1, uuid.UUID(int=(1 << 128) - 1).int)
    assert read_place(place.written) == place
