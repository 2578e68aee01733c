"""Load the demo world through the front door, as ordinary clients would, and say how far it is."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import httpx
import pyarrow as pa
import pyarrow.parquet as pq

from triptych.runtime.demo.people import Household, settle
from triptych.runtime.demo.sample import Basket, Sample, read_sample
from triptych.runtime.demo.story import DAY, Told, stamped, tell
from triptych.runtime.home import write_atomically
from triptych.vocabulary import MICROSECONDS

SEED = 17
_BATCH = 200
_PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Size:
    """How much of the world is loaded: households of the sample, its last weeks, organisations, browsers."""

    households: int
    weeks: int
    organisations: int
    browsers: int


SIZES = {
    "small": Size(households=300, weeks=13, organisations=36, browsers=900),
    "full": Size(households=2_469, weeks=53, organisations=180, browsers=9_000),
}


@dataclass(frozen=True, slots=True)
class World:
    """The sample and the people who live in it, for the day on which it was first loaded."""

    sample: Sample
    households: tuple[Household, ...]
    anchor: int

    @property
    def start(self) -> int:
        """The day before the first basket."""
        return self.sample.baskets[0].at - DAY

    def baskets(self) -> dict[int, list[Basket]]:
        """The baskets of each household."""
        found: dict[int, list[Basket]] = defaultdict(list)
        for basket in self.sample.baskets:
            found[basket.household].append(basket)
        return found


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load is; written beside the house for the page that waits for it."""

    stage: str
    done: int
    total: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What was sent. ``seconds`` is wall time."""

    households: int
    people: int
    events: int
    orders: int
    seconds: float
    by_source: dict[str, int]


class LoadFailed(RuntimeError):
    """The front door refused a batch of the demo; its answer is the message."""


def read_world(*, home: Path, size: Size, now: int, report: Callable[[Progress], None]) -> World:
    """Read the sample and people it. The truth goes to ``demo/truth.parquet`` in the home.

    Raises:
        SampleMissing: the sample's package is not installed.
    """
    report(Progress("Reading the sample", 0, 1, finished=False))
    anchor = _anchor(home, now)
    sample = read_sample(households=size.households, weeks=size.weeks, now=anchor)
    households = _settle(sample)
    _write_truth(home, households)
    return World(sample, tuple(households), anchor)


def send_world(
    world: World, *, edge: str, keys: dict[str, str], now: int, report: Callable[[Progress], None]
) -> Report:
    """Tell the world's story and send it. Loading the same day twice changes nothing.

    Args:
        world: who did what.
        edge: the front door's address, ``http://host:port``.
        keys: the secret or write key of each demo source, by source id.
        now: the present instant, in microseconds since 1970.
        report: told of every step.

    Raises:
        LoadFailed: the front door answered anything but 200.
    """
    begun = time.monotonic()
    told = sorted(_story(world), key=lambda one: one.at)
    sent = _send(told, edge=edge, keys=keys, now=now, report=report)
    return Report(
        households=len(world.households),
        people=sum(len(one.people) for one in world.households),
        events=sum(sent.values()),
        orders=len(world.sample.baskets),
        seconds=round(time.monotonic() - begun, 1),
        by_source=dict(sent),
    )


def write_progress(home: Path) -> Callable[[Progress], None]:
    """A reporter that keeps ``demo/progress.json`` up to date, atomically."""
    target = home / "demo" / "progress.json"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def report(progress: Progress) -> None:
        write_atomically(target, json.dumps(asdict(progress)).encode())

    return report


def _anchor(home: Path, now: int) -> int:
    """The day the world ends on: the first load's, so that a second load sends the same bodies."""
    kept = home / "demo" / "anchor"
    if kept.exists():
        return int(kept.read_text())
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept.write_text(str(now))
    return now


def _settle(sample: Sample) -> list[Household]:
    settled, entity = [], 1
    for number in sorted({basket.household for basket in sample.baskets}):
        household = settle(
            number,
            size=sample.household_sizes.get(number, 1),
            entity=entity,
            random=Random(f"{SEED}/{number}"),
        )
        settled.append(household)
        entity += len(household.people)
    return settled


def _story(world: World) -> Iterator[Told]:
    baskets = world.baskets()
    for household in world.households:
        random = Random(f"{SEED}/story/{household.number}")
        yield from tell(household, baskets[household.number], start=world.start, random=random)
    yield from _strangers(world.start)


def _strangers(start: int) -> Iterator[Told]:
    """A partner and a catalogue that try to name people, and a crawler that says nothing of who it is."""
    for number in range(12):
        named = {"type": "identify", "traits": {"email": f"prospect.{number}@liste.example"}}
        yield Told("datalis", start + number * 5 * DAY, named)
        yield Told(
            "web", start + number * 6 * DAY, {"type": "page", "name": "Accueil", "anonymousId": f"crawler-{number}"}
        )


def _send(
    told: list[Told], *, edge: str, keys: dict[str, str], now: int, report: Callable[[Progress], None]
) -> Counter[str]:
    sent: Counter[str] = Counter()
    waiting: dict[str, list[dict[str, object]]] = defaultdict(list)
    past = [one for one in told if one.at < now - MICROSECONDS]
    with httpx.Client(base_url=edge, timeout=_PATIENCE, trust_env=False) as client:
        for one in past:
            waiting[one.source].append(stamped(one, sent[one.source]))
            sent[one.source] += 1
            if len(waiting[one.source]) == _BATCH:
                _post(client, keys[one.source], waiting.pop(one.source))
                report(Progress("Sending the events", sum(sent.values()), len(past), finished=False))
        for source, batch in waiting.items():
            _post(client, keys[source], batch)
    return sent


def _post(client: httpx.Client, key: str, batch: list[dict[str, object]]) -> None:
    for attempt in range(_PATIENCE):
        answer = client.post("/v1/batch", json={"batch": batch}, auth=(key, ""))
        if answer.status_code == httpx.codes.OK:
            return
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or attempt == _PATIENCE - 1:
            raise LoadFailed(f"the front door answered {answer.status_code}: {answer.text[:200]}")
        time.sleep(1)


def _write_truth(home: Path, households: list[Household]) -> None:
    rows = [
        (kind, value, person.entity)
        for one in households
        for person in one.people
        for kind, value in person.identifiers
    ]
    kinds, values, entities = zip(*rows, strict=True)
    table = pa.table({"type": list(kinds), "value": list(values), "entity": pa.array(entities, pa.int64())})
    (home / "demo").mkdir(mode=0o700, parents=True, exist_ok=True)
    pq.write_table(table, home / "demo" / "truth.parquet")
