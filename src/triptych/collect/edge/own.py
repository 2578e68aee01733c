"""What a browser may ask of its own visitor: an id after a yes, what is held under it, its end, a partner's pseudonym.

The cookie is the only proof there is, and no script can read it. ``SameSite=Lax`` keeps other sites from sending it.
"""

from __future__ import annotations

import logging
from typing import Any

from triptych.collect.edge.answers import Answer, document, error
from triptych.collect.edge.door import Door
from triptych.collect.edge.keys import Admission
from triptych.collect.edge.request import Request
from triptych.collect.edge.visiting import Visits
from triptych.collect.edge.wirebodies import BadBody
from triptych.collect.visitors.cookie import Visitor
from triptych.collect.visitors.keys import pseudonym as pseudonym_of
from triptych.collect.visitors.model import HOUR
from triptych.collect.visitors.seeing import opened, part, text
from triptych.vocabulary import Party, Trust, iso

log = logging.getLogger("triptych.edge")


async def visitor(door: Door, request: Request) -> Answer:
    """``/v1/visitor``: GET what is held, POST a choice, DELETE the visitor."""
    visits = door.visits
    if visits is None:
        return error("not_found")
    if request.method == "POST":
        return await _choose(door, visits, request)
    if request.method == "DELETE":
        return await _withdraw(visits, request)
    return _held(door, visits, request)


async def pseudonym(door: Door, request: Request) -> Answer:
    """``GET /v1/visitor/pseudonym?contract=<id>``: what a partner may see of this browser, while it consents."""
    visits = door.visits
    found = visits.visitor_of(request) if visits is not None else None
    if visits is None or found is None or request.headers.get("sec-gpc") == "1":
        return error("no_visitor")
    contract = request.query("contract")
    keyring = door.definitions.current()
    if keyring is None:
        return error("definitions_unreadable")
    try:
        key = visits.observer.ring.contract(contract) if keyring.is_in_force(contract, request.now) else None
    except ValueError:
        key = None
    if key is None:
        return error("no_contract")
    return document({"contract": contract, "pseudonym": pseudonym_of(key, found.id)})


async def _choose(door: Door, visits: Visits, request: Request) -> Answer:
    """Take a browser's word on advertising: ``{"writeKey", "context": {"consent": …}}``."""
    try:
        asked = opened(await door.body_of(request))
    except BadBody as bad:
        return error(bad.code, bad.detail)
    admission = door.admit(request, body_key=text(asked.get("writeKey")))
    if isinstance(admission, Answer):
        return admission
    if not _may_have_visitors(admission):
        return error("no_visitor")
    context = part(asked, "context")
    consent = context.get("consent")
    said = visits.signal(consent if isinstance(consent, dict) else None, context, request, admission.source)
    held = await visits.settle(request, said)
    return document({"success": True, "visitor": held is not None or bool(said.said)})


def _may_have_visitors(admission: Admission) -> bool:
    return admission.trust is Trust.BROWSER and admission.source.party <= Party.FIRST


async def _withdraw(visits: Visits, request: Request) -> Answer:
    """End this browser's visitor. Where there is none there is nothing to do, and that is no error."""
    found = visits.visitor_of(request)
    if found is not None:
        await visits.end(request, found)
    return document({"success": True, "visitor": False})


def _held(door: Door, visits: Visits, request: Request) -> Answer:
    """What is held of this browser's visitor. The id itself is not part of it: it stays in the cookie."""
    found = visits.visitor_of(request)
    if found is None:
        return error("no_visitor")
    ask = door.config.visitor_answer
    handle = visits.observer.ring.handle_of(found.id)
    try:
        held = ask(handle) if ask is not None else None
    except Exception:
        log.exception("a visitor could not be read")
        return error("visitors_unavailable")
    return document({**_outline(found, handle), **(held or {})})


def _outline(visitor: Visitor, handle: str) -> dict[str, Any]:
    """What the cookie alone tells."""
    return {
        "handle": handle,
        "since": iso(visitor.since * HOUR),
        "until": iso(visitor.until * HOUR),
        "observations": 0,
    }
