"""Why one person: the path between two identifiers, what was refused, and the preview of two people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from triptych.web import front_door
from triptych.web.pages import reading
from triptych.web.pages.identity import path
from triptych.web.pages.people.views import source_names
from triptych.web.pages.reading import Answer
from triptych.web.pages.view import found, page, show
from triptych.web.rights import Action, may, may_see_personal

_WHY_LIMIT = 500


@page("people", Action.EXPLAIN)
@require_GET
def identity(request: HttpRequest, profile_id: str) -> HttpResponse:
    """The evidence that joins two identifiers of a person, and what cutting an edge would do."""
    person = found(reading.port().portrait(profile_id)).data
    nodes = {str(each["node"]): each for each in person.get("identifiers") or []}
    a, b = _ends(nodes, request.GET.get("a", ""), request.GET.get("b", ""))
    answer = reading.ask("explain", a=_named(a), b=_named(b)) if a and b else Answer({})
    steps = answer.data.get("path") or []
    cut = request.GET.get("cut", "")
    preview = reading.ask("unmerge_preview", edge=int(cut)) if cut.isdecimal() else None
    context = {
        "profile_id": profile_id,
        "person": person,
        "shown_name": person.get("name") if may_see_personal(request.user) else "",
        "nodes": nodes,
        "a": a,
        "b": b,
        "answer": answer,
        "drawn": path.draw(steps),
        "refusals": answer.data.get("refusals")
        or [each for each in person.get("refusals") or [] if each.get("what") == "edge"],
        "cut": cut,
        "preview": preview,
        "rows": path.compare(preview.data) if preview and preview.ok else [],
        "may_separate": may(request.user, Action.UNMERGE),
        "source_names": source_names(),
    }
    return show(request, "identity/identity.html", context)


@page("people", Action.UNMERGE)
@require_POST
def separate(request: HttpRequest, profile_id: str) -> HttpResponse:
    """Cut an edge for good: an event of the ledger, with the reason that was given."""
    edge = request.POST.get("edge", "")
    if not edge.isdecimal():
        return redirect("pages:identity", profile_id)
    why = request.POST.get("why", "").strip()[:_WHY_LIMIT]
    try:
        front_door.unmerge(int(edge), why=why, by=int(request.user.pk or 0))
    except front_door.FrontDoorError:
        messages.error(request, gettext("The front door does not answer: nothing was changed."))
    else:
        messages.success(
            request, gettext("Separated into two people. Nothing joins them again until a steward lifts it.")
        )
    return redirect("pages:portrait", profile_id)


def _ends(nodes: Mapping[str, Any], a: str, b: str) -> tuple[Any, Any]:
    """The two identifiers that are asked about: those that were named, else the first and the last that came."""
    ordered = sorted(nodes.values(), key=lambda each: each.get("first_seen_at") or 0)
    first = nodes.get(a) or (ordered[0] if ordered else None)
    last = nodes.get(b) or (ordered[-1] if len(ordered) > 1 else None)
    return first, last


def _named(each: Mapping[str, Any]) -> list[str]:
    return [str(each["type"]), str(each["value"])]
