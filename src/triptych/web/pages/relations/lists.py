"""The lists of the relation: people, organisations, interactions. Each is a declaration over what the room answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from triptych.crm import Action as On
from triptych.crm import Actor, reading
from triptych.crm.models import Interaction, Party, PartyRole, Standing
from triptych.crm.search import matching
from triptych.web.furniture import (
    Action,
    Choice,
    Column,
    Exporting,
    Filter,
    Kind,
    ListPage,
    Sort,
    View,
)
from triptych.web.furniture.filtering import meet
from triptych.web.furniture.model import Among, Operator, Reader, Row
from triptych.web.pages import relation
from triptych.web.pages.relations import boards, filters
from triptych.web.pages.relations.editing import EDITING
from triptych.web.rights import Action as Right


def _choices(table: dict[str, Any]) -> Callable[..., Sequence[Choice]]:
    """The words of a table, whoever asks: a cell that is edited, or the reader of a filter."""
    return lambda *_reader: [Choice(word, label) for word, label in table.items()]


def _parties(kind: str, actor: Actor, action: On = On.SEE) -> QuerySet[Party]:
    return reading.parties(actor, action).filter(kind=kind)


def _found(actor: Actor, rows: QuerySet[Party], text: str) -> QuerySet[Party]:
    """Those of the rows that answer to a text."""
    del actor
    return matching(rows, text)


def party_url(row: Any) -> str:
    """The page of a party."""
    return reverse(f"pages:crm_{row.kind}", args=[row.id])


def _know(reader: Reader, rows: Sequence[Row]) -> None:
    """Add to parties what a list shows beside their own fields: roles and owners, one question each."""
    del reader
    keys = [row.pk for row in rows]
    roles, owners = defaultdict(list), defaultdict(list)
    for held in PartyRole.objects.filter(party__in=keys, until=None).order_by("id"):
        roles[held.party_id].append(held.role)
    for standing in Standing.objects.filter(party__in=keys, owner__isnull=False).select_related("owner").order_by("id"):
        owners[standing.party_id].append(str(standing.owner))
    for row in rows:
        row.shown_roles = roles[row.pk]
        row.shown_owners = ", ".join(dict.fromkeys(owners[row.pk]))


_SORTS = (
    Sort(key="name", label=_("Name"), path="sort_name"),
    Sort(key="contact", label=_("Last contact"), path="last_contact_at", descending=True, nullable=True),
    Sort(key="changed", label=_("Changed"), path="changed_at", descending=True),
)
_NAME = Column(
    key="name", label=_("Name"), template="relations/name.html", name=True, sort="name", place="m1", width="w-name"
)
_STAGE = Column(
    key="stage", label=_("Stage"), kind=Kind.STAGE, choices=_choices(relation.STAGES), place="m3", width="w-m"
)
_ROLES = Column(
    key="roles",
    label=_("Roles"),
    kind=Kind.LABELS,
    read=lambda row: row.shown_roles,
    choices=_choices(relation.ROLES),
    width="w-l",
)
_CITY = Column(key="city", label=_("City"), editable=True, most=100, place="m4", width="w-m")
_CONTACT = Column(
    key="last_contact_at", label=_("Last contact"), kind=Kind.MOMENT, sort="contact", place="m2", width="w-m"
)
_OWNER = Column(key="owner", label=_("Owner"), kind=Kind.PERSON, read=lambda row: row.shown_owners, width="w-m")
_MORE = (
    Column(key="number", label=_("Number"), shown=False, width="w-s"),
    Column(key="postcode", label=_("Postcode"), editable=True, most=20, shown=False, width="w-s"),
    Column(
        key="country",
        label=_("Country"),
        editable=True,
        most=2,
        shown=False,
        width="w-s",
        hint=_("Two letters, such as FR."),
    ),
    Column(
        key="language",
        label=_("Language"),
        editable=True,
        most=8,
        shown=False,
        width="w-s",
        hint=_("Two letters, such as fr."),
    ),
    Column(key="changed_at", label=_("Changed"), kind=Kind.MOMENT, sort="changed", shown=False, width="w-m"),
)
_FILTERS = (
    Filter(key="stage", label=_("Stage"), choices=_choices(relation.STAGES)),
    Filter(
        key="role",
        label=_("Role"),
        choices=_choices(relation.ROLES),
        where=filters.role,
    ),
    Filter(
        key="owner",
        label=_("Owner"),
        choices=filters.colleagues,
        where=filters.owner,
        operators=(Operator.IS, Operator.NOT, Operator.FILLED, Operator.EMPTY),
    ),
    Filter(key="division", label=_("Division"), choices=filters.divisions, where=filters.division),
    Filter(key="city", label=_("City"), kind=Kind.TEXT),
    Filter(key="language", label=_("Language"), kind=Kind.TEXT),
    Filter(key="contact", label=_("Last contact"), kind=Kind.MOMENT, path="last_contact_at"),
    Filter(key="changed", label=_("Changed"), kind=Kind.MOMENT, path="changed_at"),
)


def _list_of(
    kind: str,
    plural: str,
    *,
    title: Promise,
    new: Promise,
    columns: tuple[Column, ...],
    sort: str,
    views: tuple[View, ...],
    find_hint: Promise,
    empty: Promise,
    empty_says: Promise,
) -> ListPage:
    """A list of the parties of one kind: what both lists have, and what is said of this one."""
    return ListPage(
        key=f"crm_{plural}",
        panel="crm",
        title=title,
        path=f"/crm/{plural}/",
        right=Right.SEE_PARTIES,
        query=partial(_parties, kind),
        columns=(*columns, _CONTACT, _OWNER, *_MORE),
        sorts=_SORTS,
        sort=sort,
        filters=_FILTERS,
        views=views,
        actions=(
            Action(
                key="new",
                label=new,
                icon="plus",
                right=Right.EDIT_PARTIES,
                url=lambda _row: reverse(f"pages:crm_{plural}_new"),
                primary=True,
                letter="c",
            ),
        ),
        find=_found,
        find_hint=find_hint,
        board=boards.BOARD,
        editing=EDITING,
        exporting=Exporting(right=Right.EXPORT_PARTIES, query=partial(_parties, kind, action=On.EXPORT)),
        prepare=_know,
        record_url=party_url,
        empty=empty,
        empty_says=empty_says,
    )


PEOPLE = _list_of(
    "person",
    "people",
    title=_("People"),
    new=_("New person"),
    columns=(_NAME, _STAGE, _ROLES, Column(key="title", label=_("Title"), editable=True, most=80, width="w-m"), _CITY),
    sort="contact",
    views=(
        View(key="all", label=_("All people")),
        View(key="mine", label=_("Mine"), query="owner.is=me"),
        View(key="team", label=_("My divisions"), query="division.is=mine"),
        View(key="customers", label=_("Customers"), query="role.is=customer"),
        View(key="risk", label=_("At risk"), query="stage.is=at_risk"),
        View(key="suppliers", label=_("Of suppliers"), query="role.is=supplier&role.is=service_provider"),
    ),
    find_hint=_("Name, mail, phone, number"),
    empty=_("Nobody yet"),
    empty_says=_("A person is made here, or comes with a call, a visit or a letter that somebody logs."),
)

ORGANISATIONS = _list_of(
    "organisation",
    "organisations",
    title=_("Organisations"),
    new=_("New organisation"),
    columns=(
        _NAME,
        _ROLES,
        _STAGE,
        _CITY,
        Column(key="registration", label=_("Registration"), editable=True, most=40, width="w-m"),
    ),
    sort="name",
    views=(
        View(key="all", label=_("All organisations")),
        View(key="mine", label=_("Mine"), query="owner.is=me"),
        View(key="suppliers", label=_("Suppliers"), query="role.is=supplier"),
        View(key="providers", label=_("Service providers"), query="role.is=service_provider"),
        View(key="customers", label=_("Customers"), query="role.is=customer"),
    ),
    find_hint=_("Name, city, mail, number"),
    empty=_("No organisation yet"),
    empty_says=_(
        "A supplier, a service provider, a company that buys: each has a page with its people and what was said."
    ),
)


def _interactions(actor: Actor, action: On = On.SEE) -> QuerySet[Interaction]:
    return reading.all_interactions(actor, action)


def _with_whom(actor: Actor, rows: QuerySet[Interaction], text: str) -> QuerySet[Interaction]:
    """Those of the rows whose party answers to a text."""
    return meet(rows, Among(matching(reading.parties(actor), text), "pk", "party_id"))


INTERACTIONS = ListPage(
    key="crm_interactions",
    panel="crm",
    title=_("Interactions"),
    path="/crm/interactions/",
    right=Right.SEE_PARTIES,
    query=_interactions,
    columns=(
        Column(
            key="what",
            label=_("What"),
            template="relations/what.html",
            read=lambda row: relation.happened(row.kind, row.direction, row.subject),
            name=True,
            place="m3",
            width="w-name",
        ),
        Column(
            key="party",
            label=_("With"),
            template="relations/with.html",
            read=lambda row: row.party.name,
            place="m1",
            width="w-l",
        ),
        Column(key="occurred_at", label=_("When"), kind=Kind.MOMENT, sort="when", place="m2", width="w-m"),
        Column(key="division", label=_("Division"), read=lambda row: row.division.name, width="w-m"),
        Column(
            key="author",
            label=_("Who"),
            kind=Kind.PERSON,
            read=lambda row: str(row.author) if row.author else "",
            place="m4",
            width="w-m",
        ),
        Column(key="outcome", label=_("Outcome"), read=lambda row: relation.outcome(row.outcome), width="w-m"),
        Column(key="next_step", label=_("Next step"), width="w-m"),
        Column(key="next_due", label=_("Due"), kind=Kind.DATE, width="w-s"),
    ),
    sorts=(Sort(key="when", label=_("When"), path="occurred_at", descending=True),),
    sort="when",
    filters=(
        Filter(key="kind", label=_("Kind"), choices=_choices(relation.KINDS)),
        Filter(
            key="direction",
            label=_("Direction"),
            choices=_choices(relation.DIRECTIONS),
        ),
        Filter(key="channel", label=_("Channel"), choices=filters.channels, where=filters.channel),
        Filter(key="division", label=_("Division"), choices=filters.divisions, where=filters.of_division),
        Filter(key="author", label=_("Who"), choices=filters.colleagues, where=filters.author),
        Filter(key="outcome", label=_("Outcome"), choices=_choices(relation.OUTCOMES)),
        Filter(key="when", label=_("When"), kind=Kind.MOMENT, path="occurred_at"),
        Filter(key="due", label=_("Due"), kind=Kind.DATE, path="next_due"),
    ),
    views=(
        View(key="all", label=_("All interactions")),
        View(key="mine", label=_("Mine"), query="author.is=me"),
        View(key="team", label=_("My divisions"), query="division.is=mine"),
        View(key="complaints", label=_("Complaints"), query="outcome.is=complaint"),
        View(key="visits", label=_("Visits and meetings"), query="kind.is=visit&kind.is=meeting"),
    ),
    find=_with_whom,
    find_hint=_("With whom"),
    bound=1_000,
    exporting=Exporting(right=Right.EXPORT_PARTIES, query=partial(_interactions, action=On.EXPORT)),
    record_url=lambda row: party_url(row.party),
    empty=_("Nothing was said yet"),
    empty_says=_("A call, a visit, a letter: log it on the page of a person or an organisation, and it stands here."),
)

LISTS = (PEOPLE, ORGANISATIONS, INTERACTIONS)
"""Every list of the relation."""
