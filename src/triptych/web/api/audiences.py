"""The API's answers about audiences."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from triptych.registry import model, read, services
from triptych.web.api.bodies import AudienceChange, NewAudience, given
from triptych.web.desk import desk_of


def index(request: HttpRequest) -> dict[str, Any]:
    """Every audience that is not removed, by id."""
    del request
    return {"audiences": read.audiences()}


def one(request: HttpRequest, *, id: str) -> model.AudienceCard:
    """One audience, as text and as tree."""
    del request
    return read.audience(id)


def add(request: HttpRequest, body: NewAudience) -> model.AudienceCard:
    """Define an audience for one purpose."""
    return services.add_audience(
        desk_of(request),
        id=body.id,
        purpose=body.purpose,
        text=body.text,
        to=body.to,
        name=body.name,
        about=body.about,
    )


def change(request: HttpRequest, body: AudienceChange, *, id: str) -> model.AudienceCard:
    """Change what is given; each change is a new version."""
    values: dict[str, Any] = given(body)
    return services.change_audience(desk_of(request), id, **values)


def remove(request: HttpRequest, *, id: str) -> None:
    """End an audience: its members leave, and the destinations are told."""
    services.remove_audience(desk_of(request), id)
