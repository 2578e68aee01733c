"""Commercial facts and the passing of time, as the worker brings them to the records. Neither is an edit.

The portrait owns the facts; a party keeps the last that was heard, so that its stage is found without the engine.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from triptych.crm import journey
from triptych.crm.models import Counter, Party
from triptych.vocabulary import MICROSECONDS

PLACE = "commerce"
"""The counter of the ledger's offset up to which facts were taken in."""

AT_ONCE = 200

Ask = Callable[[int], Mapping[str, Any]]
"""Asks the engine for the facts of parties of whom something was heard from an offset on."""


def take_in(ask: Ask, now: datetime) -> int:
    """Take in what was heard since the last time. Answers how many parties changed; their order does not matter."""
    after = Counter.objects.filter(name=PLACE).values_list("value", flat=True).first() or 0
    changed = 0
    while True:
        answer = ask(after)
        changed += sum(_keep(each, now) for each in answer["people"])
        if answer["next"] == after:
            return changed
        after = int(answer["next"])
        Counter.objects.update_or_create(name=PLACE, defaults={"value": after})


def let_time_pass(now: datetime) -> int:
    """Find the stage anew of parties whose stage silence, or an appointment that has come, may have changed."""
    due = Party.objects.filter(stage_until__lte=now, deleted_at__isnull=True).order_by("stage_until")
    ids = list(due.values_list("id", flat=True)[:AT_ONCE])
    for party_id in ids:
        _find_anew(party_id, now, facts=None)
    return len(ids)


def _keep(said: Mapping[str, Any], now: datetime) -> bool:
    try:
        party_id = uuid.UUID(said["crm_id"])
    except ValueError:
        return False
    last = said["last_order_at"]
    facts = {
        "orders": int(said["orders"]),
        "last_order_at": None if last is None else datetime.fromtimestamp(last / MICROSECONDS, tz=UTC).isoformat(),
        "returns": int(said["returns"]),
    }
    return _find_anew(party_id, now, facts=facts)


def _find_anew(party_id: uuid.UUID, now: datetime, *, facts: dict[str, Any] | None) -> bool:
    with transaction.atomic():
        party = Party.objects.select_for_update().filter(pk=party_id).first()
        if party is None or facts == party.facts:
            return False
        if facts is not None:
            party.facts = facts
        journey.find_anew(party, now=now)
        party.save(update_fields=["facts", "stage", "stage_reason", "stage_until", "last_contact_at"])
    return True
