"""The one gate: which records an actor may act on. Every list, record, count, search and export passes it.

A party is in reach of a team by a standing in one of its divisions, of a colleague by a standing that is theirs; who
made a party has it in reach. What belongs to a party is in reach with it. A private note is read by members of its
division alone, whatever else they may do.

The conditions name keys only and join nothing, so that a list is read along its own index. Where few parties are in
reach they are looked up first; where many are, each row is asked. With 200,000 parties the wrong way costs a second.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from triptych.crm.model import Action, Actor, Scope

M = TypeVar("M", bound=Model)

FEW = 2_000
"""Up to how many parties in reach are looked up first."""

_PARTY = {
    "party": "id",
    "partyrole": "party",
    "contactpoint": "party",
    "standing": "party",
    "interaction": "party",
    "privatenote": "party",
    "fieldchange": "party",
    "affiliation": "person",
}
"""Which column of a record names the party that it belongs to."""


def restrict(actor: Actor, action: Action, things: QuerySet[M]) -> QuerySet[M]:
    """The part of ``things`` on which ``actor`` may do ``action``. Parties that were put away are in nobody's reach."""
    name = str(things.model._meta.model_name)
    column = _PARTY.get(name)
    scope = actor.scope(action)
    if column is None or scope is Scope.NONE:
        return things.none()
    put_away = _parties().filter(deleted_at__isnull=False)
    things = things.exclude(**{f"{column}__in": put_away.values("id")})
    if name == "privatenote":
        things = things.filter(division__in=actor.divisions)
    if name == "affiliation":
        things = things.filter(organisation__in=restrict(actor, action, _parties()))
    return things if scope is Scope.ALL else things.filter(_within(actor, scope, column))


def _within(actor: Actor, scope: Scope, column: str) -> Q:
    made = Q(**{f"{column}__in": _parties().filter(created_by=actor.user_id).values("id")})
    if scope is Scope.TEAM:
        held = _standings().filter(division__in=actor.divisions)
    else:
        held = _standings().filter(owner=actor.user_id)
    if actor.user_id is None:
        made, held = Q(pk__in=()), held if scope is Scope.TEAM else held.none()
    if held[: FEW + 1].count() <= FEW:
        return Q(**{f"{column}__in": held.values("party")}) | made
    return Q(Exists(held.filter(party=OuterRef(column)))) | made


def _parties() -> QuerySet[Any]:
    return apps.get_model("crm", "Party").objects.all()


def _standings() -> QuerySet[Any]:
    return apps.get_model("crm", "Standing").objects.all()
