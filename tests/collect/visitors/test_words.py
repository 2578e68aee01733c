"""Only the operator's words come out, whatever goes in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from triptych.collect.visitors import KINDS, OTHER, Category, Observation
from triptych.collect.visitors.model import decode_observations, encode_observations
from triptych.collect.visitors.rules import Wording, hour_of, kind_of
from triptych.collect.visitors.seeing import opened, path_of, times_of
from triptych.collect.visitors.signals import advertising
from triptych.vocabulary import MICROSECONDS

texts = st.text() | st.sampled_from(["/tea", "/tea/x", "tea", "spring", "page", "track", "Product Viewed", "X Clicked"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=8,
)
SHOP = Wording.of([Category("/tea", "tea"), Category("/", "home"), Category("/tea/green/", "green")], ["spring"])


@given(path=texts, said=values, campaign=values)
def test_no_word_of_a_page_gets_through(path: str, said: object, campaign: object) -> None:
    assert SHOP.category(path, said) in {"tea", "home", "green", OTHER}
    assert SHOP.campaign(campaign, said) in {"", "spring"}


@given(call=texts, name=texts)
def test_a_kind_is_one_of_five_or_none(call: str, name: str) -> None:
    assert kind_of(call, name) in {*KINDS, None}
    assert kind_of("track", "Order Completed") is None


def test_the_longest_path_wins() -> None:
    found = [SHOP.category(path) for path in ("/", "/teas", "/tea", "/tea/black", "/tea/green", "/tea/green/a", "")]
    assert found == ["home", "home", "tea", "tea", "green", "green", "home"]


@given(
    event=st.dictionaries(
        st.sampled_from(["timestamp", "originalTimestamp", "sentAt", "context", "properties"]), values
    )
)
def test_no_event_makes_it_stumble(event: dict[str, object]) -> None:
    now = 1_800_000_000 * MICROSECONDS
    times = times_of(event, batch_sent=None, received=now, literal=False)
    assert isinstance(times.corrected, int)
    assert isinstance(path_of(event, event), str)
    assert 5 <= hour_of(times.corrected, since=5, now=9) <= 9


@given(consent=st.dictionaries(st.sampled_from(["categoryPreferences", "tcf", "tcString"]), values))
def test_nothing_but_a_yes_is_a_yes(consent: dict[str, object]) -> None:
    said = advertising(consent, gpc=False, vendor=0, now=0).said
    preferences = consent.get("categoryPreferences")
    clear = isinstance(preferences, dict) and preferences.get("advertising") is True
    assert said is not True or (clear and not consent.get("tcf") and not consent.get("tcString"))
    assert advertising(consent, gpc=True, vendor=0, now=0).said is False


def test_an_erased_observation_keeps_its_place() -> None:
    one = Observation("0" * 32, "v_" + "1" * 32, 7, 5, "page", "tea", "spring", "tcf", (1, 3))
    body = encode_observations([one, one])
    erased = b'[{"erased":true},' + body[1:-1].partition(b"},")[2] + b"]"
    assert decode_observations(body) == [one, one]
    assert decode_observations(erased) == [None, one]
    assert opened(b"[1]") == opened(b"{") == {}
