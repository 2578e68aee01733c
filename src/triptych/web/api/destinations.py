"""The API's answers about destinations."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from triptych.registry import model, read, services
from triptych.web.api.bodies import DestinationChange, NewDestination, given
from triptych.web.desk import desk_of


def index(request: HttpRequest) -> dict[str, Any]:
    """Every destination, by id."""
    del request
    return {"destinations": read.destinations()}


def one(request: HttpRequest, *, id: str) -> model.DestinationCard:
    """One destination. Its signing secret is not there."""
    del request
    return read.destination(id)


def add(request: HttpRequest, body: NewDestination) -> model.NewDestination:
    """Register a destination. The answer holds its signing secret, this once."""
    return services.add_destination(
        desk_of(request),
        id=body.id,
        kind=body.kind,
        url=body.url,
        allow_private=body.allow_private,
        name=body.name,
    )


def change(request: HttpRequest, body: DestinationChange, *, id: str) -> model.DestinationCard:
    """Change what is given; the address is judged again."""
    values: dict[str, Any] = given(body)
    return services.change_destination(desk_of(request), id, **values)


def remove(request: HttpRequest, *, id: str) -> None:
    """Remove a destination that no audience uses, with its secret."""
    services.remove_destination(desk_of(request), id)


def rotate(request: HttpRequest, *, id: str) -> dict[str, str]:
    """Replace the signing secret. The answer holds the new one, this once."""
    return {"destination": id, "secret": services.rotate_destination_secret(desk_of(request), id)}
