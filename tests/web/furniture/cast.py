"""A small relation: two divisions, three colleagues, some people and organisations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from triptych.crm import Actor, house_actor, search, services
from triptych.crm.model import PartyView
from triptych.crm.models import Interaction, Party, PartyRole, Standing
from triptych.web.accounts.models import User
from triptych.web.rights import actor_for

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GRASLIN, BUYING = "graslin", "achats"


def house() -> Actor:
    """The house itself, for both divisions."""
    return house_actor("test", divisions=(GRASLIN, BUYING))


def divisions() -> None:
    """A shop and a department."""
    services.add_division(GRASLIN, name="Nantes Graslin", kind="shop")
    services.add_division(BUYING, name="Achats", kind="department")


def member(user: User, division: str) -> Actor:
    """Let a colleague belong to a division, and act."""
    services.add_member(user.pk, division)
    return actor_for(User.objects.get(pk=user.pk))


def person(
    given: str,
    family: str,
    *,
    city: str = "",
    by: Actor | None = None,
    division: str | None = None,
    roles: Iterable[str] = ("customer",),
    mail: str = "",
) -> PartyView:
    """Make a person."""
    points = [("email", mail)] if mail else []
    fields = {"given_name": given, "family_name": family, "city": city}
    return services.create_party(
        by or house(), kind="person", fields=fields, roles=roles, contact_points=points, division=division
    )


def organisation(name: str, *, roles: Iterable[str] = ("supplier",), by: Actor | None = None) -> PartyView:
    """Make an organisation."""
    return services.create_party(by or house(), kind="organisation", fields={"name": name}, roles=roles)


def talk(party: uuid.UUID, *, days: int = 1, kind: str = "call", subject: str = "", division: str = GRASLIN) -> None:
    """Log an interaction some days ago."""
    services.log_interaction(
        house(),
        party,
        kind=kind,
        division=division,
        direction="in",
        occurred_at=datetime.now(UTC) - timedelta(days=days),
        subject=subject,
    )


def many(number: int, *, owner: int | None = None) -> None:
    """Many people with a role, a standing and an interaction each, written at once."""
    parties = [
        Party(
            serial=100_000 + each,
            number=f"P-{each}",
            kind="person",
            name=f"Anna Garnier{each:02}",
            sort_name=f"garnier{each:02} anna",
            last_contact_at=NOW - timedelta(days=each % 7),
        )
        for each in range(number)
    ]
    Party.objects.bulk_create(parties)
    PartyRole.objects.bulk_create(PartyRole(party=party, role="customer", since=NOW) for party in parties)
    Standing.objects.bulk_create(
        Standing(party=party, division_id=GRASLIN, owner_id=owner, since=NOW) for party in parties
    )
    Interaction.objects.bulk_create(
        Interaction(party=party, division_id=GRASLIN, kind="call", direction="in", online=False, occurred_at=NOW)
        for party in parties
    )
    for party in parties:
        search.put(party, [])
