"""No value that is blocked by default escapes the quick look that comes first."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from triptych.cdp.identity import Guards
from triptych.cdp.identity.doubtful import doubtful
from triptych.cdp.identity.guards import DEFAULT_BLOCKED_VALUES
from triptych.collect.texts import Texts

VALUES = st.text(st.sampled_from("01-+ \tnulLguest29é\u017f\u212a@."), max_size=9) | st.sampled_from(
    DEFAULT_BLOCKED_VALUES
)


@given(st.lists(VALUES))
def test_it_doubts_all_that_is_blocked(values: list[str]) -> None:
    places = np.arange(len(values))
    doubted = doubtful(Texts.of(values), places).tolist()
    assert set(Guards().blocked(places.tolist(), [1] * len(values), values)) <= set(doubted)


def test_it_does_not_doubt_what_has_a_number() -> None:
    values = Texts.of(["u1", "00000000-0000", "null", "-1", "0000-0009"])
    assert doubtful(values, np.arange(5)).tolist() == [1, 2, 3]
