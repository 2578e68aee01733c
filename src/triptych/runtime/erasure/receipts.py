"""The worker's part of an erasure: its receipts of deliveries about the person, and her party in the records."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Sequence

from triptych.activate import privacy as activate
from triptych.consent.rights import done
from triptych.ledger.rewrite import empty_log
from triptych.runtime import records
from triptych.runtime.erasure import certificates
from triptych.runtime.erasure.rooms import WORKER_ROOMS
from triptych.runtime.home import Home
from triptych.vocabulary import Clock


def erase_receipts(home: Home, connection: sqlite3.Connection, clock: Clock) -> None:
    """Do what is outstanding in the worker's rooms."""
    for certificate, work in certificates.outstanding(home, WORKER_ROOMS):
        waiting = {each.room: each.selectors for each in work}
        if "deliveries" in waiting:
            counts = activate.erase_receipts(connection, profile_ids=waiting["deliveries"]["profile_ids"])
            empty_log(connection)
            certificates.report(home, certificate.request_id, done("deliveries", counts, clock()))
        if "crm" in waiting:
            erase_parties(home, certificate.request_id, waiting["crm"]["party_ids"], clock)


def erase_parties(home: Home, request: str, party_ids: Sequence[str], clock: Clock) -> None:
    """Take her parties out of the records, and report. Also done by the command itself when no worker runs."""
    counts = records.crm_privacy.erase([uuid.UUID(each) for each in party_ids])
    certificates.report(home, request, done("crm", counts, clock()))
