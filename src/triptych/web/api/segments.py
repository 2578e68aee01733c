"""The API's answers about segments of visitors and the contracts of partners."""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest

from triptych.dmp.partners import Code
from triptych.dmp.partners.read import files
from triptych.registry import model, read, services
from triptych.river.client import ask
from triptych.web.api.bodies import ContractChange, NewContract, NewSegment, SegmentChange, given
from triptych.web.desk import desk_of


def index(request: HttpRequest) -> dict[str, Any]:
    """Every segment that is not removed, by id, with the lowest party of what it is made of."""
    del request
    return {"segments": read.segments()}


def one(request: HttpRequest, *, id: str) -> model.SegmentCard:
    """One segment, as text and as tree."""
    del request
    return read.segment(id)


def size(request: HttpRequest, *, id: str) -> dict[str, Any]:
    """How many visitors are in now; `size` is null and `under` 50 where they are fewer."""
    del request
    card = read.segment(id)
    return {"segment": id, **ask(settings.TRIPTYCH_HOME, "segment_size", tree=card.tree)}


def add(request: HttpRequest, body: NewSegment) -> model.SegmentCard:
    """Define a segment of visitors for one purpose."""
    return services.add_segment(desk_of(request), id=body.id, text=body.text, name=body.name, purpose=body.purpose)


def change(request: HttpRequest, body: SegmentChange, *, id: str) -> model.SegmentCard:
    """Change what is given of a segment; each change is a new version."""
    values: dict[str, Any] = given(body)
    return services.change_segment(desk_of(request), id, **values)


def remove(request: HttpRequest, *, id: str) -> None:
    """End a segment: nobody is in it any more."""
    services.remove_segment(desk_of(request), id)


def contracts(request: HttpRequest) -> dict[str, Any]:
    """Every contract with a partner, by id; those that are over too."""
    del request
    return {"contracts": read.contracts()}


def contract(request: HttpRequest, *, id: str) -> dict[str, Any]:
    """One contract, and what became of the files that came in under it."""
    del request
    card: dict[str, Any] = msgspec.to_builtins(read.contract(id))
    return {**card, "files": files(settings.TRIPTYCH_HOME, id)}


def add_contract(request: HttpRequest, body: NewContract) -> model.ContractCard:
    """Take a partner under contract. It is never resold and never joined to names."""
    return services.add_contract(
        desk_of(request),
        id=body.id,
        party=body.side,
        ends_at=body.ends_at,
        partner=body.partner,
        purposes=body.purposes,
        codes=tuple(Code(each.code, each.name, each.price_per_thousand) for each in body.codes),
    )


def change_contract(request: HttpRequest, body: ContractChange, *, id: str) -> model.ContractCard:
    """Change what is given of a contract that is not over. A code stays."""
    values: dict[str, Any] = given(body)
    if "codes" in values:
        values["codes"] = tuple(Code(each.code, each.name, each.price_per_thousand) for each in values["codes"])
    return services.change_contract(desk_of(request), id, **values)


def end_contract(request: HttpRequest, *, id: str) -> model.ContractCard:
    """End a contract now. What it brought is taken out within a minute: `emptied_at` says when."""
    return services.end_contract(desk_of(request), id)
