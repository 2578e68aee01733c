"""The one gate: which records an actor may act on. Every list, record, count, search and export passes it.

A party is in reach of a team by a standing in one of its divisions, of a colleague by a standing that is theirs; who
made a party has it in reach. What belongs to a party is in reach with it. A private note is read by members of its
division alone, whatever else they may do.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from triptych.crm.model import Action, Actor, Scope

M = TypeVar("M", bound=Model)

_TO_PARTY = {
    "party": "",
    "partyrole": "party__",
    "contactpoint": "party__",
    "standing": "party__",
    "interaction": "party__",
    "privatenote": "party__",
    "fieldchange": "party__",
    "affiliation": "person__",
}
"""How one comes from a record to the party that it belongs to."""


def restrict(actor: Actor, action: Action, things: QuerySet[M]) -> QuerySet[M]:
    """The part of ``things`` on which ``actor`` may do ``action``. Parties that were put away are in nobody's reach."""
    name = str(things.model._meta.model_name)
    path = _TO_PARTY.get(name)
    scope = actor.scope(action)
    if path is None or scope is Scope.NONE:
        return things.none()
    things = things.filter(**{f"{path}deleted_at__isnull": True})
    if name == "privatenote":
        things = things.filter(division__in=actor.divisions)
    if name == "affiliation":
        other = apps.get_model("crm", "Party").objects
        things = things.filter(organisation__in=restrict(actor, action, other.all()))
    if scope is Scope.ALL:
        return things
    return things.filter(_within(actor, scope, path))


def _within(actor: Actor, scope: Scope, path: str) -> Q:
    standings: QuerySet[Any] = apps.get_model("crm", "Standing").objects.all()
    if scope is Scope.TEAM:
        held = standings.filter(division__in=actor.divisions)
    else:
        held = standings.filter(owner=actor.user_id) if actor.user_id is not None else standings.none()
    reach = Q(**{f"{path}id__in": held.values("party")})
    if actor.user_id is None:
        return reach
    return reach | Q(**{f"{path}created_by": actor.user_id})
