"""Take a handful of events through a river that is thrown away, so that every compiled loop is ready for real ones.

The machine code is kept beside the sources; a first run on a machine compiles it, later ones load it.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from numba.core import event

from triptych.collect.edge.door import tick_entry
from triptych.collect.model import Envelope, encode_envelope
from triptych.ledger import Entry, LedgerWriter
from triptych.river.engine import Engine
from triptych.river.opening import STREAM, EngineConfig
from triptych.river.visitors_engine import VisitorEngine
from triptych.runtime import logs
from triptych.runtime.bench import strangers, world
from triptych.vocabulary import Trust, system_clock

EVENTS = 400
AUDIENCES = 8


def warm() -> bool:
    """Compile or load what the river needs, and touch nothing but a temporary folder. Answers whether it compiled."""
    with event.install_recorder("numba:compile") as compiled:
        _flow()
    return bool(compiled.buffer)


def _flow() -> None:
    with tempfile.TemporaryDirectory(prefix="triptych-") as folder:
        home = Path(folder)
        world.publish(home, AUDIENCES)
        world.fill(home, world.Shape(EVENTS, people=50, seed=1))
        with closing(LedgerWriter.open(home / "ledger", STREAM, system_clock)) as writer:
            for trust in (Trust.SERVER, Trust.BROWSER):
                writer.append([_entry(list(_events()), trust)])
            writer.append([tick_entry(0, system_clock())])
        strangers.fill(home, strangers.Shape(EVENTS, visitors=50, seed=1))
        logging.disable(logging.WARNING)  # what happens in a world that is thrown away is no news
        try:
            with closing(Engine(EngineConfig(home=home, hash_key=bytes(16), profile_key=bytes(16)))) as engine:
                engine.settle()
            with closing(VisitorEngine(strangers.config(home))) as below:
                below.settle()
        finally:
            logging.disable(logging.NOTSET)


def _entry(events: list[dict[str, Any]], trust: Trust) -> Entry:
    now = system_clock()
    head = Envelope(kind="events", source="shop", trust=int(trust), received_at=now)
    return Entry(encode_envelope(head), json.dumps(events).encode(), len(events), len(events))


def _events() -> Iterator[dict[str, Any]]:
    """One of each kind, two people on a device, and an order."""
    yield {"type": "page", "anonymousId": "d1", "messageId": "1", "name": "Home"}
    yield {"type": "identify", "anonymousId": "d1", "userId": "u1", "messageId": "2", "traits": {"email": "a@b.fr"}}
    yield {"type": "identify", "anonymousId": "d1", "userId": "u2", "messageId": "3", "traits": {"phone": "0612345678"}}
    consent = {"purpose": "marketing:email", "status": "granted"}
    yield {"type": "track", "event": "Consent Changed", "userId": "u1", "messageId": "7", "properties": consent}
    yield {"type": "group", "userId": "u1", "groupId": "g1", "messageId": "4"}
    yield {"type": "alias", "userId": "u3", "previousId": "d2", "messageId": "5"}
    order = {"order_id": "o1", "total": 12.5, "currency": "EUR", "products": [{"product_id": "p1", "price": 12.5}]}
    yield {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": "6", "properties": order}
    yield {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": "6", "properties": order}


if __name__ == "__main__":
    logs.configure("warning", "warm")
    warm()
