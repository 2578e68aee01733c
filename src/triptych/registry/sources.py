"""Changes of sources: add, change, switch off, rotate their keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from triptych.collect.visitors import Category
from triptych.registry import audit, names
from triptych.registry.desk import Desk
from triptych.registry.errors import Problem, RegistryError, invalid
from triptych.registry.model import NewKey, NewSource, SourceCard
from triptych.registry.models import RetiringKey, Source
from triptych.registry.read import known, source_card
from triptych.registry.recording import changing, noted, refuse_taken
from triptych.vocabulary import MICROSECONDS, Basis, Party

CONSENT_MODES = ("signalled", "gated")
CLOCKS = ("corrected", "literal")
MAX_CATEGORIES, MAX_CAMPAIGNS = 2_000, 1_000
MAX_OVERLAP_SECONDS = 90 * 86_400
MAX_ALLOWED_EVENTS = 1_000
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
SMALLEST_EVENT, LARGEST_EVENT = 256, 5 * 1024 * 1024


def add_source(
    desk: Desk,
    *,
    id: str,
    party: Party,
    name: str = "",
    basis: Basis = Basis.CONTRACT,
    consent: str = "signalled",
    clock: str = "corrected",
    allowed_events: Sequence[str] = (),
    max_event_bytes: int = 32_768,
    categories: Sequence[Category] = (),
    campaigns: Sequence[str] = (),
    tcf_vendor: int = 0,
) -> NewSource:
    """Register a source and answer its two keys. The secret key is shown this once and kept only as a digest.

    Raises:
        RegistryError: The id is taken or malformed, or a choice is not one of those there are.
    """
    secret = names.new_secret_key()
    names.check_id(id)
    record = Source(
        id=id,
        name=names.check_name(name, default=id),
        party=check_party(party),
        basis=Basis(basis).value,
        consent=_one_of("consent", consent, CONSENT_MODES),
        clock=_one_of("clock", clock, CLOCKS),
        allowed_events=check_events(allowed_events),
        max_event_bytes=check_size(max_event_bytes),
        categories=check_categories(categories),
        campaigns=check_campaigns(campaigns),
        tcf_vendor=check_vendor(tcf_vendor),
        write_key=names.new_write_key(),
        secret_digest=names.digest(secret),
        secret_hint=names.hint(secret),
        created_at=audit.moment(desk.clock()),
    )
    with changing(desk):
        refuse_taken(record, "there is a source")
        record.save(force_insert=True)
        audit.append(desk, "add", kind="source", thing=id, after=_for_audit(record))
    return NewSource(source=source_card(record), write_key=record.write_key, secret_key=secret)


def change_source(
    desk: Desk,
    id: str,
    *,
    name: str | None = None,
    basis: Basis | None = None,
    consent: str | None = None,
    clock: str | None = None,
    allowed_events: Sequence[str] | None = None,
    max_event_bytes: int | None = None,
    enabled: bool | None = None,
    categories: Sequence[Category] | None = None,
    campaigns: Sequence[str] | None = None,
    tcf_vendor: int | None = None,
) -> SourceCard:
    """Change what is given and leave the rest. The party of a source never changes: its past events carry it."""
    changes: dict[str, Any] = {
        "name": None if name is None else names.check_name(name, default=id),
        "basis": None if basis is None else Basis(basis).value,
        "consent": None if consent is None else _one_of("consent", consent, CONSENT_MODES),
        "clock": None if clock is None else _one_of("clock", clock, CLOCKS),
        "allowed_events": None if allowed_events is None else check_events(allowed_events),
        "max_event_bytes": None if max_event_bytes is None else check_size(max_event_bytes),
        "enabled": enabled,
        "categories": None if categories is None else check_categories(categories),
        "campaigns": None if campaigns is None else check_campaigns(campaigns),
        "tcf_vendor": None if tcf_vendor is None else check_vendor(tcf_vendor),
    }
    with changing(desk):
        record = changeable(id)
        with noted(desk, record, "change", _for_audit):
            for field, value in changes.items():
                if value is not None:
                    setattr(record, field, value)
    return source_card(record)


def rotate_key(
    desk: Desk,
    id: str,
    *,
    kind: str = "secret",
    overlap_seconds: int = 7 * 86_400,
) -> NewKey:
    """Give a source a new key. The old one is taken for ``overlap_seconds`` more; with 0 it ends at once."""
    _one_of("kind", kind, ("secret", "write"))
    if not 0 <= overlap_seconds <= MAX_OVERLAP_SECONDS:
        raise invalid("overlap_seconds", f"the overlap is 0 to {MAX_OVERLAP_SECONDS} seconds")
    now = desk.clock()
    until = now + overlap_seconds * MICROSECONDS
    with changing(desk):
        record = changeable(id)
        RetiringKey.objects.filter(until__lte=audit.moment(now)).delete()
        if overlap_seconds:
            old = record.secret_digest if kind == "secret" else record.write_key
            RetiringKey.objects.create(source=record, kind=kind, value=old, until=audit.moment(until))
        key = names.new_secret_key() if kind == "secret" else names.new_write_key()
        if kind == "secret":
            record.secret_digest, record.secret_hint = names.digest(key), names.hint(key)
        else:
            record.write_key = key
        record.save()
        audit.append(desk, "rotate_key", kind="source", thing=id, after={"kind": kind, "old_until": until})
    return NewKey(source=id, kind=kind, key=key, old_until=until)


def changeable(id: str) -> Source:
    """The record of a source that people may change: every one but our own."""
    record = known(Source.objects.all(), id)
    if record.internal:
        raise RegistryError(Problem.IN_USE, f"{id!r} is our own source and is not changed by hand", field="id")
    return record


def check_party(party: Party) -> int:
    """The highest party that a source may carry. Zero is not one: it is what a field *declared* makes of a fact."""
    if party == Party.ZERO:
        raise invalid("party", "a source is first, second or third; its plan says which fields the person declared")
    return Party(party).value


def check_events(names_of_events: Sequence[str]) -> list[str]:
    """The event names that a source may send; none means any."""
    events = sorted(set(names_of_events))
    if len(events) > MAX_ALLOWED_EVENTS or any(not 0 < len(event) <= 200 for event in events):
        raise invalid("allowed_events", f"at most {MAX_ALLOWED_EVENTS} names of 1 to 200 characters")
    return events


def check_categories(lines: Sequence[Category]) -> list[dict[str, str]]:
    """The lines of a map from pages to words, which are all that is told of a visitor's page."""
    if len(lines) > MAX_CATEGORIES or len({line.path for line in lines}) < len(lines):
        raise invalid("categories", f"at most {MAX_CATEGORIES} paths, each once")
    for line in lines:
        if not line.path.startswith("/") or len(line.path) > 200 or "?" in line.path:
            raise invalid("categories", f"a path begins with / and has no query: {line.path[:40]!r}")
        if not _WORD.fullmatch(line.category):
            raise invalid("categories", "a category has 1 to 40 of a-z, 0-9, - and _")
    return [{"path": line.path, "category": line.category} for line in lines]


def check_campaigns(codes: Sequence[str]) -> list[str]:
    """The codes of campaigns that may be told of what a visitor saw."""
    found = sorted(set(codes))
    if len(found) > MAX_CAMPAIGNS or not all(_WORD.fullmatch(code) for code in found):
        raise invalid("campaigns", f"at most {MAX_CAMPAIGNS} codes of 1 to 40 of a-z, 0-9, - and _")
    return found


def check_vendor(number: int) -> int:
    """Our number on the list of vendors of the TCF; 0 for none."""
    if not 0 <= number <= 65_535:
        raise invalid("tcf_vendor", "a vendor's number is 1 to 65535, or 0 for none")
    return number


def check_size(size: int) -> int:
    """The largest event, in bytes, that a source may send."""
    if not SMALLEST_EVENT <= size <= LARGEST_EVENT:
        raise invalid("max_event_bytes", f"an event has between {SMALLEST_EVENT} and {LARGEST_EVENT} bytes")
    return size


def _one_of(field: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise invalid(field, f"{field} is one of {', '.join(choices)}")
    return value


def _for_audit(record: Source) -> dict[str, Any]:
    return {
        "name": record.name,
        "party": Party(record.party).word,
        "basis": record.basis,
        "consent": record.consent,
        "clock": record.clock,
        "allowed_events": list(record.allowed_events),
        "max_event_bytes": record.max_event_bytes,
        "enabled": record.enabled,
        "categories": len(record.categories),
        "categories_digest": names.digest(repr(record.categories)) if record.categories else "",
        "campaigns": list(record.campaigns),
        "tcf_vendor": record.tcf_vendor,
    }
