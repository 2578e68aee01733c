"""Sources: the list, adding one, its page with keys, consent, plan and what to paste."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from triptych.registry import read as registry
from triptych.registry import services
from triptych.registry.model import SourceCard
from triptych.vocabulary import Basis, Party
from triptych.web.desk import desk_of
from triptych.web.pages import payload, reading
from triptych.web.pages.deciding import ShownOnce, decided, known
from triptych.web.pages.quarantine.groups import gathered
from triptych.web.pages.reading import Answer
from triptych.web.pages.sources import snippets
from triptych.web.pages.sources.forms import PlanForm, SourceForm
from triptych.web.pages.view import page, show
from triptych.web.rights import Action, may

_SECRET = ShownOnce("secret_once")
_EXAMPLE = {
    "events": {
        "Order Completed": {
            "type": "object",
            "required": ["order_id", "total"],
            "properties": {"order_id": {"type": "string"}, "total": {"type": "number"}},
        }
    },
    "on_violation": "quarantine",
    "declared": ["traits.email", "traits.address"],
    "unplanned": "pass",
}


@page("sources", Action.SEE_SOURCES)
@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """Every source, what it sent, and since when it is silent."""
    status = reading.ask("status")
    context = {
        "status": status,
        "sources": [source for source in registry.sources() if not source.internal],
        "told": status.data.get("sources") or {},
        "may_edit": may(request.user, Action.EDIT_SOURCES),
    }
    return show(request, "sources/list.html", context)


@page("sources", Action.EDIT_SOURCES)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a source; its secret key is shown once, on its page."""
    form = SourceForm(request.POST or None)
    made = decided(
        form,
        lambda given: services.add_source(
            desk_of(request),
            id=given["id"],
            name=given["name"],
            party=Party[given["party"].upper()],
            basis=Basis(given["basis"]),
            consent=given["consent"],
        ),
    )
    if made is None:
        return show(request, "sources/new.html", {"form": form}, status=422 if form.errors else 200)
    _SECRET.keep(request, made.source.id, made.secret_key)
    return redirect("pages:source", made.source.id)


def _of(source_id: str, broken: Answer | None) -> list[dict[str, Any]]:
    """The groups of what waits that are this source's."""
    groups = (broken.data.get("groups") if broken else None) or []
    return [each for each in groups if each.get("source") == source_id]


@page("sources", Action.SEE_SOURCES)
@require_GET
def source(request: HttpRequest, source_id: str) -> HttpResponse:
    """One source. A secret key that was just made is shown, and forgotten."""
    card = _known(source_id)
    status = reading.ask("status")
    told = (status.data.get("sources") or {}).get(source_id) or {}
    plan = card.plan or {}
    broken = (
        reading.ask("quarantine", source=source_id, state="waiting", limit=1)
        if may(request.user, Action.SEE_QUARANTINE)
        else None
    )
    context = {
        "source": card,
        "secret": _SECRET.take(request, source_id),
        "status": status,
        "told": told,
        "plan_events": sorted((plan.get("events") or {}).items()),
        "plan": plan,
        "snippets": snippets.of(card),
        "broken": {each["event"]: each for each in gathered(_of(source_id, broken))},
        "may_edit": may(request.user, Action.EDIT_SOURCES),
        "may_plan": may(request.user, Action.EDIT_PLANS),
    }
    return show(request, "sources/source.html", context)


@page("sources", Action.EDIT_SOURCES)
@require_POST
def change(request: HttpRequest, source_id: str) -> HttpResponse:
    """Change the consent mode, or switch a source off and on."""
    _known(source_id)
    consent, enabled = request.POST.get("consent"), request.POST.get("enabled")
    try:
        services.change_source(
            desk_of(request), source_id, consent=consent or None, enabled=None if enabled is None else enabled == "yes"
        )
    except services.RegistryError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, gettext("Published. It counts from the next event on."))
    return redirect("pages:source", source_id)


@page("sources", Action.EDIT_SOURCES)
@require_POST
def rotate(request: HttpRequest, source_id: str) -> HttpResponse:
    """Replace the secret key; the old one is taken for a week more."""
    _known(source_id)
    try:
        made = services.rotate_key(desk_of(request), source_id, kind="secret")
    except services.RegistryError as refused:
        messages.error(request, refused.message)
    else:
        _SECRET.keep(request, source_id, made.key)
    return redirect("pages:source", source_id)


@page("sources", Action.EDIT_PLANS)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, source_id: str) -> HttpResponse:
    """The tracking plan as JSON, checked before it is published."""
    card = _known(source_id)
    start = json.dumps(card.plan or _EXAMPLE, ensure_ascii=False, indent=2)
    form = PlanForm(request.POST or None, initial={"plan": start})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_plan(desk_of(request), source_id, form.cleaned_data["plan"].encode())
        except services.RegistryError as refused:
            form.add_error("plan", refused.message)
        else:
            messages.success(request, gettext("The plan is published. Events that come now are held to it."))
            return redirect("pages:source", source_id)
    context = {"source": card, "form": form, "example": payload.lines(_EXAMPLE), "unsaved": not card.plan}
    return show(request, "sources/plan.html", context, status=422 if form.errors else 200)


def _known(source_id: str) -> SourceCard:
    card = known(registry.source, source_id)
    if card.internal:
        raise Http404
    return card
