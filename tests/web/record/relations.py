"""A small company: three divisions, a colleague for every role, two people and two suppliers they deal with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from triptych.crm import PartyView, services
from triptych.web.accounts.models import User
from triptych.web.rights import actor_for

SECRET = "Would leave us for the competitor in Rezé"
"""What the shop keeps to itself about Alice."""
PURCHASE_SECRET = "We could pay 4% more for the honey"
"""What procurement keeps to itself about the honey farm."""

DIVISIONS = (
    ("graslin", "Nantes Graslin", "shop"),
    ("service", "Customer service", "department"),
    ("purchasing", "Purchasing", "department"),
)
MEMBERS = MappingProxyType(
    {
        "sales": ("graslin",),
        "support": ("service",),
        "procurement": ("purchasing",),
        "agent": ("service",),
    }
)
"""Which divisions the colleague of a role belongs to; an administrator belongs to none."""


@dataclass(frozen=True, slots=True)
class Relations:
    """The parties by their short names."""

    alice: uuid.UUID
    bob: uuid.UUID
    honey: uuid.UUID
    courier: uuid.UUID

    @property
    def addresses(self) -> dict[str, str]:
        """The pages of the parties by their short names."""
        return {
            "alice": f"/crm/people/{self.alice}/",
            "bob": f"/crm/people/{self.bob}/",
            "honey": f"/crm/organisations/{self.honey}/",
            "courier": f"/crm/organisations/{self.courier}/",
        }


def relate(users: Mapping[str, User]) -> Relations:
    """Make the company: divisions and members, parties, what was said and done, private notes."""
    for id_, name, kind in DIVISIONS:
        services.add_division(id_, name=name, kind=kind)
    for role, divisions in MEMBERS.items():
        for division in divisions:
            services.add_member(users[role].pk, division)
    fresh = {role: User.objects.get(pk=user.pk) for role, user in users.items()}
    sales, support = actor_for(fresh["sales"]), actor_for(fresh["support"])
    buyer = actor_for(fresh["procurement"])
    alice = services.create_party(
        sales,
        kind="person",
        fields={"given_name": "Élodie", "family_name": "Garnier-Lefèvre", "city": "Nantes", "language": "fr"},
        roles=["customer"],
        contact_points=[("email", "elodie.garnier@courriel.example"), ("phone", "+33639981240")],
        division="graslin",
    )
    bob = services.create_party(
        buyer,
        kind="person",
        fields={"given_name": "Éric", "family_name": "Maheu", "city": "Rezé"},
        roles=["supplier"],
        contact_points=[("email", "eric.maheu@miel.example")],
        division="purchasing",
    )
    honey = services.create_party(
        buyer,
        kind="organisation",
        fields={"name": "Miellerie Chauvigné", "registration": "85201473900018", "city": "Rezé", "country": "FR"},
        roles=["supplier"],
        contact_points=[("address", "6 chemin des Ruchers, 44400 Rezé")],
        division="purchasing",
    )
    courier = services.create_party(
        support,
        kind="organisation",
        fields={"name": "Transports Métayer", "city": "Carquefou"},
        roles=["service_provider"],
        division="service",
    )
    services.add_affiliation(buyer, bob.id, honey.id, title="Commandes")
    _talk(alice, honey, fresh)
    return Relations(alice.id, bob.id, honey.id, courier.id)


def _talk(alice: PartyView, honey: PartyView, users: Mapping[str, User]) -> None:
    sales, support, buyer = (actor_for(users[role]) for role in ("sales", "support", "procurement"))
    now = datetime.now(UTC)
    services.log_interaction(
        sales,
        alice.id,
        kind="visit",
        division="graslin",
        direction="in",
        occurred_at=now - timedelta(days=2),
        subject="Tasting of the Christmas coffees",
        text="Liked the Yirgacheffe.",
        private_note=SECRET,
        outcome="informed",
        next_step="Put a jar of honey aside",
        next_due=(now + timedelta(days=1)).date(),
        duration_s=1500,
    )
    services.log_interaction(
        support,
        alice.id,
        kind="chat",
        division="service",
        direction="in",
        occurred_at=now - timedelta(days=1),
        subject="Does the panettone hold gluten?",
        outcome="resolved",
    )
    services.log_interaction(
        buyer,
        honey.id,
        kind="letter",
        division="purchasing",
        direction="in",
        occurred_at=now - timedelta(days=8),
        subject="New general conditions",
        private_note=PURCHASE_SECRET,
        next_step="Agree on the price of 2027",
        next_due=(now - timedelta(days=1)).date(),
    )
    services.log_interaction(
        buyer,
        honey.id,
        kind="visit",
        division="purchasing",
        direction="out",
        occurred_at=now - timedelta(days=5),
        subject="Yearly audit",
        outcome="agreed",
        duration_s=10_800,
    )
    services.set_standing(buyer, honey.id, "purchasing", owner=users["procurement"].pk, stage="customer")
