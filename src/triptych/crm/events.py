"""What an edit tells the front door, as an event of the source ``crm``. Pure: private text never comes here.

Fields that a colleague enters for somebody were said by that somebody: the source's plan declares them, which makes
them zero-party. A contact point that two parties share is left out: it identifies neither.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

SOURCE = "crm"
"""The source that these events come from."""

TRAITS = {
    "name": "name",
    "given_name": "firstName",
    "family_name": "lastName",
    "title": "title",
    "language": "language",
    "city": "city",
    "postcode": "postalCode",
    "country": "country",
    "registration": "registration",
}
"""Which trait each field of a party is in the portrait."""

CUSTOMERS = frozenset({"customer", "prospect"})


def relation(roles: Collection[str]) -> str:
    """The trait by which audiences of customers leave suppliers out.

    >>> relation(["supplier", "prospect"])
    'customer'
    """
    return "customer" if not roles or CUSTOMERS & set(roles) else "supplier"


def identify(
    party: uuid.UUID,
    *,
    at: datetime,
    roles: Collection[str],
    fields: Mapping[str, Any] | None = None,
    contacts: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Say who a party is: the fields that were edited, and the contact points (kind, value) that are its own."""
    traits = {TRAITS[name]: value or None for name, value in (fields or {}).items()}
    ids = [(kind, value) for kind, value in contacts if kind in {"email", "phone"}]
    primary = dict(reversed(ids))
    told = {**traits, **primary, "relation": relation(roles)}
    return {"type": "identify", **_about(party, at, ids), "traits": told}


def track(party: uuid.UUID, event: str, *, at: datetime, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Say what happened with a party."""
    told = {name: value for name, value in properties.items() if value not in {None, ""}}
    return {"type": "track", "event": event, **_about(party, at, ()), "properties": told}


def group(person: uuid.UUID, organisation: uuid.UUID, *, at: datetime, name: str, title: str) -> dict[str, Any]:
    """Say that a person works in an organisation."""
    traits = {"name": name, "title": title} if title else {"name": name}
    return {"type": "group", "groupId": str(organisation), **_about(person, at, ()), "traits": traits}


def encode(event: Mapping[str, Any]) -> str:
    """An event as the text that is kept and sent, the same bytes however often."""
    return msgspec.json.encode(event).decode()


def _about(party: uuid.UUID, at: datetime, ids: Iterable[tuple[str, str]]) -> dict[str, Any]:
    externals = [{"id": str(party), "type": "crm_id"}, *({"id": value, "type": kind} for kind, value in ids)]
    timestamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"timestamp": timestamp, "context": {"externalIds": externals}}
