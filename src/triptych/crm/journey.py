"""The stage of a party, found anew from its records: in the transaction of every edit, and when time has changed it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q

from triptych.crm.models import Interaction, Party, PartyRole
from triptych.crm.stages.rules import Contacts, Facts, stage

_IN, _OUT = Interaction.Direction.IN, Interaction.Direction.OUT
_OUTCOME = Interaction.Outcome
_MET = (Interaction.Kind.VISIT, Interaction.Kind.MEETING)


def roles(party: Party) -> tuple[str, ...]:
    """What the party is to us now."""
    held = PartyRole.objects.filter(party=party, until__isnull=True).order_by("id")
    return tuple(held.values_list("role", flat=True))


def find_anew(party: Party, *, now: datetime) -> None:
    """Set the party's stage, its reason, the instant to ask again, and when it was last in contact. Saves nothing."""
    said = Interaction.objects.filter(party=party).exclude(
        Q(kind=Interaction.Kind.NOTE) | Q(outcome=_OUTCOME.NOT_REACHED)
    )
    ahead = said.filter(occurred_at__gt=now).aggregate(next=Min("occurred_at"))["next"]
    contacts = sum_up(said.filter(occurred_at__lte=now).aggregate(**_SUMS))
    finding = stage(facts_of(party), contacts, roles(party), now=now)
    party.stage = finding.stage.value
    party.stage_reason = {"code": finding.reason.code, "values": finding.reason.values}
    party.stage_until = min(filter(None, (finding.until, ahead)), default=None)
    party.last_contact_at = contacts.last_at


def facts_of(party: Party) -> Facts:
    """The commercial facts that the worker wrote down last."""
    last = party.facts.get("last_order_at")
    return Facts(
        orders=int(party.facts.get("orders") or 0),
        last_order_at=datetime.fromisoformat(last) if last else None,
        returns=int(party.facts.get("returns") or 0),
    )


def sum_up(sums: dict[str, Any]) -> Contacts:
    """The interactions of one party as the rule wants them; a complaint that was resolved later does not stand."""
    resolved, complaint = sums.pop("resolved_at"), sums.pop("complaint_at")
    stands = complaint is not None and (resolved is None or resolved < complaint)
    return Contacts(**sums, complaint_at=complaint if stands else None)


_SUMS: dict[str, Any] = {
    "first_at": Min("occurred_at"),
    "last_at": Max("occurred_at"),
    "received": Count("id", filter=Q(direction=_IN)),
    "sent": Count("id", filter=Q(direction=_OUT)),
    "met_at": Max("occurred_at", filter=Q(kind__in=_MET)),
    "agreements": Count("id", filter=Q(outcome=_OUTCOME.AGREED)),
    "agreed_at": Max("occurred_at", filter=Q(outcome=_OUTCOME.AGREED)),
    "complaint_at": Max("occurred_at", filter=Q(outcome=_OUTCOME.COMPLAINT)),
    "resolved_at": Max("occurred_at", filter=Q(outcome=_OUTCOME.RESOLVED)),
}
