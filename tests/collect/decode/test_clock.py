"""The clock rule, by which an event gets its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collect.decode.rows import KEY, NOW, entry, row, track
from triptych.collect.decode import decode
from triptych.collect.decode.clock import CLAMPED, NO_ZONE, UNPARSABLE, parse

SECOND = 1_000_000
AT = "2025-11-24T15:00:00Z"
HOUR = 3600 * SECOND
EARLIEST, LATEST = datetime(1, 1, 2), datetime(9999, 12, 30)  # noqa: DTZ001 - Hypothesis adds zones itself


def read(event: dict[str, Any], *, literal: bool = False, **head: Any) -> tuple[int, int]:
    got = decode([row(entry([track(**event)], **head))], KEY, literal=lambda _version, _source: literal)
    return int(got.timestamp[0]) - NOW, int(got.clock_flags[0])


def test_it_takes_the_time_of_receipt_when_nothing_is_said() -> None:
    assert read({}) == (0, 0)


def test_it_corrects_a_client_s_clock_by_its_time_of_sending() -> None:
    assert read({"timestamp": AT}, sent_at="2025-11-24T15:00:10Z") == (-10 * SECOND, 0)
    assert read({"timestamp": AT, "sentAt": "2025-11-24T15:00:10Z"}) == (-10 * SECOND, 0)


def test_it_believes_the_batch_before_the_event() -> None:
    event = {"timestamp": AT, "sentAt": "2025-11-24T15:00:10Z"}
    assert read(event, sent_at="2025-11-24T15:00:20Z") == (-20 * SECOND, 0)


def test_it_prefers_the_original_time() -> None:
    assert read({"timestamp": AT, "originalTimestamp": "2025-11-24T14:00:00Z"}) == (-2 * HOUR, 0)


def test_it_keeps_a_literal_source_to_the_letter() -> None:
    assert read({"timestamp": AT}, literal=True, sent_at="2025-11-24T15:00:10Z") == (-HOUR, 0)
    original = {"originalTimestamp": AT, "sentAt": "2025-11-24T15:00:10Z"}
    assert read(original, literal=True, sent_at="2025-11-24T15:30:00Z") == (-10 * SECOND, 0)


def test_it_clamps_a_clock_that_runs_ahead() -> None:
    assert read({"timestamp": "2025-11-24T16:04:59Z"}) == (299 * SECOND, 0)
    assert read({"timestamp": "2025-11-24T16:05:01Z"}) == (0, CLAMPED)


@pytest.mark.parametrize(
    "text", ["yesterday", "2025-13-01T00:00:00Z", "2025-11-24T25:00:00Z", "2025-11-24T15:00:00+1", 12]
)
def test_it_takes_the_time_of_receipt_for_what_it_cannot_read(text: object) -> None:
    assert read({"timestamp": text}) == (0, UNPARSABLE)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("2025-11-24T15:00:00.000Z", 0),
        ("2025-11-24T16:00:00+01:00", 0),
        ("2025-11-24T16:00:00.000000123+0100", 0),
        ("2025-11-24 15:00", NO_ZONE),
        ("2025-11-24T15:00:00", NO_ZONE),
    ],
)
def test_it_reads_iso_8601_in_its_spellings(text: str, flag: int) -> None:
    assert read({"timestamp": text}) == (-HOUR, flag)


@given(st.datetimes(EARLIEST, LATEST), st.integers(-14 * 60, 14 * 60))
def test_it_agrees_with_the_standard_library(naive: datetime, minutes: int) -> None:
    moment = naive.replace(tzinfo=UTC)
    sign = "+" if minutes >= 0 else "-"
    zone = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    expected = (moment - timedelta(minutes=minutes) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert parse([naive.isoformat() + zone]).instants.tolist() == [expected]
