"""Who works in the demo's company: its shops and departments. Every shop of the sample's baskets is a division."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from triptych.runtime.demo.names import SHOPS


@dataclass(frozen=True, slots=True)
class Place:
    """A division of the company: its id, its name, and whether it is a ``shop`` or a ``department``."""

    id: str
    name: str
    kind: str


def slug(name: str) -> str:
    """A name as an id: small letters, digits and hyphens.

    >>> slug("La Roche-sur-Yon")
    'la-roche-sur-yon'
    """
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


PURCHASING = Place("purchasing", "Achats", "department")
SERVICE = Place("customer-service", "Service clients", "department")
GIFTS = Place("corporate-gifts", "Cadeaux d’entreprise", "department")
SITES = tuple(Place(slug(name), name, "shop") for name in SHOPS)
DIVISIONS = (*SITES, PURCHASING, SERVICE, GIFTS)
"""All divisions, the shops first."""


def shop_of(city: str) -> Place:
    """The shop nearest to a city: the one that bears its name, else the company's first."""
    return next((site for site in SITES if city in site.name), SITES[0])
