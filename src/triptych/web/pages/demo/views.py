"""The shop beside the portrait of its own visitor, and the page that waits while the demo loads."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from triptych.registry import read as registry
from triptych.web.pages import reading, wings
from triptych.web.pages.people.timeline import days
from triptych.web.pages.people.views import source_names
from triptych.web.pages.view import page, show, unchanged
from triptych.web.rights import Action


@page("demo", Action.SEE_PEOPLE)
@require_GET
def demo(request: HttpRequest) -> HttpResponse:
    """Two halves: the shop in its frame, the portrait of the browser that looks at it."""
    shop = any(source.id == "shop" for source in registry.sources())
    return show(request, "demo/demo.html", {"shop": f"{settings.TRIPTYCH_EDGE_URL}/demo/shop/", "ready": shop})


@page("demo", Action.SEE_PEOPLE)
@require_POST
def beside(request: HttpRequest) -> HttpResponse:
    """The portrait of a browser. Its id comes in the body, from the browser itself."""
    anonymous = request.POST.get("anonymous", "").strip()
    context: dict[str, Any] = {"anonymous": anonymous, "source_names": source_names()}
    if anonymous:
        context |= _person(anonymous)
    return unchanged(request, show(request, "demo/beside.html", context))


def _person(anonymous: str) -> dict[str, Any]:
    answer = reading.port().search(anonymous, 1)
    some = answer.data.get("people") or []
    if not some:
        return {"answer": answer}
    profile_id = some[0]["profile_id"]
    person = reading.port().portrait(profile_id).data
    told = reading.ask("portrait", profile_id=profile_id)
    line = reading.ask("timeline", profile_id=profile_id, limit=6)
    newest = (line.data.get("events") or [{}])[0]
    event = reading.ask("live_event", offset=newest["offset"]) if newest.get("offset") is not None else None
    names = {audience.id: audience.name for audience in registry.audiences(removed=True)}
    return {
        "answer": answer,
        "profile_id": profile_id,
        "person": person,
        "facts": wings.facts(person, told.data),
        "behaviour": wings.blocks(person, told.data)[2].lines,
        "days": days(line.data.get("events") or []),
        "newest": days([newest])[0].entries[0] if newest else None,
        "event": event.data if event and event.ok else {},
        "audiences": [
            {**each, "name": names.get(each["audience"], each["audience"])} for each in told.data.get("audiences") or []
        ],
        "consents": wings.consents(person.get("consents") or {}),
        "line": None,
    }


@page("setup", Action.SEE_HOME)
@require_GET
def setup(request: HttpRequest) -> HttpResponse:
    """How far the demo is; a page that moves by itself and says where to go when all is there."""
    part = request.headers.get("HX-Request") == "true"
    response = show(request, "demo/progress.html" if part else "demo/setup.html", _progress())
    return unchanged(request, response) if part else response


def _progress() -> dict[str, Any]:
    try:
        told = json.loads((settings.TRIPTYCH_HOME / "demo" / "progress.json").read_text())
    except (OSError, ValueError):
        return {"known": False}
    stages = {
        "Reading the sample": gettext("Reading the sample"),
        "Sending the events": gettext("Sending the events through the front door"),
        "Entering the relations": gettext("Entering what colleagues keep of suppliers and customers"),
        "Sending the visitors": gettext("Sending the visitors who agreed to advertising"),
        "Taking in the partners' files": gettext("Taking in the partners’ files"),
        "Done": gettext("All is there"),
    }
    stage = str(told.get("stage", ""))
    status = reading.ask("status")
    return {
        "known": True,
        "stage": stages.get(stage, stage),
        "done": told.get("done") or 0,
        "total": told.get("total") or 1,
        "finished": bool(told.get("finished")),
        "error": told.get("error") or "",
        "status": status,
        "counts": status.data.get("counts") or {},
    }
