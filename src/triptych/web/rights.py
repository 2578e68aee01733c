"""Who may do what: one literal table, one gate. Everything that is not in the table is refused.

Every page, fragment, export, count and API answer asks `may` (one thing) or `restrict` (a list). Personal values
are shown only where `may_see_personal` says so; everybody else gets `mask`.
"""

from __future__ import annotations

from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeAlias, TypeVar

from django.core.exceptions import PermissionDenied

from triptych.crm import Action as CrmAction
from triptych.crm import Actor, Scope
from triptych.crm import restrict as restrict_parties

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest, HttpResponseBase

    Anyone: TypeAlias = AbstractBaseUser | AnonymousUser

P = ParamSpec("P")
M = TypeVar("M", bound="Model")


class Role(StrEnum):
    """What a colleague does here. An account may have several roles; rights add up."""

    ADMIN = "admin"
    MARKETER = "marketer"
    SALES = "sales"
    SUPPORT = "support"
    PROCUREMENT = "procurement"
    AGENT = "agent"
    MEDIA = "media"
    ENGINEER = "engineer"
    PRIVACY = "privacy"
    VIEWER = "viewer"


class Action(StrEnum):
    """A thing that may be done, as the table of rights names it."""

    SEE_HOME = "see_home"
    SEE_PEOPLE = "see_people"
    SEE_PERSONAL = "see_personal"
    EXPLAIN = "explain"
    UNMERGE = "unmerge"
    SEE_LIVE = "see_live"
    SEE_AUDIENCES = "see_audiences"
    EDIT_AUDIENCES = "edit_audiences"
    SEE_SOURCES = "see_sources"
    EDIT_SOURCES = "edit_sources"
    EDIT_PLANS = "edit_plans"
    SEE_DESTINATIONS = "see_destinations"
    EDIT_DESTINATIONS = "edit_destinations"
    SEE_DELIVERIES = "see_deliveries"
    SEE_QUARANTINE = "see_quarantine"
    REPLAY_QUARANTINE = "replay_quarantine"
    ERASE = "erase"
    EXPORT = "export"
    SEE_AUDIT = "see_audit"
    MANAGE_ACCOUNTS = "manage_accounts"
    USE_API = "use_api"
    SEE_PARTIES = "see_parties"
    EDIT_PARTIES = "edit_parties"
    LOG_INTERACTIONS = "log_interactions"
    EXPORT_PARTIES = "export_parties"
    SEE_VISITORS = "see_visitors"
    SEE_SEGMENTS = "see_segments"
    EDIT_SEGMENTS = "edit_segments"
    SEE_PARTNERS = "see_partners"
    EDIT_PARTNERS = "edit_partners"
    SEE_PANELS = "see_panels"


_ALL = frozenset(Role)
_CRM = frozenset({Role.ADMIN, Role.SALES, Role.SUPPORT, Role.PROCUREMENT, Role.AGENT})
_DMP = frozenset({Role.ADMIN, Role.MEDIA, Role.PRIVACY})

TABLE: dict[Action, frozenset[Role]] = {
    Action.SEE_HOME: _ALL,
    Action.SEE_PEOPLE: frozenset({Role.ADMIN, Role.MARKETER, Role.SALES, Role.SUPPORT, Role.PRIVACY, Role.VIEWER}),
    Action.SEE_PERSONAL: frozenset({Role.ADMIN, Role.SALES, Role.SUPPORT, Role.PRIVACY}),
    Action.EXPLAIN: frozenset({Role.ADMIN, Role.MARKETER, Role.SALES, Role.SUPPORT, Role.ENGINEER, Role.PRIVACY}),
    Action.UNMERGE: frozenset({Role.ADMIN, Role.SUPPORT, Role.PRIVACY}),
    Action.SEE_LIVE: frozenset({Role.ADMIN, Role.MARKETER, Role.SUPPORT, Role.ENGINEER, Role.PRIVACY, Role.VIEWER}),
    Action.SEE_AUDIENCES: frozenset({Role.ADMIN, Role.MARKETER, Role.SALES, Role.MEDIA, Role.PRIVACY, Role.VIEWER}),
    Action.EDIT_AUDIENCES: frozenset({Role.ADMIN, Role.MARKETER}),
    Action.SEE_SOURCES: frozenset({Role.ADMIN, Role.MARKETER, Role.ENGINEER, Role.PRIVACY, Role.VIEWER}),
    Action.EDIT_SOURCES: frozenset({Role.ADMIN, Role.ENGINEER}),
    Action.EDIT_PLANS: frozenset({Role.ADMIN, Role.ENGINEER}),
    Action.SEE_DESTINATIONS: frozenset(
        {Role.ADMIN, Role.MARKETER, Role.MEDIA, Role.ENGINEER, Role.PRIVACY, Role.VIEWER}
    ),
    Action.EDIT_DESTINATIONS: frozenset({Role.ADMIN, Role.ENGINEER}),
    Action.SEE_DELIVERIES: frozenset({Role.ADMIN, Role.MARKETER, Role.SUPPORT, Role.PRIVACY, Role.VIEWER}),
    Action.SEE_QUARANTINE: frozenset({Role.ADMIN, Role.ENGINEER, Role.PRIVACY}),
    Action.REPLAY_QUARANTINE: frozenset({Role.ADMIN, Role.ENGINEER}),
    Action.ERASE: frozenset({Role.ADMIN, Role.PRIVACY}),
    Action.EXPORT: frozenset({Role.ADMIN, Role.PRIVACY}),
    Action.SEE_AUDIT: frozenset({Role.ADMIN, Role.PRIVACY}),
    Action.MANAGE_ACCOUNTS: frozenset({Role.ADMIN}),
    Action.USE_API: _CRM | frozenset({Role.MARKETER, Role.ENGINEER, Role.PRIVACY}),
    Action.SEE_PARTIES: _CRM,
    Action.EDIT_PARTIES: _CRM,
    Action.LOG_INTERACTIONS: _CRM,
    Action.EXPORT_PARTIES: _CRM - {Role.AGENT},
    Action.SEE_VISITORS: _DMP,
    Action.SEE_SEGMENTS: _DMP,
    Action.EDIT_SEGMENTS: frozenset({Role.ADMIN, Role.MEDIA}),
    Action.SEE_PARTNERS: _DMP,
    Action.EDIT_PARTNERS: frozenset({Role.ADMIN, Role.MEDIA}),
    Action.SEE_PANELS: _ALL,
}
"""Role by action. A new action without a line here is refused to everyone. Nobody but an administrator is on both
sides of the wall: who sees parties does not see visitors, and who sees visitors does not see parties."""


_ON_PARTIES: dict[CrmAction, Action] = {
    CrmAction.SEE: Action.SEE_PARTIES,
    CrmAction.EDIT: Action.EDIT_PARTIES,
    CrmAction.LOG: Action.LOG_INTERACTIONS,
    CrmAction.EXPORT: Action.EXPORT_PARTIES,
}

SCOPES: dict[Action, dict[Role, Scope]] = {
    Action.SEE_PARTIES: {Role.AGENT: Scope.TEAM},
    Action.EDIT_PARTIES: {
        Role.SALES: Scope.TEAM,
        Role.SUPPORT: Scope.TEAM,
        Role.PROCUREMENT: Scope.TEAM,
        Role.AGENT: Scope.OWN,
    },
    Action.LOG_INTERACTIONS: {Role.AGENT: Scope.TEAM},
    Action.EXPORT_PARTIES: {Role.SALES: Scope.TEAM, Role.SUPPORT: Scope.TEAM, Role.PROCUREMENT: Scope.TEAM},
}
"""How far a right on parties reaches for a role that has it; where nothing is said, to all of them."""

_WIDEST = (Scope.ALL, Scope.TEAM, Scope.OWN)


def scope_of(user: Anyone, action: Action) -> Scope:
    """How far an account's right to ``action`` reaches: the widest of its roles, none where it has no right."""
    if not may(user, action):
        return Scope.NONE
    narrower = SCOPES.get(action, {})
    held = {narrower.get(role, Scope.ALL) for role in roles(user) & TABLE[action]}
    return next(scope for scope in _WIDEST if scope in held)


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, for the records of the relation: divisions, and how far each right reaches. Worked out once."""
    carried = vars(request)  # kept with the request it belongs to
    if "actor" not in carried:
        carried["actor"] = actor_for(request.user)
    actor: Actor = carried["actor"]
    return actor


def actor_for(user: Anyone) -> Actor:
    """An account as somebody who acts on records of the relation."""
    return Actor(
        user_id=user.pk,
        name=str(getattr(user, "name", "")),
        divisions=getattr(user, "divisions", frozenset()),
        scopes={of: scope_of(user, action) for of, action in _ON_PARTIES.items()},
    )


def may(user: Anyone, action: Action, thing: object = None) -> bool:
    """Whether ``user`` may do ``action``, on ``thing`` when one is named.

    Records of the relation have owners and divisions: how far a right reaches among them is asked of `restrict`. Of
    every other kind each ``thing`` is equal; it is asked for all the same, so that callers need not change one day.
    """
    del thing
    if not (user.is_authenticated and user.is_active):
        return False
    return bool(TABLE.get(action, frozenset()) & roles(user))


def roles(user: Anyone) -> frozenset[Role]:
    """The roles of an account; nobody in particular has none."""
    held: frozenset[Role] = getattr(user, "roles", frozenset())
    return held


def may_see_personal(user: Anyone) -> bool:
    """Whether names, mails, phones and addresses are shown to ``user`` as they are."""
    return may(user, Action.SEE_PERSONAL)


def restrict(user: Anyone, action: Action, things: QuerySet[M]) -> QuerySet[M]:
    """The part of ``things`` on which ``user`` may do ``action``; of the relation, as far as the right reaches."""
    on = next((of for of, right in _ON_PARTIES.items() if right is action), None)
    if on is not None:
        return restrict_parties(actor_for(user), on, things)
    return things if may(user, action) else things.none()


def require(user: Anyone, action: Action, thing: object = None) -> None:
    """Refuse with 403 unless ``user`` may do ``action``."""
    if not may(user, action, thing):
        raise PermissionDenied(action.value)


def allowed(
    action: Action,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """Let a view answer only those who may do ``action``; others get 403."""

    def gate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            require(request.user, action)
            return view(request, *args, **kwargs)

        return answer

    return gate


def mask(value: str) -> str:
    """A personal value as those see it who may not: its shape, never its text.

    >>> mask("alice@example.org")
    'a•••@e•••.org'
    >>> mask("+33 6 12 34 56 78")
    '+•••78'
    >>> mask("Alice Martin")
    'A•••'
    """
    text = value.strip()
    if not text:
        return ""
    if "@" in text:
        local, _, domain = text.partition("@")
        top = domain.rpartition(".")[2]
        return f"{local[:1]}•••@{domain[:1]}•••.{top}"
    digits = [character for character in text if character.isdigit()]
    if len(digits) >= 6:
        start = "+" if text.startswith("+") else ""
        return f"{start}•••{''.join(digits[-2:])}"
    return f"{text[:1]}•••"
