"""A consent string says what it says, or it says no."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iab_tcf import decode_v2

from tests.consent.strings import GRANTED, segment, string
from triptych.consent.tcf import MAX_LENGTH, MalformedString, Vendors, decode, read
from triptych.vocabulary import MICROSECONDS

NOW = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()) * MICROSECONDS
BEFORE = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)
SINCE = datetime(2026, 3, 1, tzinfo=UTC)


def test_it_reads_what_was_chosen() -> None:
    found = decode(string(purposes=(1, 3, 24), vendors=(2, 12), disclosed=(12,)))
    assert found.purposes == {1, 3, 24}
    assert (found.language, found.country, found.cmp_id) == ("EN", "FR", 31)
    assert found.allows(1, 3)
    assert not found.allows(1, 2)
    assert found.allows_vendor(12)
    assert not found.allows_vendor(2), "it was not shown"
    assert (len(found.vendors), 2 in found.vendors, 3 in found.vendors, -1 in found.vendors) == (2, True, False, False)


@pytest.mark.parametrize("purposes", [(), (1,), tuple(range(1, 25))])
@given(vendors=st.sets(st.integers(1, 400)), disclosed=st.none() | st.sets(st.integers(1, 400)))
def test_it_agrees_with_iab_tcf(purposes: tuple[int, ...], vendors: set[int], disclosed: set[int] | None) -> None:
    text = string(purposes=purposes, vendors=vendors, disclosed=disclosed)
    ours, theirs = decode(text), decode_v2(text)
    assert ours.purposes == {number for number in range(1, 25) if theirs.is_purpose_allowed(number)}
    assert ours.vendors == Vendors(sum(1 << number for number in range(1, 401) if theirs.is_vendor_allowed(number)))
    assert (ours.disclosed is None) == (disclosed is None)


def test_it_relies_on_a_string_without_disclosed_vendors_only_where_it_is_older_than_the_rule() -> None:
    assert read(string(disclosed=None, created=BEFORE), now=NOW) is not None
    assert read(string(disclosed=None, created=SINCE), now=NOW) is None
    assert read(string(disclosed=(), created=SINCE), now=NOW) is not None


def test_it_relies_on_no_string_of_an_earlier_policy_or_of_the_future() -> None:
    assert read(string(policy=3), now=NOW) is None
    assert read(string(policy=4), now=NOW) is not None
    now = datetime.fromtimestamp(NOW // MICROSECONDS, UTC)
    assert read(string(created=now + timedelta(hours=23)), now=NOW) is not None
    assert read(string(created=now + timedelta(hours=25)), now=NOW) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "nonsense",
        "DBABMA~" + GRANTED,
        GRANTED + ".",
        "." + GRANTED,
        GRANTED.replace(".", "..") if "." in GRANTED else "",
        GRANTED[:20],
        GRANTED.split(".")[0][:-9],
        "é" + GRANTED,
        GRANTED.replace(GRANTED[10], "+", 1),
        GRANTED + "=",
        "\n" + GRANTED,
        string(version=1),
        "C" * (MAX_LENGTH + 1),
        "\ud800",
    ],
)
def test_a_broken_string_is_no_consent(text: str) -> None:
    assert read(text, now=NOW) is None
    with pytest.raises(MalformedString):
        decode(text)


@pytest.mark.parametrize(
    ("highest", "start", "end", "reads"),
    [(9, 2, 4, True), (9, 9, 9, True), (9, 0, 4, False), (9, 4, 2, False), (9, 2, 10, False)],
)
def test_it_reads_ranges_and_refuses_those_that_are_none(highest: int, start: int, end: int, *, reads: bool) -> None:
    disclosed = segment([(1, 3), (highest, 16), (1, 1), (1, 12), (1, 1), (start, 16), (end, 16)])
    found = read(f"{string(disclosed=None)}.{disclosed}", now=NOW)
    assert (found is not None) == reads
    if found is not None:
        assert found.disclosed == Vendors(sum(1 << number for number in range(start, end + 1)))


@given(st.text(max_size=200))
def test_no_text_makes_it_stumble(text: str) -> None:
    assert read(text, now=NOW) is None


def mutated(text: str, dice: random.Random) -> str:
    """A string with something wrong: letters changed, cut, doubled, swapped."""
    letters = list(text)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(letters) + 1)
        match dice.randrange(5):
            case 0:
                letters[at : at + 1] = dice.choice("ABCgwxyz0189-_.+/= ~é\0")
            case 1:
                letters = letters[:at]
            case 2:
                letters[at:at] = letters[at : at + dice.randint(1, 9)]
            case 3:
                del letters[at : at + dice.randint(1, 9)]
            case _:
                letters = letters[at:] + letters[:at]
    return "".join(letters)


def test_no_mutation_makes_it_stumble() -> None:
    dice = random.Random(11)
    for _ in range(500):
        read(mutated(GRANTED, dice), now=NOW)
