"""The words of the relation as people read them: what was said and how, a role, a stage and its reason, a field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from triptych.web.pages import words, writing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

KINDS = {
    "call": pgettext_lazy("kind of interaction", "Call"),
    "visit": pgettext_lazy("kind of interaction", "Visit"),
    "letter": pgettext_lazy("kind of interaction", "Letter"),
    "mail": pgettext_lazy("kind of interaction", "E-mail"),
    "chat": pgettext_lazy("kind of interaction", "Chat"),
    "meeting": pgettext_lazy("kind of interaction", "Meeting"),
    "note": pgettext_lazy("kind of interaction", "Note"),
}
"""The kinds of interaction, in the order of the composer."""
KIND_ICONS = {
    "call": "phone",
    "visit": "building-store",
    "letter": "mailbox",
    "mail": "mail",
    "chat": "message-circle",
    "meeting": "users",
    "note": "note",
}
ROLES = {
    "customer": gettext_lazy("Customer"),
    "supplier": gettext_lazy("Supplier"),
    "service_provider": gettext_lazy("Service provider"),
    "prospect": gettext_lazy("Prospect"),
}
STAGES = {
    "first_contact": gettext_lazy("First contact"),
    "engagement": gettext_lazy("Engagement"),
    "customer": pgettext_lazy("stage", "Customer"),
    "loyal": gettext_lazy("Loyal"),
    "at_risk": gettext_lazy("At risk"),
    "lost": gettext_lazy("Lost"),
}
"""The stages of the journey, in their order."""
DIRECTIONS = {
    "in": gettext_lazy("They came to us"),
    "out": gettext_lazy("We went to them"),
    "none": gettext_lazy("Neither"),
}
OUTCOMES = {
    "reached": gettext_lazy("Reached"),
    "not_reached": gettext_lazy("Not reached"),
    "informed": gettext_lazy("Informed"),
    "agreed": gettext_lazy("Agreed"),
    "declined": gettext_lazy("Declined"),
    "complaint": gettext_lazy("Complaint"),
    "resolved": gettext_lazy("Resolved"),
}
"""What comes of an interaction."""
POINTS = {
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "address": gettext_lazy("Address"),
}
POINT_ICONS = {"email": "mail", "phone": "phone", "address": "mailbox"}
FIELDS = {
    "name": gettext_lazy("Name"),
    "given_name": gettext_lazy("First name"),
    "family_name": gettext_lazy("Last name"),
    "title": gettext_lazy("Title"),
    "language": gettext_lazy("Language"),
    "city": gettext_lazy("City"),
    "postcode": gettext_lazy("Postcode"),
    "country": gettext_lazy("Country"),
    "registration": gettext_lazy("Registration"),
    "role": gettext_lazy("Role"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "address": gettext_lazy("Address"),
}


def _of(table: Mapping[str, object], word: str) -> str:
    return str(table.get(word, word.replace("_", " ")))


def kind(word: str) -> str:
    """A kind of interaction."""
    return _of(KINDS, word)


def kind_icon(word: str) -> str:
    """The icon of a kind of interaction."""
    return KIND_ICONS.get(word, "point")


def role(word: str) -> str:
    """What a party is to the company."""
    return _of(ROLES, word)


def stage(word: str) -> str:
    """A stage of the journey."""
    return _of(STAGES, word) if word else ""


def outcome(word: str) -> str:
    """What came of an interaction."""
    return _of(OUTCOMES, word) if word else ""


def direction(word: str) -> str:
    """Who went to whom."""
    return _of(DIRECTIONS, word)


def field(word: str) -> str:
    """A field of a party."""
    return _of(FIELDS, word)


def point(word: str) -> str:
    """A kind of contact point."""
    return _of(POINTS, word)


def point_icon(word: str) -> str:
    """The icon of a kind of contact point."""
    return POINT_ICONS.get(word, "id")


def happened(kind_: str, direction_: str, subject: str) -> str:
    """An interaction as a sentence with the verb first."""
    said = {
        ("call", "in"): gettext("Called us"),
        ("call", "out"): gettext("Called them"),
        ("visit", "in"): gettext("Came to see us"),
        ("visit", "out"): gettext("Visited them"),
        ("letter", "in"): gettext("Letter received"),
        ("letter", "out"): gettext("Letter sent"),
        ("mail", "in"): gettext("E-mail received"),
        ("mail", "out"): gettext("E-mail sent"),
        ("chat", "in"): gettext("Asked in chat"),
        ("chat", "out"): gettext("Wrote in chat"),
    }.get((kind_, direction_), kind(kind_))
    return gettext("%(what)s: %(subject)s") % {"what": said, "subject": subject} if subject else said


def span(seconds: int | None) -> str:
    """How long an interaction took; nothing where nobody said."""
    return writing.span(seconds) if seconds else ""


def why(code: str, values: Mapping[str, Any]) -> str:
    """Why a party is in its stage, as a sentence."""
    day = writing.day(instant(values.get("at") or values.get("since") or values.get("last_at")))
    said = {
        "silent": gettext("Nothing was heard since %(day)s."),
        "complaint": gettext("A complaint of %(day)s is not resolved."),
        "no_order": gettext("No order since %(day)s."),
        "ordered_often": _orders(values.get("orders")),
        "agreed_often": _agreements(values.get("agreements")),
        "ordered": _orders(values.get("orders")),
        "agreed": _agreements(values.get("agreements")),
        "role": gettext("We keep them as a customer; no order is known yet."),
        "met": gettext("We met on %(day)s."),
        "two_way": gettext("They wrote or called, and so did we: %(received)s from them, %(sent)s from us."),
        "no_interaction": gettext("Nothing was said yet."),
        "first_interaction": gettext("The first word was on %(day)s; no answer yet."),
        "moved": gettext("A colleague said so."),
    }.get(code)
    if said is None:
        return code.replace("_", " ")
    whole = said % {
        "day": day,
        "received": writing.number(values.get("received")),
        "sent": writing.number(values.get("sent")),
        "number": writing.number(values.get("orders") or values.get("agreements")),
    }
    return whole.replace("..", ".")  # a day may end in the full stop of its month


def _orders(orders: Any) -> str:
    return ngettext(
        "%(number)s order, the last on %(day)s.", "%(number)s orders, the last on %(day)s.", int(orders or 0)
    )


def _agreements(many: Any) -> str:
    return ngettext(
        "%(number)s agreement, the last on %(day)s.", "%(number)s agreements, the last on %(day)s.", int(many or 0)
    )


def instant(written: Any) -> int:
    """An instant of the records, or one as a reason writes it, as microseconds; nought where there is none."""
    if not written:
        return 0
    at = written if isinstance(written, datetime) else datetime.fromisoformat(str(written))
    return (at - _EPOCH) // timedelta(microseconds=1)


def changed(name: str, before: Any, after: Any, divisions: Mapping[str, str]) -> str:
    """A change of a record as a sentence; nothing where the change is an item of its own."""
    if name in {"interaction", "next_step"}:
        return ""
    if name.startswith("standing:"):
        return _stood(divisions.get(name.removeprefix("standing:"), name.removeprefix("standing:")), before, after)
    whole = {
        "created": gettext("Record made"),
        "affiliation": gettext("Place of work added") if after else gettext("Place of work ended"),
    }
    return whole.get(name) or _told(name, before, after)


def _told(name: str, before: Any, after: Any) -> str:
    what, was, now = field(name), _value(name, before), _value(name, after)
    if before in (None, ""):
        return gettext("%(field)s: “%(after)s”") % {"field": what, "after": now}
    if after in (None, ""):
        return gettext("%(field)s “%(before)s” taken away") % {"field": what, "before": was}
    return gettext("%(field)s: “%(before)s” became “%(after)s”") % {"field": what, "before": was, "after": now}


def _stood(division: str, before: Any, after: Any) -> str:
    was, now = (before or {}).get("stage", ""), (after or {}).get("stage", "")
    if was != now and now:
        return gettext("%(division)s sees them as: %(stage)s") % {"division": division, "stage": stage(now)}
    return gettext("%(division)s: another owner") % {"division": division}


def _value(name: str, value: Any) -> str:
    return role(value) if name == "role" and isinstance(value, str) else words.value(value)


def facts(party: Any) -> list[tuple[str, str, str]]:
    """What the relation knows at a glance: label, value, a small remark."""
    said = [(gettext("Last contact"), writing.ago(instant(party.last_contact_at)), "")]
    said.append((gettext("Known since"), writing.day(instant(party.created_at)), ""))
    return [fact for fact in said if fact[1]]
