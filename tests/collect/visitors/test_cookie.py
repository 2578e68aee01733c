"""A cookie is ours and in time, or it is none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triptych.collect.visitors import HOUR, LIFE_HOURS, Visitor, cookie

KEY, OTHER = b"k" * 32, b"o" * 32
hours = st.integers(0, 2_000_000)


@given(since=hours, age=st.integers(-3, LIFE_HOURS + 3))
def test_it_is_read_from_its_birth_to_the_end_of_its_life(since: int, age: int) -> None:
    who = cookie.new_id()
    found = cookie.read(KEY, cookie.mint(KEY, who, since), now=(since + age) * HOUR + HOUR - 1)
    assert found == (Visitor(who, since) if 0 <= age < LIFE_HOURS else None)


@given(since=hours, place=st.integers(0, 60), letter=st.sampled_from("0123456789abcdefz.G"))
def test_another_letter_makes_it_nobody_s(since: int, place: int, letter: str) -> None:
    value = cookie.mint(KEY, cookie.new_id(), since)
    place = min(place, len(value) - 1)
    changed = value[:place] + letter + value[place + 1 :]
    assert changed == value or cookie.read(KEY, changed, now=(since + 1) * HOUR) is None
    assert cookie.read(OTHER, value, now=(since + 1) * HOUR) is None


@given(st.text())
def test_no_text_makes_it_stumble(text: str) -> None:
    assert cookie.read(KEY, text, now=HOUR) is None
    assert cookie.value_in(f"a=b;{cookie.NAME}=x; {text}") == "x"


def test_its_age_is_what_is_left() -> None:
    who = Visitor(cookie.new_id(), 100)
    header = cookie.setting(KEY, who, now=(100 + LIFE_HOURS - 2) * HOUR, secure=True)
    assert "Max-Age=7200;" in header
    assert header.endswith("HttpOnly; SameSite=Lax; Secure")
    assert "Max-Age=0;" in cookie.expiring(secure=False)
    assert cookie.read(KEY, cookie.value_in(header.partition(";")[0]), now=100 * HOUR) == who
