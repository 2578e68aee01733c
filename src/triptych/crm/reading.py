"""What an actor may read of the relation. Nothing here looks past `restrict`."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from triptych.crm import search as words
from triptych.crm.errors import not_found
from triptych.crm.model import (
    Action,
    Actor,
    ChangeView,
    Day,
    Hit,
    InteractionView,
    NoteView,
    PartyView,
    Scope,
    Totals,
)
from triptych.crm.models import (
    ContactPoint,
    Division,
    DivisionMember,
    FieldChange,
    Interaction,
    Party,
    PrivateNote,
    Standing,
)
from triptych.crm.recording import present
from triptych.crm.rights import restrict
from triptych.crm.stages.rules import Stage
from triptych.crm.views import change_view, hit, interaction_view, note_view, party_view

MANY = 50
_MOVING = ("version", "stage", "facts__orders")
SOON = timedelta(days=7)


def parties(actor: Actor, action: Action = Action.SEE) -> QuerySet[Party]:
    """The parties in reach."""
    return restrict(actor, action, Party.objects.all())


def all_interactions(actor: Actor, action: Action = Action.SEE) -> QuerySet[Interaction]:
    """The interactions with parties in reach. Nothing is joined: they are read along their own order."""
    return restrict(actor, action, Interaction.objects.prefetch_related("party", "division", "author"))


def party(actor: Actor, party_id: uuid.UUID) -> PartyView:
    """One party.

    Raises:
        CrmError: There is none in reach.
    """
    return party_view(actor, _in_reach(actor, party_id))


def interactions(
    actor: Actor, party_id: uuid.UUID, *, before: tuple[datetime, uuid.UUID] | None = None, limit: int = MANY
) -> tuple[InteractionView, ...]:
    """A party's interactions, newest first; after a page, ``before`` is its last one's (occurred_at, id)."""
    found = restrict(actor, Action.SEE, Interaction.objects.filter(party=party_id))
    if before is not None:
        at, last = before
        found = found.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, id__lt=last))
    page = found.select_related("author").order_by("-occurred_at", "-id")[:limit]
    return tuple(interaction_view(each) for each in page)


def notes(actor: Actor, party_id: uuid.UUID) -> tuple[NoteView, ...]:
    """The private notes on a party that the actor's divisions keep, newest first."""
    found = restrict(actor, Action.SEE, PrivateNote.objects.filter(party=party_id))
    return tuple(note_view(each) for each in found.select_related("author").order_by("-at", "-id"))


def changes(
    actor: Actor, party_id: uuid.UUID, *, before: int | None = None, limit: int = MANY
) -> tuple[ChangeView, ...]:
    """What was changed of a party, newest first; after a page, ``before`` is its last one's version."""
    found = restrict(actor, Action.SEE, FieldChange.objects.filter(party=party_id))
    if before is not None:
        found = found.filter(version__lt=before)
    page = list(found.order_by("-version", "-id")[:limit])
    named = {each.pk: _organisation(each) for each in page if each.field == "affiliation"}
    known = set(parties(actor).filter(id__in=named.values()).values_list("id", flat=True))
    return tuple(change_view(each) for each in page if each.pk not in named or named[each.pk] in known)


def _organisation(change: FieldChange) -> uuid.UUID:
    """The organisation that a change of a person's affiliation names."""
    return uuid.UUID((change.after or change.before)["organisation"])


def search(actor: Actor, text: str, *, limit: int = 20, kind: str = "") -> tuple[Hit, ...]:
    """Parties whose words begin with the words of the text; a contact point or number in any spelling finds its own."""
    found = parties(actor)
    if kind:
        found = found.filter(kind=kind)
    return tuple(hit(each) for each in words.matching(found, text).order_by("serial")[:limit])


def by_identifier(actor: Actor, identifiers: Collection[tuple[str, str]]) -> PartyView | None:
    """The party of a portrait: by ``crm_id``, or else by a mail or telephone that one party alone has."""
    ids = [each for kind, value in identifiers if kind == "crm_id" and (each := _uuid(value)) is not None]
    found = parties(actor).filter(id__in=ids).order_by("serial").first()
    if found is None:
        values = [(kind, value) for kind, value in identifiers if kind in {"email", "phone"}]
        found = _by_contact(actor, values)
    return None if found is None else party_view(actor, found)


def _by_contact(actor: Actor, values: Iterable[tuple[str, str]]) -> Party | None:
    for kind, value in values:
        held = ContactPoint.objects.filter(normalised=value, kind=kind, party__deleted_at__isnull=True)
        owners = list(held.values_list("party", flat=True)[:2])
        if len(owners) == 1:
            found = parties(actor).filter(id=owners[0]).first()
            if found is not None:
                return found
    return None


def day(actor: Actor, *, limit: int = 20) -> Day:
    """What waits for the actor: own steps that are due, own appointments of the next days, own parties at risk."""
    now = present(actor)
    if actor.user_id is None:
        return Day((), (), ())
    mine = restrict(actor, Action.SEE, Interaction.objects.filter(author=actor.user_id)).select_related(
        "party", "author"
    )
    due: date = (now + SOON).date()
    steps = mine.filter(next_due__lte=due, next_done_at__isnull=True).order_by("next_due", "id")[:limit]
    visits = mine.filter(occurred_at__gt=now, occurred_at__lte=now + SOON).order_by("occurred_at", "id")[:limit]
    owned = Standing.objects.filter(owner=actor.user_id).values("party")
    at_risk = parties(actor).filter(id__in=owned, stage=Stage.AT_RISK.value).order_by("sort_name", "id")[:limit]
    return Day(
        steps=tuple((interaction_view(each), hit(each.party)) for each in steps),
        visits=tuple((interaction_view(each), hit(each.party)) for each in visits),
        at_risk=tuple(hit(each) for each in at_risk),
    )


def board(
    actor: Actor, kind: str, *, division: str | None = None, limit: int = MANY
) -> tuple[tuple[str, tuple[Hit, ...]], ...]:
    """Parties of a kind by stage, the first of each.

    Without a division by the stage that is found for everybody; with one by the stage in which that division sees
    them, which `services.set_standing` moves.
    """
    found = parties(actor).filter(kind=kind)
    columns = []
    for stage in Stage:
        if division is None:
            column = found.filter(stage=stage.value)
        else:
            held = Standing.objects.filter(division=division, stage=stage.value)
            column = found.filter(id__in=held.values("party"))
        columns.append((stage.value, tuple(hit(each) for each in column.order_by("sort_name", "id")[:limit])))
    return tuple(columns)


def totals() -> Totals:
    """How much there is. All are counted, and what was put away is taken off: it is little, and quickly found."""
    gone = Party.objects.filter(deleted_at__isnull=False)
    parties = Party.objects.count() - gone.count()
    points, talks = (
        kept.objects.count() - kept.objects.filter(party__in=gone.values("id")).count()
        for kept in (ContactPoint, Interaction)
    )
    return Totals(parties=parties, contact_points=points, interactions=talks)


def divisions(actor: Actor) -> tuple[Division, ...]:
    """The divisions for which the actor may log."""
    found = Division.objects.all()
    return tuple(found if actor.scope(Action.LOG) is Scope.ALL else found.filter(id__in=actor.divisions))


def divisions_of(user_id: int) -> frozenset[str]:
    """The divisions that a colleague is a member of."""
    return frozenset(DivisionMember.objects.filter(user=user_id).values_list("division", flat=True))


def latest(actor: Actor, party_id: uuid.UUID) -> str:
    """A word that changes whenever what the actor may read of a party changes: what a page that polls compares."""
    held = restrict(actor, Action.SEE, Party.objects.filter(pk=party_id)).values_list(*_MOVING).first()
    if held is None:
        raise not_found("party")
    note = (
        restrict(actor, Action.SEE, PrivateNote.objects.filter(party=party_id))
        .order_by("-id")
        .values_list("id", flat=True)
    )
    return f"{held}-{note.first() or 0}"


def sharing(actor: Actor, contact_point: int) -> tuple[Hit, ...]:
    """The other parties in reach that have a contact point too."""
    point = restrict(actor, Action.SEE, ContactPoint.objects.filter(pk=contact_point)).first()
    if point is None:
        raise not_found("contact point")
    found = parties(actor).filter(contact_points__normalised=point.normalised, contact_points__kind=point.kind)
    return tuple(hit(each) for each in found.exclude(pk=point.party_id).order_by(F("sort_name"), "id")[:MANY])


def _in_reach(actor: Actor, party_id: uuid.UUID) -> Party:
    found = parties(actor).filter(pk=party_id).first()
    if found is None:
        raise not_found("party")
    return found


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
