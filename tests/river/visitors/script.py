"""Random histories below the wall, and a slow, obvious account of what each must come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.river.visitors.world import ALICE, BOB, CHARLIE, NOON, World
from triptych.audiences import parse
from triptych.audiences.segments import SegmentDefinition
from triptych.collect.visitors import HOUR, LIFE_HOURS
from triptych.dmp.partners import Code, Contract

Step = tuple[str, Any]

VISITORS = st.sampled_from([ALICE, BOB, CHARLIE])
OBSERVATIONS = st.fixed_dictionaries(
    {"id": st.integers(0, 9), "visitor": VISITORS, "kind": st.sampled_from(["page", "page", "cart", "dance"])},
    optional={
        "category": st.sampled_from(["coffee", "tea", "other", "nonsense"]),
        "campaign": st.sampled_from(["", "spring"]),
        "ago": st.integers(-1, 60),
        "by": st.sampled_from(["signal", "tcf"]),
    },
)
FILES = st.tuples(
    st.sampled_from(["loire", "datalis"]),
    st.sampled_from(["renews-60", "unknown"]),
    st.lists(VISITORS, max_size=3, unique=True),
    st.integers(0, 100),
)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("observe"), st.lists(OBSERVATIONS, min_size=1, max_size=4)),
    st.tuples(st.just("observe"), st.lists(OBSERVATIONS, min_size=1, max_size=4)),
    st.tuples(st.just("withdraw"), VISITORS),
    st.tuples(st.just("file"), FILES),
    st.tuples(st.just("end"), st.sampled_from(["loire", "datalis"])),
    st.tuples(st.just("tick"), st.sampled_from([1, 20, 8 * 24, LIFE_HOURS - 50])),
    st.tuples(st.just("publish"), st.integers(0, 2)),
    st.tuples(st.just("junk"), st.sampled_from([b"", b"[]", b"[1]", b"{}"])),
    st.tuples(st.just("pay"), st.just(None)),
)
HISTORIES = st.lists(STEPS, min_size=1, max_size=14)

TEXTS = {
    "coffee": 'did "page" where "category" = "coffee" at least 2 times in the last 2 days',
    "renewers": 'said "renews-60" by "loire"',
    "lookers": 'did "page" and not did "cart" in the last 1 days',
}
SEGMENTS = [
    SegmentDefinition(name, name, text=text, tree=parse(text, world="visitors")) for name, text in TEXTS.items()
]
CONTRACTS = {
    "loire": Contract("loire", "Loire", 2, ends_at=(NOON + 100) * HOUR, codes=(Code("renews-60"),)),
    "datalis": Contract("datalis", "Datalis", 3, ends_at=(NOON + 30) * HOUR, codes=(Code("renews-60"),)),
}


@dataclass(slots=True)
class Account:
    """What is held, by the obvious reading of the same history: no batches, no ordinals, no arrays."""

    keys: Callable[[str], str]
    hour: int = NOON
    version: int = 0
    seen: list[dict[str, Any]] = field(default_factory=list)
    ids: set[tuple[int, str]] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    said: dict[tuple[str, str, str], int] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    id_days: dict[tuple[int, str], int] = field(default_factory=dict)

    def observe(self, said: dict[str, Any]) -> None:
        """Something was seen."""
        visitor, hour = said["visitor"], self.hour - said.get("ago", 0)
        key = said["id"], visitor
        stretch = self.hour // (8 * 24)
        if visitor in self.gone or self.hour - LIFE_HOURS >= NOON:
            return
        if key in self.id_days and self.id_days[key] >= stretch - 1:
            return
        self.id_days[key] = stretch
        words = {"coffee", "tea", "other"} if self.version != 2 else {"tea", "other"}
        good = said["kind"] != "dance" and said.get("category", "coffee") in words and NOON <= hour <= self.hour
        if good:
            self.seen.append({**said, "hour": hour, "category": said.get("category", "coffee")})

    def tick(self, hours: int) -> None:
        """Time passes."""
        self.hour += hours
        if self.hour - LIFE_HOURS >= NOON:
            self.seen.clear()
        self.said = {key: until for key, until in self.said.items() if until > self.hour}

    def known(self) -> set[str]:
        """Who lives."""
        return {each["visitor"] for each in self.seen}

    def members(self) -> dict[str, set[str]]:
        """Who is in what, of the segments of the version in force."""
        found: dict[str, set[str]] = {
            "coffee": {who for who in self.known() if self._count(who, "page", 48, "coffee") >= 2},
            "renewers": {who for contract, _, who in self.said if contract == "loire" and who in self.known()},
            "lookers": {
                who for who in self.known() if self._count(who, "page", None) and not self._count(who, "cart", 24)
            },
        }
        return found if self.version else {}

    def _count(self, who: str, kind: str, window: int | None, category: str = "") -> int:
        return sum(
            each["visitor"] == who
            and each["kind"] == kind
            and (window is None or each["hour"] > self.hour - window)
            and category in ("", each["category"])
            for each in self.seen
        )


def play(world: World, steps: Sequence[Step], between: Callable[[int], None]) -> Account:
    """Play a history; ``between`` is called after each step with its number. Answers what it must have come to."""
    account = Account(world.keys.handle_of)
    for number, (kind, what) in enumerate(steps):
        globals()[f"_{kind}"](world, account, what)
        between(number)
    return account


def _observe(world: World, account: Account, what: list[dict[str, Any]]) -> None:
    every = []
    for said in what:
        fields = {name: value for name, value in said.items() if name not in ("id", "ago")}
        fields |= {"id": f"{said['id']:032x}", "hour": world.hour - said.get("ago", 0)}
        every.append(world.observation(**fields))
    world.observe(*every)
    for said in what:
        account.observe(said)


def _withdraw(world: World, account: Account, visitor: str) -> None:
    world.withdraw(visitor)
    account.gone.add(visitor)
    account.seen = [each for each in account.seen if each["visitor"] != visitor]


def _file(world: World, account: Account, what: tuple[str, str, list[str], int]) -> None:
    contract, code, visitors, hours = what
    until = world.hour + hours
    world.file(*visitors, contract=contract, code=code, until=until)
    ends = CONTRACTS[contract].ends_at // HOUR
    if account.version and contract not in account.ended and code == "renews-60" and ends > account.hour and hours:
        for visitor in visitors:
            key = contract, code, visitor
            account.said[key] = max(account.said.get(key, 0), min(until, ends))


def _end(world: World, account: Account, contract: str) -> None:
    world.end(contract)
    account.ended.add(contract)
    account.said = {key: until for key, until in account.said.items() if key[0] != contract}


def _tick(world: World, account: Account, hours: int) -> None:
    world.tick(hours)
    account.tick(hours)


def _publish(world: World, account: Account, which: int) -> None:
    words = ("coffee", "tea") if which != 2 else ("tea",)
    contracts = list(CONTRACTS.values()) if which else []
    world.publish(segments=SEGMENTS if which else [], contracts=contracts, categories=words)
    account.version = which


def _junk(world: World, account: Account, body: bytes) -> None:
    del account
    world.append(world.entry("observations", body, count=1, accepted=1), world.entry("unheard-of", body))


def _pay(world: World, account: Account, _: None) -> None:
    del account
    world.settle()
    world.pay()
