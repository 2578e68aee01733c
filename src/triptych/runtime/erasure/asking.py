"""``triptych erase``: put a person out, and say what each room did.

1. Suppress: all her identifiers go on the erasure list; from then on nothing of hers is let in.
2. Wait until the engine, if it runs, has taken in what came before, and look again: she may have got more identifiers.
3. Find her events in the ledger, whatever became of them.
4. Write the certificate, with each room that has work as pending.
5. The ledger forgets: by the edge on its socket or, when no edge runs, here and under its lock.
6. Engine and worker do their rooms' parts by themselves; wait for those that run.
"""

from __future__ import annotations

import json
import os
import socket
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from triptych.collect.edge.forgetting import Forgetting, forget
from triptych.consent import Certificate, Suppression
from triptych.consent.rights import done, pending, request_id
from triptych.ledger import LedgerReader
from triptych.runtime import records, standing
from triptych.runtime.erasure import certificates
from triptych.runtime.erasure.finding import STREAM, events_of
from triptych.runtime.erasure.person import Known, look, together
from triptych.runtime.erasure.receipts import erase_parties
from triptych.runtime.erasure.rooms import ENGINE_ROOMS, VISITORS, WORKER_ROOMS
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home
from triptych.runtime.running import find, held
from triptych.vocabulary import Clock, Identifier

SUPPRESSED_WITHIN_S = 1.0
"""By then every process has seen what was added to the erasure list."""

PATIENCE_S = 120.0


def erase(home: Home, asked: Identifier, *, clock: Clock) -> Certificate:
    """Erase the person behind an identifier, as far as the processes that run allow; the rest is pending."""
    request = request_id(clock(), os.urandom(10))
    with closing(Suppression.open(home.erasure)) as suppression:
        known, parties = _known(home, asked)
        suppression.add(request, known.identifiers, clock())
        if find(home, "edge") is not None:
            time.sleep(SUPPRESSED_WITHIN_S)
        end = _wait_for_engine(home)
        known, parties = _known(home, asked)
        digests = suppression.add(request, known.identifiers, clock())
    offsets = events_of(home.ledger, home.key("hash"), known.identifiers, values=known.values)
    certificate = Certificate(request_id=request, requested_at=clock(), digests=tuple(digests))
    certificate = certificate.with_report(done("suppression", {"digests": len(digests)}, clock()))
    certificate = certificate.with_report(done(VISITORS, {}, clock()))
    selectors = {
        "profile_ids": list(known.profile_ids),
        "offsets": [str(offset) for offset in offsets],
        "end": [str(end)],
        "party_ids": [str(each) for each in parties],
    }
    for room in ("ledger", *ENGINE_ROOMS, *WORKER_ROOMS):
        certificate = certificate.with_report(pending(room, "its process has not done its part yet", selectors))
    certificates.save(home, certificate)
    counts = _forget_ledger(home, request, known, offsets)
    definitions = records.erase(home.path, known.identifiers)
    certificates.report(home, request, done("ledger", counts, clock()), done("records", definitions, clock()))
    if find(home, "worker") is None:
        erase_parties(home, request, selectors["party_ids"], clock)
    return _wait_for_rooms(home, request)


def _known(home: Home, asked: Identifier) -> tuple[Known, tuple[uuid.UUID, ...]]:
    """What the portrait and the records know of the person, each by what the other knows, and her parties."""
    known = look(home, asked)
    parties = records.crm_privacy.find(known.identifiers)
    named = records.crm_privacy.identifiers(parties)
    return together([known, *(look(home, each) for each in named)]), parties


def _wait_for_engine(home: Home) -> int:
    """Wait until the engine, if it runs, is where the ledger ends now. Answers that offset."""
    with closing(LedgerReader(home.ledger, STREAM)) as ledger:
        end = ledger.end_offset()
    deadline = time.monotonic() + PATIENCE_S
    while find(home, "engine") is not None and standing.river_progress(home).offset < end:
        if time.monotonic() > deadline:
            raise Refused(
                "engine_behind", "she is suppressed; the engine is too far behind to erase her now: ask again"
            )
        time.sleep(0.05)
    return end


def _forget_ledger(home: Home, request: str, known: Known, offsets: Sequence[int]) -> dict[str, int]:
    ranges = list(ranges_of(offsets))
    if find(home, "edge") is None:
        wanted = Forgetting(
            request=request,
            ranges=tuple(ranges),
            identifiers=frozenset((each.type, each.value) for each in known.identifiers),
            values=frozenset(known.values),
        )
        with held(home, "edge"):
            events, rows = forget(home.ledger, STREAM, wanted)
        return {"events": events, "rows": rows}
    answer = _ask_edge(
        home,
        {
            "do": "forget",
            "request": request,
            "ranges": ranges,
            "identifiers": [{"type": each.type.word, "value": each.value} for each in known.identifiers],
            "values": list(known.values),
        },
    )
    return {"events": answer["events"], "rows": answer["rows"]}


def ranges_of(offsets: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Half-open ranges that hold exactly these offsets."""
    start = end = -1
    for offset in offsets:
        if offset == end:
            end += 1
            continue
        if end > start:
            yield start, end
        start, end = offset, offset + 1
    if end > start:
        yield start, end


def _ask_edge(home: Home, question: dict[str, Any]) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(PATIENCE_S)
        try:
            line.connect(str(home.run / "edge.sock"))
            line.sendall(json.dumps(question).encode() + b"\n")
            reply = json.loads(line.makefile("rb").readline())
        except (OSError, ValueError) as problem:
            raise Refused("edge_down", f"the front door did not answer: {problem}; ask again") from None
    if not reply["ok"]:
        raise Refused(reply["code"], f"the front door could not forget: {reply['message']}")
    answer: dict[str, Any] = reply["answer"]
    return answer


def _wait_for_rooms(home: Home, request: str) -> Certificate:
    """The certificate once every room whose process runs has reported."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        certificate = certificates.find(home, request)
        if certificate is None:
            raise Refused("certificate_lost", f"the certificate {request} is gone")
        waiting = {each.room for each in certificate.outstanding}
        engine = find(home, "engine") is not None and waiting & set(ENGINE_ROOMS)
        worker = find(home, "worker") is not None and waiting & set(WORKER_ROOMS)
        if (not engine and not worker) or time.monotonic() > deadline:
            return certificate
        time.sleep(0.05)
