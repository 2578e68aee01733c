"""One spelling for each value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.collect.decode.normalise import email, phone


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("+33 (0)6.12.34.56.78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+44 20 7946 0018", "+442079460018"),
        ("112", None),
        ("", None),
        ("00000000", None),
    ],
)
def test_it_writes_a_number_as_e164(said: str, meant: str | None) -> None:
    assert phone(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Alice@Example.FR ", "alice@example.fr"),
        ("ａlice@example.fr", "alice@example.fr"),
        ("élodie@exemple.fr", "élodie@exemple.fr"),
        ("a@b", None),
        ("a b@example.fr", None),
        ("a@@example.fr", None),
        ("a@example..fr", None),
        ("@example.fr", None),
    ],
)
def test_it_writes_an_address_one_way(said: str, meant: str | None) -> None:
    assert email(said) == meant


@given(st.text(max_size=20))
def test_it_changes_nothing_the_second_time(text: str) -> None:
    for rule in (email, phone):
        once = rule(text)
        assert once is None or rule(once) == once
