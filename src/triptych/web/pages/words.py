"""The words of the vocabulary as people read them: a party, a trust, a reason, a purpose, a verdict, a trait."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from django.utils.translation import gettext, gettext_lazy

from triptych.web.pages import writing

_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_PARTIES = (
    gettext_lazy("Zero-party: given by the person"),
    gettext_lazy("First-party: seen by us"),
    gettext_lazy("Second-party: from a partner"),
    gettext_lazy("Third-party: from a catalogue"),
)
_PARTY_NUMBERS = {"zero": 0, "first": 1, "second": 2, "third": 3}
_TRUSTS = {
    "server": gettext_lazy("server"),
    "click": gettext_lazy("verified click"),
    "browser": gettext_lazy("browser"),
    "query": gettext_lazy("link"),
}
_BASES = {
    "consent": gettext_lazy("consent"),
    "contract": gettext_lazy("contract"),
    "legitimate_interest": gettext_lazy("legitimate interest"),
}
_CONSENTS = {
    "granted": gettext_lazy("Yes"),
    "refused": gettext_lazy("Refused"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
_VERDICTS = {
    "stored": gettext_lazy("Recorded"),
    "duplicate": gettext_lazy("Duplicate"),
    "quarantined": gettext_lazy("Quarantined"),
    "suppressed": gettext_lazy("Suppressed"),
    "rejected": gettext_lazy("Rejected"),
    "replayed": gettext_lazy("Replayed"),
}
_REASONS = {
    "not_an_object": gettext_lazy("It is not a JSON object"),
    "invalid_event": gettext_lazy("A field has the wrong shape"),
    "unknown_type": gettext_lazy("Its type is not one of the six calls"),
    "no_identifier": gettext_lazy("It names nobody and no device"),
    "no_event_name": gettext_lazy("A track call without an event name"),
    "event_too_large": gettext_lazy("Larger than the source may send"),
    "event_not_allowed": gettext_lazy("The source may not send this event"),
    "plan_violation": gettext_lazy("It breaks the tracking plan"),
    "unplanned_event": gettext_lazy("The tracking plan does not know it"),
    "party_may_not_name": gettext_lazy("A source of this party may name nobody"),
    "no_room_for_party": gettext_lazy("Data of this party has no room yet"),
    "poison": gettext_lazy("It could not be processed"),
    "no_consent": gettext_lazy("No consent"),
    "erased": gettext_lazy("The person was erased"),
    "blocked_value": gettext_lazy("A value that identifies nobody"),
    "limit_reached": gettext_lazy("Too many identifiers of this kind"),
    "unique_conflict": gettext_lazy("Two values of a kind that a person has once"),
    "low_trust_link": gettext_lazy("A browser may not join two known people"),
    "shared_device": gettext_lazy("A device that several people share"),
    "component_full": gettext_lazy("Too many identifiers for one person"),
    "cannot_link": gettext_lazy("Kept apart by a steward"),
    "lower_trust": gettext_lazy("A more trusted source says otherwise"),
    "trust_too_low": gettext_lazy("A browser may not change what a known person is"),
    # of a change of membership
    "event": gettext_lazy("By an event"),
    "trait": gettext_lazy("By a trait"),
    "consent": gettext_lazy("By a consent"),
    "time": gettext_lazy("By the passing of time"),
    "split": gettext_lazy("Separated from another portrait"),
    "merged": gettext_lazy("Joined into another portrait"),
    "carried": gettext_lazy("Came with a joined portrait"),
    "defined": gettext_lazy("By a new definition"),
    "removed": gettext_lazy("The audience was ended"),
    # of a delivery
    "not_held": gettext_lazy("It never had her"),
    "held": gettext_lazy("It has her already"),
    "superseded": gettext_lazy("A later change made it needless"),
    "no_destination": gettext_lazy("The destination is gone"),
    "no_key": gettext_lazy("The signing secret is missing"),
    "no_audience": gettext_lazy("The audience is gone"),
    "bad_url": gettext_lazy("The address cannot be read"),
    "insecure": gettext_lazy("The address is not encrypted"),
    "port_refused": gettext_lazy("The port is not allowed"),
    "address_refused": gettext_lazy("A private address that is not allowed"),
    "unresolved": gettext_lazy("The name of the address is unknown"),
    "unreachable": gettext_lazy("The destination does not answer"),
    "timeout": gettext_lazy("The destination took too long"),
    "cut": gettext_lazy("The destination broke off"),
}
_DELIVERIES = {
    "pending": gettext_lazy("Waiting"),
    "retrying": gettext_lazy("Trying again"),
    "delivered": gettext_lazy("Delivered"),
    "refused": gettext_lazy("Not sent"),
    "dead": gettext_lazy("Given up"),
    "replayed": gettext_lazy("Rebuilt, not sent"),
}
KINDS = {
    "user_id": gettext_lazy("account"),
    "crm_id": gettext_lazy("CRM record"),
    "email": gettext_lazy("e-mail"),
    "phone": gettext_lazy("phone"),
    "loyalty_card": gettext_lazy("loyalty card"),
    "external_id": gettext_lazy("external id"),
    "device_id": gettext_lazy("device"),
    "anonymous_id": gettext_lazy("browser"),
    "profile_id": gettext_lazy("portrait"),
}
"""The kinds of identifier, strongest first."""
_KIND_ICONS = {
    "user_id": "user",
    "crm_id": "address-book",
    "email": "mail",
    "phone": "phone",
    "loyalty_card": "credit-card",
    "external_id": "id",
    "device_id": "device-mobile",
    "anonymous_id": "device-laptop",
}
_RULES = {
    "same_event": gettext_lazy("Both in one event"),
    "alias": gettext_lazy("One named the other"),
}
_PURPOSES = {
    "analytics": gettext_lazy("Analytics"),
    "personalisation": gettext_lazy("Personalisation"),
    "advertising": gettext_lazy("Advertising"),
    "marketing:email": gettext_lazy("Marketing by e-mail"),
    "marketing:sms": gettext_lazy("Marketing by SMS"),
    "marketing:phone": gettext_lazy("Marketing by phone"),
    "marketing:post": gettext_lazy("Marketing by post"),
    "marketing:push": gettext_lazy("Marketing by push"),
}
_PURPOSE_ICONS = {
    "analytics": "chart-bar",
    "personalisation": "chart-dots",
    "advertising": "ad",
    "marketing:email": "mail",
    "marketing:sms": "message",
    "marketing:phone": "phone",
    "marketing:post": "mailbox",
    "marketing:push": "bell",
}
_PURPOSES_SHORT = {
    "marketing:email": gettext_lazy("E-mail"),
    "marketing:sms": gettext_lazy("SMS"),
    "marketing:phone": gettext_lazy("Phone"),
    "marketing:post": gettext_lazy("Post"),
    "marketing:push": gettext_lazy("Push"),
    "personalisation": gettext_lazy("Profiling"),
    "advertising": gettext_lazy("Ads"),
}
_NOTES = {
    "bytes": gettext_lazy("bytes"),
    "plan": gettext_lazy("plan"),
    "party": gettext_lazy("party"),
    "identifiers": gettext_lazy("identifiers"),
    "merges": gettext_lazy("merges"),
    "refusals": gettext_lazy("refusals"),
    "traits": gettext_lazy("traits"),
    "consents": gettext_lazy("consents"),
    "tables": gettext_lazy("tables"),
    "entries": gettext_lazy("entries"),
    "exits": gettext_lazy("exits"),
    "offset": gettext_lazy("offset"),
    "batch": gettext_lazy("batch"),
    "events": gettext_lazy("events"),
    "first": gettext_lazy("first time seen"),
    "dialect": gettext_lazy("dialect"),
}
_TYPES = {
    "identify": gettext_lazy("Identified"),
    "track": gettext_lazy("Event"),
    "page": gettext_lazy("Page viewed"),
    "screen": gettext_lazy("Screen viewed"),
    "group": gettext_lazy("Joined an account"),
    "alias": gettext_lazy("Renamed"),
}
_TRAITS = {
    "name": gettext_lazy("Full name"),
    "first_name": gettext_lazy("First name"),
    "firstName": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "lastName": gettext_lazy("Last name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "birthday": gettext_lazy("Birth date"),
    "birth_year": gettext_lazy("Birth year"),
    "age": gettext_lazy("Age"),
    "age_band": gettext_lazy("Age band"),
    "gender": gettext_lazy("Gender"),
    "city": gettext_lazy("City"),
    "street": gettext_lazy("Street"),
    "postcode": gettext_lazy("Postcode"),
    "country": gettext_lazy("Country"),
    "address": gettext_lazy("Address"),
    "language": gettext_lazy("Language"),
    "income_band": gettext_lazy("Income band"),
    "household_size": gettext_lazy("Household"),
    "home_ownership": gettext_lazy("Home"),
    "marital_status": gettext_lazy("Marital status"),
    "kids": gettext_lazy("Children"),
    "loyalty_card": gettext_lazy("Loyalty card"),
    "points": gettext_lazy("Points"),
    "company": gettext_lazy("Company"),
    "postal_code": gettext_lazy("Postcode"),
    "postalCode": gettext_lazy("Postcode"),
    "registration": gettext_lazy("Registration"),
    "relation": gettext_lazy("Relation"),
    "title": gettext_lazy("Title"),
}


def _of(table: Mapping[str, object], word: str) -> str:
    """The reader's word, or the word itself where the table has none."""
    return str(table.get(str(word), str(word)))


def party(number: int | str) -> str:
    """How far a fact travelled, in words. Takes the number or the word of the wire."""
    place = _PARTY_NUMBERS.get(str(number), number)
    return str(_PARTIES[int(place)])


def party_number(word: str | int) -> int:
    """The digit of a party, given as the word of the wire or as the digit itself."""
    return word if isinstance(word, int) else _PARTY_NUMBERS.get(str(word), 1)


def trust(word: str | int) -> str:
    """A trust, in words. Takes the word of the wire or its number."""
    name = ("query", "browser", "click", "server")[word] if isinstance(word, int) else word
    return _of(_TRUSTS, name)


def basis(word: str) -> str:
    """A legal basis, in words."""
    return _of(_BASES, word)


def consent(status: str) -> str:
    """An answer to one purpose; no answer is "Not asked"."""
    return str(_CONSENTS.get(status) or gettext("Not asked"))


def verdict(word: str) -> str:
    """What became of an event, in a word."""
    return _of(_VERDICTS, word)


def reason(code: str) -> str:
    """Why something was refused or moved, as a short sentence without a full stop."""
    if code.startswith("http_"):
        return gettext("The destination answered %(code)s") % {"code": code.removeprefix("http_")}
    return _of(_REASONS, code)


def delivery(status: str) -> str:
    """What became of a delivery, in a word or two."""
    return _of(_DELIVERIES, status)


def identifier_kind(word: str) -> str:
    """A kind of identifier."""
    return _of(KINDS, word)


def identifier_icon(word: str) -> str:
    """The icon of a kind of identifier."""
    return _KIND_ICONS.get(word, "id")


def rule(word: str) -> str:
    """What joined two identifiers."""
    return _of(_RULES, word)


def purpose(word: str) -> str:
    """A purpose of use."""
    return _of(_PURPOSES, word)


def purpose_short(word: str) -> str:
    """A purpose in one word, where its heading says the rest."""
    return str(_PURPOSES_SHORT.get(word) or purpose(word))


def note(word: str) -> str:
    """What a stage counts."""
    return _of(_NOTES, word)


def purpose_icon(word: str) -> str:
    """The icon of a purpose."""
    return _PURPOSE_ICONS.get(word, "shield-check")


def purposes() -> list[tuple[str, str]]:
    """Every purpose with its words, in the order they are shown."""
    return [(word, str(said)) for word, said in _PURPOSES.items()]


def event_type(word: str) -> str:
    """A call of the wire as the name of what happened."""
    return _of(_TYPES, word)


def trait(name: str) -> str:
    """A trait's name; one that nobody described is shown as it was sent, underscores opened."""
    said = _TRAITS.get(name)
    return str(said) if said else name.replace("_", " ")


def value(item: object) -> str:
    """Any value of a trait or a property, short and readable."""
    match item:
        case None | "":
            said = "–"
        case bool():
            said = gettext("yes") if item else gettext("no")
        case int() | float():
            said = writing.number(item)
        case str():
            said = writing.calendar_day(item) if _DATE.fullmatch(item) else item
        case dict():
            said = ", ".join(value(part) for part in item.values() if part not in (None, ""))
        case list():
            said = ", ".join(value(part) for part in item)
        case _:
            said = json.dumps(item, ensure_ascii=False)
    return said
