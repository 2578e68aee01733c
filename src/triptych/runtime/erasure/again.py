"""Apply the erasure list to a house that was restored: nobody on it comes back with an old copy.

1. Decode the ledger and take every identifier whose keyed digest is on the list.
2. Let a river take in what the copy's state had not, with nobody listening; the list keeps the erased out of that too.
3. Find the people behind the identifiers, and erase them as ``triptych erase`` does.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

from triptych.collect.decode import decode
from triptych.collect.edge.forgetting import Forgetting, forget
from triptych.consent import Certificate, Suppression
from triptych.consent.rights import done, pending, request_id
from triptych.ledger import LedgerReader
from triptych.river.engine import Engine
from triptych.river.opening import EngineConfig
from triptych.runtime import records
from triptych.runtime.erasure import certificates
from triptych.runtime.erasure.asking import ranges_of
from triptych.runtime.erasure.finding import STREAM, batches, events_of
from triptych.runtime.erasure.parts import EnginesPart
from triptych.runtime.erasure.person import Known, look, together
from triptych.runtime.erasure.receipts import erase_parties, erase_receipts
from triptych.runtime.erasure.rooms import ENGINE_ROOMS
from triptych.runtime.home import Home
from triptych.vocabulary import Clock, Identifier, IdentifierType


def erase_again(config: EngineConfig, home: Home, *, clock: Clock) -> Certificate | None:
    """Erase again whoever is on the list and in this ledger. Nothing runs; no port is open."""
    with closing(Suppression.open(home.erasure)) as suppression:
        returned = _returned(home, suppression) if len(suppression) else set()
        parties = records.crm_privacy.returned(suppression.is_erased) if len(suppression) else ()
    returned |= set(records.crm_privacy.identifiers(parties))
    if not returned:
        return None
    with closing(Engine(config)) as engine:
        engine.settle()
        known = together(look(home, each) for each in sorted(returned))
        offsets = events_of(home.ledger, home.key("hash"), known.identifiers, values=known.values)
        certificate = _certificate(home, known, offsets, clock)
        EnginesPart(home, clock, certificates.Watch(home)).erase(engine.rooms)
    request = certificate.request_id
    wanted = Forgetting(
        request=request,
        ranges=tuple(ranges_of(offsets)),
        identifiers=frozenset((each.type, each.value) for each in known.identifiers),
        values=frozenset(known.values),
    )
    events, rows = forget(home.ledger, STREAM, wanted)
    certificates.report(home, request, done("ledger", {"events": events, "rows": rows}, clock()))
    erase_parties(home, request, [str(each) for each in parties], clock)
    if home.deliveries.exists():
        with closing(sqlite3.connect(home.deliveries, isolation_level=None)) as connection:
            erase_receipts(home, connection, clock)
    return certificates.find(home, request)


def _returned(home: Home, suppression: Suppression) -> set[Identifier]:
    """The identifiers in the ledger that are on the list."""
    found: set[Identifier] = set()
    asked: dict[tuple[int, str], bool] = {}
    with closing(LedgerReader(home.ledger, STREAM)) as ledger:
        for rows in batches(ledger):
            columns = decode(rows, home.key("hash"))
            for kind, value in zip(columns.ident_type.tolist(), columns.ident_value, strict=True):
                key = (kind, value or "")
                if key not in asked:
                    asked[key] = suppression.is_erased(IdentifierType(kind), key[1])
                    if asked[key]:
                        found.add(Identifier(IdentifierType(kind), key[1]))
    return found


def _certificate(home: Home, known: Known, offsets: list[int], clock: Clock) -> Certificate:
    request = request_id(clock(), os.urandom(10))
    with closing(Suppression.open(home.erasure)) as suppression:
        digests = suppression.add(request, known.identifiers, clock())
    certificate = Certificate(request_id=request, requested_at=clock(), digests=tuple(digests))
    certificate = certificate.with_report(done("suppression", {"digests": len(digests)}, clock()))
    selectors = {
        "profile_ids": list(known.profile_ids),
        "offsets": [str(offset) for offset in offsets],
        "end": ["0"],
    }
    for room in ("ledger", *ENGINE_ROOMS, "deliveries"):
        certificate = certificate.with_report(pending(room, "a restored copy", selectors))
    certificates.save(home, certificate)
    return certificate
