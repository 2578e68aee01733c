"""The certificate of an erasure: what each room did, and whether the work is complete."""

from __future__ import annotations

from pathlib import Path

import msgspec

from triptych.consent import Certificate, RoomState
from triptych.consent.rights import ROOMS, done, pending, request_id
from triptych.consent.store import ErasedStore


def test_it_is_complete_when_no_room_is_pending() -> None:
    certificate = Certificate("er_1", 5, ("d1",))
    certificate = certificate.with_report(done("ledger", {"rows": 3}, at=6))
    certificate = certificate.with_report(pending("records", "worker is down", {"profiles": ["p_1"]}))

    assert certificate.completed_at is None
    assert [report.room for report in certificate.outstanding] == ["records"]

    certificate = certificate.with_report(done("records", {}, at=9))

    assert certificate.completed_at == 9
    assert [report.state for report in certificate.rooms] == [RoomState.DONE, RoomState.NOTHING]
    assert not any(report.selectors for report in certificate.rooms)


def test_it_does_not_take_back_what_a_room_has_done() -> None:
    certificate = Certificate("er_1", 5, ()).with_report(done("ledger", {"rows": 3}, at=6))

    assert certificate.with_report(pending("ledger", "restarted", {})) == certificate


def test_it_names_the_rooms_in_the_order_in_which_they_are_asked() -> None:
    certificate = Certificate("er_1", 5, ())
    for room in reversed(ROOMS):
        certificate = certificate.with_report(done(room, {"rows": 1}, at=6))

    assert tuple(report.room for report in certificate.rooms) == ROOMS


def test_it_prints_counts_and_no_selectors() -> None:
    certificate = Certificate("er_1", 5, ("d1", "d2")).with_report(pending("records", "down", {"profiles": ["p_1"]}))
    printed = msgspec.json.encode(certificate.answer()).decode()

    assert '"identifiers":2' in printed
    assert "p_1" not in printed
    assert "d1" not in printed


def test_it_is_kept_beside_the_erasure_list_as_it_stands(tmp_path: Path) -> None:
    store = ErasedStore(tmp_path / "erased.sqlite", check="c")
    certificate = Certificate("er_1", 5, ("d1",)).with_report(pending("records", "down", {"profiles": ["p_1"]}))
    store.save(certificate)
    assert store.certificates() == [certificate]

    store.save(certificate.with_report(done("records", {"parties": 1}, at=8)))
    store.close()

    assert b"p_1" not in (tmp_path / "erased.sqlite").read_bytes()


def test_it_gives_ids_that_sort_by_time() -> None:
    assert request_id(1, b"zzzzzzzzzz") < request_id(2, b"aaaaaaaaaa")
