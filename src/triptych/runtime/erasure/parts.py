"""What each process does for an erasure, in its own rooms, by a certificate that names no value of the person.

The engine does ``ENGINE_ROOMS`` between two batches, the worker ``WORKER_ROOMS`` between two rounds, each also at its
start. Every part may be done again: what is gone already counts as nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from triptych.activate import privacy as activate
from triptych.audiences import privacy as audiences
from triptych.cdp.identity import privacy as identity
from triptych.cdp.identity import read
from triptych.cdp.profiles import privacy as profiles
from triptych.consent.rights import done
from triptych.ledger.rewrite import empty_log
from triptych.river import privacy as river
from triptych.river.rooms import Rooms
from triptych.runtime.erasure import certificates
from triptych.runtime.erasure.rooms import ENGINE_ROOMS, LOOK_EVERY_S
from triptych.runtime.home import Home
from triptych.vocabulary import Clock, IdentifierType
from triptych.warehouse import privacy as warehouse

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class EnginesPart:
    """The engine's hook between two batches: looks for certificates with work, and does it."""

    home: Home
    clock: Clock
    watch: certificates.Watch
    looked: float = float("-inf")
    waiting: bool = True

    def __call__(self, rooms: Rooms) -> bool:
        """Do what is outstanding. Answers whether the caches must be loaded anew."""
        now = time.monotonic()
        if now - self.looked < LOOK_EVERY_S:
            return False
        self.looked = now
        return self.erase(rooms) if self.watch.changed() or self.waiting else False

    def erase(self, rooms: Rooms) -> bool:
        """Look now."""
        erased = self.waiting = False
        for certificate, work in certificates.outstanding(self.home, ENGINE_ROOMS):
            selectors = work[0].selectors
            if rooms.offset < int(selectors["end"][0]):
                self.waiting = True
                continue
            reports = _erase_state(rooms, selectors["profile_ids"], [int(each) for each in selectors["offsets"]])
            certificates.report(self.home, certificate.request_id, *[done(*each, self.clock()) for each in reports])
            _log.info("person_erased", request=certificate.request_id, rooms=len(reports))
            erased = True
        return erased


def _erase_state(rooms: Rooms, profile_ids: Sequence[str], offsets: Sequence[int]) -> list[tuple[str, dict[str, int]]]:
    """The warehouse first: it is found by the nodes' hashes, which the state still has."""
    state = rooms.state
    found = [read.find_profile(state, IdentifierType.PROFILE_ID, each) for each in profile_ids]
    persons = sorted({each.profile for each in found if each is not None})
    held = [each for person in persons for each in read.identifiers(state, person)]
    nodes, values = [each.node for each in held], sorted({each.value for each in held})
    hashes = [int(rooms.identity.hashes[node]) for node in nodes]
    rooms.follower.drain()
    columns = warehouse.erase(rooms.follower.duck, node_hashes=hashes, offsets=offsets)
    counts: dict[str, dict[str, int]] = {room: {} for room in ENGINE_ROOMS}
    state.execute("BEGIN IMMEDIATE")
    try:
        counts["profiles"] = profiles.erase(state, nodes, values=values)
        for person in persons:
            _add(counts["audiences"], audiences.erase(state, profile=person))
            _add(counts["activate"], activate.erase(state, profiles=[person]))
        counts["river"] = river.erase(state, offsets=offsets)
        for person in persons:
            _add(counts["identity"], identity.erase(state, person).rows)
        state.execute("COMMIT")
    except BaseException:
        state.execute("ROLLBACK")
        raise
    empty_log(state)
    counts["warehouse"] = columns
    return list(counts.items())


def _add(total: dict[str, int], counts: dict[str, int]) -> None:
    for name, count in counts.items():
        total[name] = total.get(name, 0) + count
