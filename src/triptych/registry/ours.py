"""The sources that are our own: what processes tell of their work, and what colleagues edit of parties.

They are made by set-up, carry first-party data on the basis of contract, and are not changed by hand. What a colleague
enters into a field of a person was said by that person: the plan of ``crm`` declares those fields, which makes them
zero-party. ``crm`` and this room are blind to each other; a test holds the plan to the events that ``crm`` makes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

INTERNAL = "internal"
"""The source of outcomes and decisions; its secret is the home's internal key."""

CRM = "crm"
"""The source of edits of records: only the worker's relay sends for it, by the internal key."""

CRM_PLAN: dict[str, Any] = {
    "events": {
        "Interaction Logged": {
            "type": "object",
            "required": ["interaction_id", "kind", "direction", "online", "division"],
            "properties": {
                "interaction_id": {"type": "string", "format": "uuid"},
                "kind": {"enum": ["call", "visit", "letter", "mail", "chat", "meeting", "note"]},
                "direction": {"enum": ["in", "out", "none"]},
                "online": {"type": "boolean"},
                "division": {"type": "string"},
                "outcome": {"type": "string"},
                "next_step": {"type": "string"},
                "subject": {"type": "string"},
            },
            "additionalProperties": False,
        }
    },
    "on_violation": "quarantine",
    "declared": [
        "traits.name",
        "traits.firstName",
        "traits.lastName",
        "traits.title",
        "traits.language",
        "traits.city",
        "traits.postalCode",
        "traits.country",
        "traits.registration",
        "traits.email",
        "traits.phone",
    ],
    "unplanned": "pass",
}


class Own(NamedTuple):
    """A source of ours: its id, its name for people, and its plan where it has one."""

    id: str
    name: str
    plan: dict[str, Any] | None = None


OURS = (Own(INTERNAL, "Triptych"), Own(CRM, "Relation", CRM_PLAN))
"""In the order in which set-up makes them."""
