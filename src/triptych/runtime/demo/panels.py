"""The other two panels of the demo: the relations that colleagues keep, and the strangers that consented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from triptych.runtime.demo import strangers, visiting, working
from triptych.runtime.demo.complaints import conversations
from triptych.runtime.demo.loading import SEED, Progress, Size, World
from triptych.runtime.demo.relations import history, organisations
from triptych.runtime.demo.staff import seats
from triptych.runtime.home import Home, write_atomically
from triptych.runtime.partnering import take_in
from triptych.vocabulary import Party, system_clock

PARTNERS = {"loire": Party.SECOND, "datalis": Party.THIRD}
"""The contracts of the demo under which a file comes in."""

_PARTNERS = "Taking in the partners' files"
_RELATIONS = "Entering the relations"
_VISITORS = "Sending the visitors"


@dataclass(frozen=True, slots=True)
class PanelsReport:
    """What was entered and sent beside the events: parties, what was said to them, browsers and their events.

    ``partner_lines`` are the lines of the partners' files that were taken in.
    """

    parties: int
    interactions: int
    browsers: int
    visits: int
    partner_lines: int


def load(
    world: World, *, home: Path, edge: str, key: str, size: Size, report: Callable[[Progress], None]
) -> PanelsReport:
    """Load both panels. ``key`` is the write key of the source that browsers use. A second load changes nothing.

    Raises:
        VisitRefused: the front door did not take a browser's events.
    """
    parties, interactions = load_relations(world, size=size, report=report)
    browsers, visits = load_visitors(world, home=home, edge=edge, key=key, size=size, report=report)
    lines = load_partners(browsers, home=home, edge=edge, key=key, report=report)
    return PanelsReport(parties, interactions, len(browsers), visits, lines)


def load_relations(world: World, *, size: Size, report: Callable[[Progress], None]) -> tuple[int, int]:
    """Enter divisions, suppliers, service providers and customers. Answers parties and interactions."""
    working.open_divisions()
    waiting = [*_organisations(world, size), *_people(world)]

    def tell(done: int) -> None:
        report(Progress(_RELATIONS, done, len(waiting), finished=False))

    return len(waiting), working.work(waiting, staff=seats(), report=tell)


def load_visitors(
    world: World, *, home: Path, edge: str, key: str, size: Size, report: Callable[[Progress], None]
) -> tuple[list[strangers.Browser], int]:
    """Send the browsers that agreed to advertising. Answers them and the number of their events."""
    users = [person.user_id for one in world.households for person in one.people if person.user_id]
    browsers = list(strangers.browsers(size.browsers, users=users, now=world.anchor, seed=SEED))

    def tell(done: int) -> None:
        if done % 50 == 0:
            report(Progress(_VISITORS, done, len(browsers), finished=False))

    sent = visiting.visit(browsers, home=home, edge=edge, key=key, seed=SEED, now=world.anchor, report=tell)
    return browsers, sent


def load_partners(
    browsers: list[strangers.Browser],
    *,
    home: Path,
    edge: str,
    key: str,
    report: Callable[[Progress], None],
) -> int:
    """Let each partner write its file, and take it in as an operator would. Answers the lines that were accepted.

    The operator's file also holds a line with a plain address, which is refused at the door.
    """
    accepted = 0
    for done, contract in enumerate(PARTNERS):
        report(Progress(_PARTNERS, done, len(PARTNERS), finished=False))
        file = home / "demo" / f"{contract}.csv"
        if file.exists():
            continue
        rows = visiting.partner_file(browsers, home=home, edge=edge, key=key, contract=contract, seed=SEED)
        lines = ["digest,code", *(f"{digest},{code}" for digest, code in rows)]
        if contract == "loire":
            lines.append("camille.essai@courriel.example,renews-60")
        write_atomically(file, "\n".join(lines).encode() + b"\n")
        taken = take_in(Home(home), file, contract=contract, party=PARTNERS[contract], clock=system_clock)
        accepted += taken["accepted"]
    return accepted


def _organisations(world: World, size: Size) -> Iterator[working.Work]:
    for one in organisations(size.organisations, seed=SEED):
        said = history(one, start=world.start, now=world.anchor, seed=SEED)
        yield working.of_organisation(one, said, start=world.start)


def _people(world: World) -> Iterator[working.Work]:
    baskets = world.baskets()
    for household in world.households:
        for person in household.people:
            said = tuple(conversations(person, baskets[household.number], seed=SEED, now=world.anchor))
            random = Random(f"{SEED}/known/{person.entity}")
            if said or random.random() < 0.2:
                yield working.of_person(person, said, start=world.start)
