"""Live evaluation: entries and exits in the same batch as the event, trait, consent or instant behind them.

A batch goes through six steps. (1) Its events join the counts and sums of their node. (2) Bits of event conditions
are set for the profiles touched, and in full for those that changed their nodes. (3) Bits of traits and consents are
set where they changed. (4) What has become due by time alone is looked at again. (5) Memberships of merged profiles
close. (6) Audiences are run over the profiles with changed bits: the difference to before is what flipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from pyroaring import BitMap

from triptych.audiences.flips import Flip, FlipKind, FlipReason, Flips
from triptych.audiences.live.bits import Bits
from triptych.audiences.live.compiled import Flags, Int64s
from triptych.audiences.live.facts import Changes, Facts, Stream
from triptych.audiences.live.members import Difference, Members
from triptych.audiences.live.memory import Memory
from triptych.audiences.live.people import People
from triptych.audiences.live.plan import Plan
from triptych.audiences.live.standing import Standing
from triptych.audiences.live.touched import Regrouping, Touched, touched_by
from triptych.audiences.model import Definition
from triptych.collect.model import Columns


class Moment(NamedTuple):
    """The place in the ledger and the time at which something flips."""

    offset: int
    now: int


class LiveAudiences:
    """The audiences in force, their members, and all that is needed to tell who flips next."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._members = Members()
        self._plan = Plan(())
        self._memory = Memory(self._plan)
        self._standing = Standing(self._plan, facts)
        self._bits = Bits(self._plan.zero)

    @property
    def definitions(self) -> Mapping[str, Definition]:
        """The definitions in force, by id."""
        return self._plan.definitions

    def members(self, audience: str) -> BitMap:
        """The profiles in an audience, by ordinal."""
        return BitMap(self._members.of(audience))

    def size(self, audience: str) -> int:
        """How many are in an audience."""
        return len(self._members.of(audience))

    def overlap(self, first: str, second: str) -> int:
        """How many are in both of two audiences."""
        return int(self._members.of(first).intersection_cardinality(self._members.of(second)))

    def of_profile(self, profile: int) -> tuple[str, ...]:
        """The audiences that a profile is in."""
        return tuple(sorted(each for each in self._plan.definitions if profile in self._members.of(each)))

    @property
    def statistics(self) -> dict[str, int]:
        """How much is remembered: bytes of counts, sums and bits, and entries of the queue."""
        return {"bytes": self._memory.nbytes + self._bits.words.nbytes, "due": self._memory.waiting}

    def load(
        self,
        definitions: Sequence[Definition],
        members: Mapping[str, Iterable[int]],
        people: People,
        query: Stream,
        *,
        now: int,
    ) -> None:
        """Start where an earlier process stopped: definitions, the members it stored, and the events by SQL.

        ``now`` is the ledger's time of the last batch in the state; the warehouse has to have caught up with it.
        """
        self._members = Members(members)
        self._start(Plan(definitions), None)
        self._fill(people, query, now=now)

    def define(self, definitions: Sequence[Definition], people: People, query: Stream, moment: Moment) -> Flips:
        """Put a new version of the definitions in force; new and changed ones take in the past by SQL.

        Call it between batches, with the warehouse (its tail included) as far as the last batch.
        """
        before, plan = self._plan, Plan(definitions)
        flips = [
            Flip(gone, profile, FlipKind.EXITED, moment.offset, FlipReason.REMOVED, moment.now)
            for gone in before.definitions
            if gone not in plan.definitions
            for profile in self._members.drop(gone).exited
        ]
        if before.says == plan.says:
            self._plan = plan
            return tuple(flips)
        self._start(plan, self._memory)
        self._fill(people, query, now=moment.now)
        everybody = people.everybody()
        for difference in self._members.update(plan, everybody, self._bits.words[everybody]):
            flips += _flips(difference, {}, FlipReason.DEFINED, frozenset(), moment)
        return tuple(flips)

    def apply(self, columns: Columns, stored: Flags, resolution: Regrouping, changes: Changes, people: People) -> Flips:
        """Take in a batch. ``stored`` marks its stored rows; ``people`` is the graph after it.

        A batch without events moves the time on, which is all that a tick does.
        """
        now, moment = columns.now_end, Moment(columns.next_offset - 1, columns.now_end)
        self._bits.make_room(people.size)
        touched = touched_by(resolution, people)
        self._bits.clear(np.array(list(touched.gone), np.int64))
        nodes = self._memory.absorb(columns, stored & (resolution.home >= 0), resolution.home, now=now)
        turned = self._turn(nodes, touched, changes, people, now=now)
        flips = self._close(touched, moment)
        concerned = np.unique(np.concatenate([touched.deep, touched.fresh, *turned.values()]))
        reasons = {profile: reason for reason, profiles in turned.items() for profile in profiles.tolist()}
        reasons |= dict.fromkeys(touched.split, FlipReason.SPLIT)
        carried = frozenset((flip.audience, flip.into) for flip in flips)
        for difference in self._members.update(self._plan, concerned, self._bits.words[concerned]):
            flips += _flips(difference, reasons, FlipReason.EVENT, carried, moment)
        return tuple(flips)

    def _start(self, plan: Plan, memory: Memory | None) -> None:
        self._plan = plan
        self._memory = Memory(plan, memory)
        self._standing = Standing(plan, self._facts)
        self._bits = Bits(plan.zero)

    def _fill(self, people: People, query: Stream, *, now: int) -> None:
        self._bits.make_room(people.size)
        self._memory.fill(query, people, now=now, words=self._bits.words)
        self._standing.fill(query, self._bits)

    def _turn(
        self, nodes: dict[int, Int64s], touched: Touched, changes: Changes, people: People, *, now: int
    ) -> dict[FlipReason, Int64s]:
        """Set all bits that may have changed. Answers the profiles of which one did, by what changed it."""
        words, deep = self._bits.words, touched.deep
        by_event = self._memory.evaluate(nodes, deep, people, now=now, words=words)
        by_trait = self._standing.apply_traits(changes, deep, people, self._bits)
        by_consent = self._standing.apply_consents(changes, deep, people, self._bits)
        return {
            FlipReason.TIME: self._memory.expire(people, now=now, words=words),
            FlipReason.TRAIT: by_trait,
            FlipReason.CONSENT: by_consent,
            FlipReason.EVENT: by_event,
        }

    def _close(self, touched: Touched, moment: Moment) -> list[Flip]:
        """Close the memberships of profiles that are no more."""
        found = []
        for difference in self._members.remove(np.array(list(touched.gone), np.int64)):
            for profile in difference.exited:
                into = touched.gone[profile]
                reason = FlipReason.REMOVED if into < 0 else FlipReason.MERGED
                found.append(
                    Flip(difference.audience, profile, FlipKind.EXITED, moment.offset, reason, moment.now, into)
                )
        return found


def _flips(
    difference: Difference,
    reasons: Mapping[int, FlipReason],
    otherwise: FlipReason,
    carried: frozenset[tuple[str, int]],
    moment: Moment,
) -> list[Flip]:
    audience, (offset, now) = difference.audience, moment
    found = [
        Flip(audience, profile, FlipKind.EXITED, offset, reasons.get(profile, otherwise), now)
        for profile in difference.exited
    ]
    for profile in difference.entered:
        reason = reasons.get(profile, otherwise)
        if (audience, profile) in carried:
            reason = FlipReason.CARRIED
        found.append(Flip(audience, profile, FlipKind.ENTERED, offset, reason, now))
    return found
