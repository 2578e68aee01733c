from datetime import UTC, datetime, timedelta

import pytest

from triptych.web.accounts import throttle
from triptych.web.accounts.models import LoginFailure

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def guess(
    times: int, *, account: str = "alice@example.org", address: str = "192.0.2.1", now: datetime = NOW
) -> list[int]:
    return [throttle.attempt(account, address, now=now) for _ in range(times)]


def test_it_lets_ten_attempts_through_and_then_asks_to_wait() -> None:
    waits = guess(12)
    assert waits[:10] == [0] * 10
    assert all(wait > 0 for wait in waits[10:])


def test_each_further_failure_doubles_the_wait_up_to_an_hour() -> None:
    guess(10)
    now, waits = NOW, []
    for _ in range(12):
        [wait] = guess(1, now=now)
        waits.append(wait)
        now += timedelta(seconds=wait)
        guess(1, now=now)
    assert waits[:4] == [15, 30, 60, 120]
    assert max(waits) == 3600


def test_a_wait_is_for_this_account_from_this_address_alone() -> None:
    guess(11)
    assert guess(1, account="bob@example.org") == [0]
    assert guess(1, address="192.0.2.2") == [0]
    assert guess(1, account=" ALICE@example.org ") != [0]


def test_one_address_cannot_try_every_account() -> None:
    waits = [guess(1, account=f"{number}@example.org")[0] for number in range(102)]
    assert waits[:100] == [0] * 100
    assert waits[101] > 0


def test_a_whole_subscriber_of_ipv6_is_one_address() -> None:
    waits = [guess(1, address=f"2001:db8::{number:x}")[0] for number in range(12)]
    assert waits[-1] > 0


def test_success_forgets_and_so_does_a_day() -> None:
    guess(9)
    throttle.succeeded("alice@example.org", "192.0.2.1")
    assert guess(10) == [0] * 10
    assert guess(1) != [0]
    assert guess(1, now=NOW + timedelta(hours=25)) == [0]


def test_it_keeps_no_address_of_anybody() -> None:
    guess(1)
    for row in LoginFailure.objects.all():
        assert "alice" not in row.key
        assert len(row.key) == 64


def test_tidying_forgets_what_no_longer_counts() -> None:
    guess(1)
    throttle.tidy(now=NOW + timedelta(hours=25))
    assert not LoginFailure.objects.exists()
