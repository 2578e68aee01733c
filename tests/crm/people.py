"""Alice of the shop, Bob of support, Charlie of procurement, and the actors that they are."""

from __future__ import annotations

from collections.abc import Iterable

from triptych.crm import Action, Actor, PartyView, Scope, house_actor, services
from triptych.web.accounts.models import User

HOUSE = house_actor("the house")


def colleague(name: str, *divisions: str, scope: Scope = Scope.ALL, **scopes: Scope) -> Actor:
    """An account, in divisions, with rights that reach so far."""
    user = User.objects.create_user(f"{name}@example.org", name=name.title())
    for division in divisions:
        services.add_division(division, name=division.title())
        services.add_member(user.pk, division)
    rights = dict.fromkeys(Action, scope) | {Action(word): each for word, each in scopes.items()}
    return Actor(user.pk, user.name, frozenset(divisions), rights)


def person(
    given: str = "Denise",
    family: str = "Martin",
    *,
    by: Actor = HOUSE,
    roles: Iterable[str] = ("customer",),
    contacts: Iterable[tuple[str, str]] = (),
    division: str | None = None,
    **fields: str,
) -> PartyView:
    """A person among the parties."""
    return services.create_party(
        by,
        kind="person",
        fields={"given_name": given, "family_name": family, **fields},
        roles=roles,
        contact_points=contacts,
        division=division,
    )


def organisation(
    name: str = "Moulin de l'Erdre", *, by: Actor = HOUSE, roles: Iterable[str] = ("supplier",), **fields: str
) -> PartyView:
    """An organisation among the parties."""
    return services.create_party(by, kind="organisation", fields={"name": name, **fields}, roles=roles)
