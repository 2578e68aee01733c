"""The worker's part of an erasure: its receipts of deliveries about the person."""

from __future__ import annotations

import sqlite3

from triptych.activate import privacy as activate
from triptych.consent.rights import done
from triptych.ledger.rewrite import empty_log
from triptych.runtime.erasure import certificates
from triptych.runtime.erasure.rooms import WORKER_ROOMS
from triptych.runtime.home import Home
from triptych.vocabulary import Clock


def erase_receipts(home: Home, connection: sqlite3.Connection, clock: Clock) -> None:
    """Do what is outstanding in the worker's rooms."""
    for certificate, work in certificates.outstanding(home, WORKER_ROOMS):
        counts = activate.erase_receipts(connection, profile_ids=work[0].selectors["profile_ids"])
        empty_log(connection)
        certificates.report(home, certificate.request_id, done("deliveries", counts, clock()))
