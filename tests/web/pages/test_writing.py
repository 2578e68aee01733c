"""Figures, money, instants, sentences: as each language writes them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from triptych.activate.errors import OutgoingProblem
from triptych.activate.model import Status, Why
from triptych.audiences import parse
from triptych.audiences.flips import FlipReason
from triptych.vocabulary import MICROSECONDS, Reason, system_clock
from triptych.web.pages import payload, sentences, wings, words, writing
from triptych.web.pages.audiences import saying
from triptych.web.pages.identity import path
from triptych.web.pages.people import graph

NB = "\u00a0"
DAY = 86_400 * MICROSECONDS


@pytest.mark.parametrize(
    ("language", "number", "money", "percent"),
    [("en", "12,480", "€12,480.50", "62%"), ("fr", f"12{NB}480", f"12{NB}480,50{NB}€", f"62{NB}%")],
)
def test_it_writes_figures(language: str, number: str, money: str, percent: str) -> None:
    with translation.override(language):
        assert writing.number(12_480) == number
        assert writing.money(12_480.5) == money
        assert writing.percent(62, 100) == percent
        assert writing.number(None) == ""
        assert writing.percent(1, 0) == ""


def test_it_writes_spans_and_instants() -> None:
    now = system_clock()
    assert writing.span(0.42) == "0.4 s"
    assert writing.span(750) == "12 min"
    assert writing.span(86_400 * 5) == "5 days"
    assert writing.ago(now) == "now"
    assert writing.ago(now - 3 * 3_600 * MICROSECONDS) == "3 h"
    assert writing.long_day(now) == "Today"
    assert writing.long_day(now - DAY) == "Yesterday"
    assert writing.day(0) == ""
    with translation.override("fr"):
        assert writing.month("2026-11") == "nov. 2026"


def test_it_writes_identifiers() -> None:
    assert writing.identifier("email", "elodie@courriel.example", short=True) == "elodie@…"
    assert writing.identifier("loyalty_card", "299044710832") == "2990 4471 0832"
    assert writing.identifier("anonymous_id", "7f3c21d0-aa01-4c1f-9d1e-001122334455", short=True) == "a·7f3c…4455"
    assert writing.mask("email", "elodie@courriel.example") == "e…@c…"
    assert writing.initials("Élodie Garnier-Lefèvre") == "ÉL"
    assert writing.initials("") == ""


@pytest.mark.parametrize(
    ("event", "english", "french"),
    [
        ({"type": "track", "event": "Product Viewed", "properties": {"name": "Tea"}}, "Looked at Tea", "A regardé Tea"),
        (
            {"type": "track", "event": "Order Completed", "properties": {"products": [1]}},
            "Bought 1 item",
            "A acheté 1 article",
        ),
        ({"type": "page", "page_path": "/tea"}, "Looked at /tea", "A regardé /tea"),
        ({"type": "track", "event": "Odd Thing"}, "Odd Thing", "Odd Thing"),
        ({"type": "identify"}, "Gave or confirmed who they are", "A donné ou confirmé son identité"),
    ],
)
def test_it_says_what_happened(event: dict[str, Any], english: str, french: str) -> None:
    assert sentences.describe(event).says == english
    with translation.override("fr"):
        assert sentences.describe(event).says == french


def test_it_says_every_event_it_knows() -> None:
    for name in sentences.TRACKS:
        assert sentences.describe({"type": "track", "event": name, "properties": {}}).says


def test_it_reads_a_definition_aloud() -> None:
    parts = (
        'did "Order Completed" where "total" > 20 exactly 1 time in the last 30 days',
        'not trait "city" = "Nantes"',
        (
            '(sum of "total" of "Order Completed" > 100 or did not page "Home" in the last 2 weeks '
            'or not consent "analytics")'
        ),
    )
    node = parse(" and ".join(parts))
    said = saying.sentence(node)
    first = "did Order Completed where total over 20 exactly 1 time in the last 30 days"
    assert said.startswith(f"{first} and not City is Nantes and (sum of")
    assert "did not say yes to Analytics" in said
    assert [rule.depth for rule in saying.rules(node)] == [0, 1, 1, 1, 2, 2, 2]


def test_it_masks_a_payload() -> None:
    sent = {
        "userId": "u1",
        "context": {"traits": {"email": "alice@example.org", "age": 40}, "page": {"path": "/x"}},
        "properties": {"name": "Tea", "email": "a@b.fr"},
    }
    masked = payload.masked(sent)
    assert "alice@example.org" not in str(masked)
    assert "a@b.fr" not in str(masked)
    assert masked["properties"]["name"] == "Tea"
    assert masked["context"]["page"] == {"path": "/x"}
    assert "&lt;script&gt;" in payload.lines({"a": "<script>"})


def test_it_draws_what_is_joined_side_by_side() -> None:
    some = [{"node": n, "type": "email", "value": f"v{n}"} for n in range(20)]
    drawn = graph.draw(some, [{"a": 0, "b": n, "trust": "server"} for n in range(1, 6)], [])
    assert (len(drawn.dots), drawn.left_out, len(drawn.links)) == (14, 6, 5)
    assert drawn.dots[0].hub
    assert graph.draw([], [], []).dots == []


def test_it_walks_a_path_whatever_the_direction_of_its_edges() -> None:
    edges = [
        {"a": ["email", "x"], "b": ["anonymous_id", "a"], "trust": "browser"},
        {"a": ["email", "x"], "b": ["user_id", "u"], "trust": "server"},
    ]
    drawn = path.draw(edges)
    assert [stop.kind for stop in drawn.stops] == ["anonymous_id", "email", "user_id"]
    assert drawn.weakest is not None
    assert drawn.weakest.number == 1


def test_every_reason_of_the_vocabulary_has_words() -> None:
    every = [*Reason, *FlipReason, *Why, *OutgoingProblem]
    assert [reason.value for reason in every if words.reason(reason.value) == reason.value] == []
    assert [status.value for status in Status if words.delivery(status.value) == status.value] == []


def test_what_somebody_is_to_us_is_told_in_the_readers_words() -> None:
    person = {"traits": {"relation": {"value": "supplier", "source": "crm", "party": "first"}}}
    assert [line.value for line in wings.blocks(person, {})[0].lines] == ["Supplier"]
    with translation.override("fr"):
        assert [line.value for line in wings.blocks(person, {})[0].lines] == ["Fournisseur"]
