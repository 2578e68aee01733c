"""The API's answers about sources, their keys and plans."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from triptych.registry import model, read, services
from triptych.web.api.bodies import NewKey, NewSource, SourceChange, given
from triptych.web.desk import desk_of


def index(request: HttpRequest) -> dict[str, Any]:
    """Every source, by id."""
    del request
    return {"sources": read.sources()}


def one(request: HttpRequest, *, id: str) -> model.SourceCard:
    """One source with its plan. The secret key is not there."""
    del request
    return read.source(id)


def add(request: HttpRequest, body: NewSource) -> model.NewSource:
    """Register a source. The answer holds its secret key, this once."""
    return services.add_source(
        desk_of(request),
        id=body.id,
        party=body.highest_party,
        name=body.name,
        basis=body.basis,
        consent=body.consent,
        clock=body.clock,
        allowed_events=body.allowed_events,
        max_event_bytes=body.max_event_bytes,
        categories=body.categories,
        campaigns=body.campaigns,
        tcf_vendor=body.tcf_vendor,
    )


def change(request: HttpRequest, body: SourceChange, *, id: str) -> model.SourceCard:
    """Change what is given. Party and id never change."""
    values: dict[str, Any] = given(body)
    return services.change_source(desk_of(request), id, **values)


def rotate(request: HttpRequest, body: NewKey, *, id: str) -> model.NewKey:
    """Replace a key. The answer holds the new one, this once; the old one is taken until `old_until`."""
    return services.rotate_key(desk_of(request), id, kind=body.kind, overlap_seconds=body.overlap_seconds)


def plan(request: HttpRequest, *, id: str) -> dict[str, Any]:
    """The tracking plan of a source, or null."""
    del request
    return {"plan": read.source(id).plan}


def set_plan(request: HttpRequest, body: bytes, *, id: str) -> model.SourceCard:
    """Set the tracking plan: the body is the plan file itself."""
    return services.set_plan(desk_of(request), id, body)


def remove_plan(request: HttpRequest, *, id: str) -> None:
    """Take the tracking plan away."""
    services.set_plan(desk_of(request), id, None)
