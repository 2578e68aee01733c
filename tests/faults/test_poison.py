"""One event in a hundred is nonsense: it is set aside once, and nobody else notices."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.house import House, Source
from tests.journeys.test_house import balanced

PER_BATCH = 100
BATCHES = 1_000

POISON: tuple[tuple[str, str, bytes], ...] = (
    ("not_an_object", "a number", b"7"),
    ("not_an_object", "null", b"null"),
    ("not_an_object", "a list", b'["track","Bought"]'),
    ("not_an_object", "NaN", b'{"type":"track","event":"Bought","userId":"x","messageId":"@","properties":{"n":NaN}}'),
    ("not_an_object", "half a pair", b'{"type":"track","event":"\\ud800","userId":"x","messageId":"@"}'),
    ("not_an_object", "a deep tower", b"[" * 5_000 + b"]" * 5_000),
    (
        "invalid_event",
        "forty levels",
        b'{"type":"track","event":"Bought","userId":"x","messageId":"@","properties":{"n":'
        + b"[" * 40
        + b"]" * 40
        + b"}}",
    ),
    (
        "invalid_event",
        "keys without end",
        b'{"type":"track","event":"Bought","userId":"x","messageId":"@","properties":{'
        + b",".join(b'"k%d":1' % number for number in range(1_100))
        + b"}}",
    ),
    ("no_identifier", "a list as user", b'{"type":"track","event":"Bought","userId":["x"],"messageId":"@"}'),
    ("unknown_type", "a dance", b'{"type":"dance","userId":"x","messageId":"@"}'),
    ("no_identifier", "nobody", b'{"type":"track","event":"Bought","messageId":"@"}'),
    ("no_event_name", "no name", b'{"type":"track","userId":"x","messageId":"@"}'),
    (
        "event_too_large",
        "forty thousand bytes",
        b'{"type":"track","event":"Bought","userId":"x","messageId":"@","properties":{"n":"' + b"x" * 40_000 + b'"}}',
    ),
)
"""The reason it is set aside for, what it is, and its bytes; ``@`` becomes its message id."""


def good(number: int) -> bytes:
    """An event nobody would object to."""
    return b'{"type":"track","event":"Bought","userId":"u%d","messageId":"good-%d","properties":{"number":%d}}' % (
        number % 500,
        number,
        number,
    )


def body(batch: int) -> bytes:
    """A batch with one poison, each time in another place."""
    events = [good(batch * PER_BATCH + number) for number in range(PER_BATCH)]
    _, _, content = POISON[batch % len(POISON)]
    events[batch * 7 % PER_BATCH] = content.replace(b'"@"', b'"poison-%d"' % batch)
    return b'{"batch":[' + b",".join(events) + b"]}"


def post(shop: Source, batch: int) -> None:
    """Send it, as a client that is told nothing of poison."""
    answer = shop.house.client.post(
        f"http://{shop.house.addresses['edge']}/v1/batch",
        content=body(batch),
        headers={"content-type": "application/json"},
        auth=(shop.secret_key, ""),
    )
    assert (answer.status_code, answer.json()) == (200, {"success": True}), POISON[batch % len(POISON)][1]


def quarantined(house: House) -> list[dict[str, Any]]:
    """Everything that was set aside."""
    found: list[dict[str, Any]] = []
    before = 0
    while True:
        page = house.ask("quarantine", before=before, limit=200)
        found += page["events"]
        if not page["next"]:
            return found
        before = page["next"]


@pytest.mark.slow
def test_a_hundred_thousand_events_with_one_percent_poison(own: Callable[..., House], tmp_path: Path) -> None:
    house = own()
    shop = house.source()
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda batch: post(shop, batch), range(BATCHES)):
            pass
    status = house.settled()
    assert balanced(status)
    assert (status["stored"], status["quarantined"], status["duplicate"]) == (
        BATCHES * (PER_BATCH - 1),
        BATCHES,
        0,
    )
    house.run("export", "events", "--out", str(tmp_path / "events.jsonl"))
    numbers = [
        json.loads(line)["properties"]["number"] for line in (tmp_path / "events.jsonl").read_text().splitlines()
    ]
    poisoned = {batch * PER_BATCH + batch * 7 % PER_BATCH for batch in range(BATCHES)}
    assert len(numbers) == len(set(numbers))
    assert set(numbers) == set(range(BATCHES * PER_BATCH)) - poisoned
    aside = quarantined(house)
    assert len({event["offset"] for event in aside}) == len(aside) == BATCHES
    expected = Counter(POISON[batch % len(POISON)][0] for batch in range(BATCHES))
    assert Counter(event["reason"] for event in aside) == expected
    named = [event["message_id"] for event in aside if event["message_id"].startswith("poison-")]
    assert len(named) == len(set(named)) >= BATCHES // len(POISON) * 7
