"""Erasing: what is found in the ledger, how certificates of several processes come together."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.collect.model import Envelope, encode_envelope
from triptych.consent import Certificate
from triptych.consent.rights import done, pending
from triptych.ledger import Entry, LedgerWriter
from triptych.runtime.erasure import certificates
from triptych.runtime.erasure.asking import ranges_of
from triptych.runtime.erasure.finding import events_of
from triptych.runtime.erasure.person import texts
from triptych.runtime.home import Home
from triptych.vocabulary import Identifier, IdentifierType

ALICE = Identifier(IdentifierType.EMAIL, "alice@example.org")


@given(st.sets(st.integers(min_value=0, max_value=60)))
def test_ranges_hold_exactly_the_offsets(offsets: set[int]) -> None:
    ranges = list(ranges_of(sorted(offsets)))
    assert {place for first, end in ranges for place in range(first, end)} == offsets
    assert all(end < after for (_, end), (after, _) in itertools.pairwise(ranges))


def test_it_finds_her_events_in_every_spelling_and_where_nobody_could_read_them(tmp_path: Path) -> None:
    events = [
        {"type": "identify", "userId": "u1", "traits": {"email": " Alice@Example.org "}, "messageId": "1"},
        {"type": "track", "userId": "u2", "event": "Seen", "messageId": "2"},
        {"type": "nonsense", "about": "alice@example.org", "messageId": "3"},
    ]
    head = encode_envelope(Envelope(kind="events", source="shop", trust=3))
    writer = LedgerWriter.open(tmp_path, "named", lambda: 1)
    for event in events:
        writer.append([Entry(head, json.dumps([event]).encode(), 1, 1)])
    writer.close()
    assert events_of(tmp_path, bytes(16), [ALICE], values=()) == [0, 2]


def test_it_takes_her_words_and_not_ours() -> None:
    said = {"traits": [{"name": "city", "value": {"town": "Nantes"}, "source": "shop", "observed_at": "2026"}]}
    assert list(texts(said)) == ["Nantes"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.lay()
    return home


def test_reports_of_several_processes_come_together(home: Home) -> None:
    certificate = Certificate(request_id="er_1", requested_at=1, digests=("d",))
    for room in ("ledger", "profiles", "deliveries"):
        certificate = certificate.with_report(pending(room, "down", {"profile_ids": ["p_1"], "end": ["7"]}))
    certificates.save(home, certificate)
    (found, work), *rest = certificates.outstanding(home, ("deliveries",))
    assert not rest
    assert [each.room for each in work] == ["deliveries"]
    assert work[0].selectors["profile_ids"] == ["p_1"]

    certificates.report(home, found.request_id, done("deliveries", {"attempts": 2}, 5))
    certificates.report(home, found.request_id, done("ledger", {"events": 1}, 6))
    again = certificates.find(home, "er_1")
    assert again is not None
    assert [each.room for each in again.outstanding] == ["profiles"]


def test_a_process_looks_again_only_when_something_changed(home: Home) -> None:
    watch = certificates.Watch(home)
    assert watch.changed()
    assert not watch.changed()
    certificates.save(home, Certificate(request_id="er_1", requested_at=1, digests=()))
    assert watch.changed()
