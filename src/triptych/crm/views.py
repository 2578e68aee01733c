"""Records as frozen values."""

from __future__ import annotations

from django.db.models import Count, Q

from triptych.crm.model import (
    Action,
    Actor,
    AffiliationView,
    ChangeView,
    ContactView,
    Hit,
    InteractionView,
    NoteView,
    PartyView,
    StandingView,
)
from triptych.crm.models import (
    Affiliation,
    ContactPoint,
    FieldChange,
    Interaction,
    Party,
    PartyRole,
    PrivateNote,
    Standing,
)
from triptych.crm.rights import restrict


def party_view(by: Actor, party: Party) -> PartyView:
    """A party with what belongs to it, as far as the actor may know of the others that it names."""
    roles = PartyRole.objects.filter(party=party, until=None).order_by("id").values_list("role", flat=True)
    standings = Standing.objects.filter(party=party).select_related("division", "owner").order_by("division")
    both = Q(person=party) | Q(organisation=party)
    affiliations = restrict(by, Action.SEE, Affiliation.objects.filter(both, until=None))
    return PartyView(
        **{name: getattr(party, name) for name in _PLAIN},
        roles=tuple(roles),
        contact_points=contact_views(by, party),
        standings=tuple(standing_view(each) for each in standings),
        affiliations=tuple(
            affiliation_view(each)
            for each in affiliations.select_related("person", "organisation").order_by("-primary", "id")
        ),
    )


_PLAIN = (
    "id",
    "number",
    "kind",
    "name",
    "given_name",
    "family_name",
    "title",
    "language",
    "city",
    "postcode",
    "country",
    "registration",
    "version",
    "stage",
    "stage_reason",
    "facts",
    "created_at",
    "changed_at",
    "last_contact_at",
)


def contact_views(by: Actor, party: Party) -> tuple[ContactView, ...]:
    """How the party is reached, and how many other parties in the actor's reach are reached so too."""
    points = list(ContactPoint.objects.filter(party=party).order_by("kind", "-primary", "id"))
    others = (
        restrict(by, Action.SEE, ContactPoint.objects.filter(normalised__in=[each.normalised for each in points]))
        .exclude(party=party)
        .values("kind", "normalised")
        .annotate(number=Count("id"))
        .values_list("kind", "normalised", "number")
    )
    shared = {(kind, value): number for kind, value, number in others}
    return tuple(
        ContactView(
            id=each.pk,
            kind=each.kind,
            raw=each.raw,
            normalised=each.normalised,
            primary=each.primary,
            shared_with=shared.get((each.kind, each.normalised), 0),
        )
        for each in points
    )


def standing_view(standing: Standing) -> StandingView:
    """How a division stands with a party. Its division and owner should be loaded with it."""
    return StandingView(
        division=standing.division_id,
        division_name=standing.division.name,
        owner_id=standing.owner_id,
        owner=_name(standing.owner),
        stage=standing.stage,
        since=standing.since,
    )


def affiliation_view(affiliation: Affiliation) -> AffiliationView:
    """A person in an organisation. Both should be loaded with it."""
    return AffiliationView(
        id=affiliation.pk,
        person=affiliation.person_id,
        person_name=affiliation.person.name,
        organisation=affiliation.organisation_id,
        organisation_name=affiliation.organisation.name,
        title=affiliation.title,
        primary=affiliation.primary,
        since=affiliation.since,
        until=affiliation.until,
    )


def interaction_view(interaction: Interaction) -> InteractionView:
    """An interaction. Its author should be loaded with it."""
    return InteractionView(
        id=interaction.id,
        party=interaction.party_id,
        division=interaction.division_id,
        kind=interaction.kind,
        direction=interaction.direction,
        online=interaction.online,
        occurred_at=interaction.occurred_at,
        duration_s=interaction.duration_s,
        subject=interaction.subject,
        text=interaction.text,
        outcome=interaction.outcome,
        next_step=interaction.next_step,
        next_due=interaction.next_due,
        next_done_at=interaction.next_done_at,
        author_id=interaction.author_id,
        author=_name(interaction.author),
        external_id=interaction.external_id,
    )


def note_view(note: PrivateNote) -> NoteView:
    """A private note."""
    return NoteView(
        id=note.pk,
        party=note.party_id,
        division=note.division_id,
        interaction=note.interaction_id,
        author=_name(note.author),
        text=note.text,
        at=note.at,
    )


def change_view(change: FieldChange) -> ChangeView:
    """A change."""
    return ChangeView(
        field=change.field, before=change.before, after=change.after, by=change.by, at=change.at, version=change.version
    )


def hit(party: Party) -> Hit:
    """A party in a list of few."""
    return Hit(id=party.id, number=party.number, kind=party.kind, name=party.name, city=party.city, stage=party.stage)


def _name(colleague: object) -> str:
    return "" if colleague is None else str(colleague)
