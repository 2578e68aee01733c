"""What the relation holds of a person: how to hand it out, and how to take it away for good.

A person is found by her ``crm_id`` or by a mail or telephone that she alone has. Erasing removes her party with all
that belongs to it, her events in the outbox, sent or not, and her words in the search; it replaces her contact points
and, in what was said with her employers, her name, where other parties' texts quote them.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from triptych.crm import search
from triptych.crm.models import (
    Affiliation,
    ContactPoint,
    FieldChange,
    Interaction,
    Outbox,
    Party,
    PartyRole,
    PrivateNote,
    Standing,
)
from triptych.vocabulary import Identifier, IdentifierType

ERASED = "(erased)"
"""What stands where another party's text named the person."""

CONTACTS = {IdentifierType.EMAIL: ContactPoint.Kind.EMAIL, IdentifierType.PHONE: ContactPoint.Kind.PHONE}
_BELONGS: tuple[type[Model], ...] = (PrivateNote, Interaction, FieldChange, ContactPoint, PartyRole, Standing)


def find(identifiers: Iterable[Identifier]) -> tuple[uuid.UUID, ...]:
    """The parties that are the person: by ``crm_id``, or by a contact point that no other party has."""
    found: set[uuid.UUID] = set()
    for each in identifiers:
        if each.type is IdentifierType.CRM_ID:
            found.update(Party.objects.filter(pk__in=_uuid(each.value)).values_list("id", flat=True))
        elif each.type in CONTACTS:
            held = ContactPoint.objects.filter(normalised=each.value, kind=CONTACTS[each.type])
            owners = list(held.values_list("party", flat=True)[:2])
            found.update(owners if len(owners) == 1 else ())
    return tuple(sorted(found))


def identifiers(parties: Iterable[uuid.UUID]) -> tuple[Identifier, ...]:
    """By what the parties are known: their ids, and the contact points that nobody shares."""
    ids = list(parties)
    found = {Identifier(IdentifierType.CRM_ID, str(each)) for each in ids}
    kinds = {kind: type_ for type_, kind in CONTACTS.items()}
    for point in ContactPoint.objects.filter(party__in=ids, kind__in=kinds):
        others = ContactPoint.objects.filter(normalised=point.normalised, kind=point.kind)
        if not others.exclude(party__in=ids).exists():
            found.add(Identifier(kinds[ContactPoint.Kind(point.kind)], point.normalised))
    return tuple(sorted(found))


def export(parties: Iterable[uuid.UUID], *, private_notes: bool = False) -> dict[str, object]:
    """All that is held of the parties, as plain values; what divisions keep to themselves only when asked for."""
    return {"parties": [_told(party, private_notes=private_notes) for party in Party.objects.filter(pk__in=parties)]}


def erase(parties: Sequence[uuid.UUID]) -> dict[str, int]:
    """Take the parties away. Answers how many rows of each kind went, and in how many others a text was replaced."""
    ids = list(parties)
    with transaction.atomic():
        held = list(Party.objects.select_for_update().filter(pk__in=ids))
        counts = {"texts": _replace_quotes(held)} if held else {}
        for model in _BELONGS:
            counts[model._meta.model_name or ""] = _delete(model._default_manager.filter(party__in=ids))
        both = Q(person__in=ids) | Q(organisation__in=ids)
        counts["affiliation"] = _delete(Affiliation.objects.filter(both))
        counts["outbox"] = _delete(Outbox.objects.filter(party__in=ids))
        search.remove(each.serial for each in held)
        counts["party"] = _delete(Party.objects.filter(pk__in=ids))
    if held or counts["outbox"]:
        _clean_pages()
    return counts


def returned(is_erased: Callable[[IdentifierType, str], bool]) -> tuple[uuid.UUID, ...]:
    """The parties of a restored copy that are on the erasure list."""
    everyone = Party.objects.order_by("pk").values_list("id", flat=True)
    return tuple(each for each in everyone.iterator() if is_erased(IdentifierType.CRM_ID, str(each)))


def _delete(rows: QuerySet[Any]) -> int:
    return rows.delete()[0]


def _replace_quotes(parties: Sequence[Party]) -> int:
    """Replace the parties' contact points, and their names with their employers, in the texts of other parties."""
    points = ContactPoint.objects.filter(party__in=parties).exclude(kind=ContactPoint.Kind.ADDRESS)
    values = {value for point in points for value in (point.raw, point.normalised) if len(value) >= 6}
    employers = Affiliation.objects.filter(person__in=parties).values("organisation")
    others = Interaction.objects.exclude(party__in=parties)
    changed = _replace(others, values)
    return changed + _replace(others.filter(party__in=employers), {party.name for party in parties})


_TEXTS = ("subject", "text", "next_step")


def _replace(interactions: QuerySet[Interaction], values: set[str]) -> int:
    if not values:
        return 0
    quoting = Q()
    for value in values:
        for name in _TEXTS:
            quoting |= Q(**{f"{name}__icontains": value})
    pattern = re.compile("|".join(re.escape(value) for value in sorted(values, key=len, reverse=True)), re.IGNORECASE)
    changed = 0
    for each in interactions.filter(quoting):
        for name in _TEXTS:
            setattr(each, name, pattern.sub(ERASED, getattr(each, name)))
        each.save(update_fields=list(_TEXTS))
        for note in Outbox.objects.filter(party=each.party_id, payload__contains=str(each.pk)):
            note.payload = pattern.sub(ERASED, note.payload)
            note.save(update_fields=["payload"])
        changed += 1
    return changed


def _clean_pages() -> None:
    """Let nothing of what was removed stay in a page of the search, in the log or in a dead row."""
    search.optimise()
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            kept: tuple[type[Model], ...] = (*_BELONGS, Affiliation, Outbox, Party)
            tables = [model._meta.db_table for model in kept]
            cursor.execute(f"VACUUM {', '.join([*tables, 'crm_search'])}")


def _told(party: Party, *, private_notes: bool) -> dict[str, object]:
    named = Affiliation.objects.filter(Q(person=party) | Q(organisation=party)).select_related("person", "organisation")
    told: dict[str, object] = {
        "crm_id": str(party.id),
        **{field.name: getattr(party, field.name) for field in Party._meta.fields if field.name not in _OURS},
        "roles": list(PartyRole.objects.filter(party=party).values("role", "since", "until")),
        "contact_points": list(ContactPoint.objects.filter(party=party).values("kind", "raw", "normalised", "primary")),
        "standings": list(Standing.objects.filter(party=party).values("division", "stage", "since")),
        "affiliations": [
            {"organisation": each.organisation.name, "title": each.title, "since": each.since, "until": each.until}
            for each in named
        ],
        "interactions": list(
            Interaction.objects.filter(party=party)
            .order_by("occurred_at")
            .values(*("division", "kind", "direction", "online", "occurred_at", "duration_s", "outcome"), *_TEXTS)
        ),
        "changes": list(
            FieldChange.objects.filter(party=party).order_by("version").values("field", "before", "after", "at")
        ),
    }
    if private_notes:
        notes = PrivateNote.objects.filter(party=party).order_by("at")
        told["private_notes"] = list(notes.values("division", "text", "at"))
    return told


_OURS = frozenset({"id", "serial", "sort_name", "created_by", "changed_by", "stage_until", "deleted_at"})


def _uuid(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text)]
    except ValueError:
        return []
