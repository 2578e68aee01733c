"""The calls that clients make, what becomes of an event, and why it may be turned away."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class EventType(IntEnum):
    """The call an event was made with (the Segment specification's six)."""

    IDENTIFY = 1
    TRACK = 2
    PAGE = 3
    SCREEN = 4
    GROUP = 5
    ALIAS = 6

    @property
    def word(self) -> str:
        """The call as it is written on the wire: ``track``."""
        return self.name.lower()


class Verdict(IntEnum):
    """What became of an accepted event. Each has exactly one."""

    STORED = 0
    DUPLICATE = 1
    QUARANTINED = 2
    SUPPRESSED = 3

    @property
    def word(self) -> str:
        """The verdict as it is written in answers: ``stored``."""
        return self.name.lower()


class Reason(StrEnum):
    """Why an event, an edge, a trait or a delivery was refused. Each is documented in ``docs/reference/reasons.md``."""

    # of an event, quarantined
    NOT_AN_OBJECT = "not_an_object"
    INVALID_EVENT = "invalid_event"
    UNKNOWN_TYPE = "unknown_type"
    NO_IDENTIFIER = "no_identifier"
    NO_EVENT_NAME = "no_event_name"
    EVENT_TOO_LARGE = "event_too_large"
    EVENT_NOT_ALLOWED = "event_not_allowed"
    PLAN_VIOLATION = "plan_violation"
    UNPLANNED_EVENT = "unplanned_event"
    PARTY_MAY_NOT_NAME = "party_may_not_name"
    NO_ROOM_FOR_PARTY = "no_room_for_party"
    POISON = "poison"
    # of an event, suppressed
    NO_CONSENT = "no_consent"
    ERASED = "erased"
    # of an edge
    BLOCKED_VALUE = "blocked_value"
    LIMIT_REACHED = "limit_reached"
    UNIQUE_CONFLICT = "unique_conflict"
    LOW_TRUST_LINK = "low_trust_link"
    SHARED_DEVICE = "shared_device"
    COMPONENT_FULL = "component_full"
    CANNOT_LINK = "cannot_link"
    # of a trait or a consent
    LOWER_TRUST = "lower_trust"
    TRUST_TOO_LOW = "trust_too_low"
