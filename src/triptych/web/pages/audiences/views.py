"""Audiences: the list, the builder that counts while one types, and the page of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from triptych.audiences import AudienceError, parse
from triptych.registry import read as registry
from triptych.registry import services
from triptych.registry.model import AudienceCard
from triptych.web.desk import desk_of
from triptych.web.pages import reading
from triptych.web.pages.audiences import saying
from triptych.web.pages.audiences.forms import AudienceForm
from triptych.web.pages.deciding import decided, in_force, known
from triptych.web.pages.view import page, show
from triptych.web.rights import Action, may, may_see_personal

_EXAMPLE = 'did "Order Completed" at least 2 times in the last 30 days'
_SAMPLE, _ROWS = 5, 50


@page("audiences", Action.SEE_AUDIENCES)
@require_GET
def audiences(request: HttpRequest) -> HttpResponse:
    """Every audience with its size now."""
    cards = registry.audiences()
    context = {
        "audiences": [(card, reading.ask("audience_size", audience=card.id), said(card.text)) for card in cards],
        "may_edit": may(request.user, Action.EDIT_AUDIENCES),
    }
    return show(request, "audiences/list.html", context)


@page("audiences", Action.EDIT_AUDIENCES)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Build an audience."""
    start = {"purpose": "marketing:email", "about": "customers"}
    if request.GET.get("example"):
        start["text"] = _EXAMPLE
    form = AudienceForm(request.POST or None, initial=start)
    made = decided(form, lambda given: services.add_audience(desk_of(request), id=given["id"], **_definition(given)))
    if made is None:
        return _builder(request, form, None)
    messages.success(request, gettext("Live. Members come and go from now on, within a second."))
    return redirect("pages:audience", made.id)


@page("audiences", Action.EDIT_AUDIENCES)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, audience_id: str) -> HttpResponse:
    """Change an audience; what somebody else changed meanwhile is not overwritten."""
    card = in_force(known(registry.audience, audience_id))
    start = {
        "name": card.name,
        "purpose": card.purpose,
        "to": card.destinations,
        "text": card.text,
        "about": card.about,
        "version": card.version,
    }
    form = AudienceForm(request.POST or None, initial=start, fixed=True)
    changed = decided(
        form,
        lambda given: services.change_audience(
            desk_of(request), audience_id, expected_version=given["version"], **_definition(given)
        ),
    )
    if changed is None:
        return _builder(request, form, card)
    messages.success(request, gettext("Live with the new definition."))
    return redirect("pages:audience", audience_id)


@page("audiences", Action.SEE_AUDIENCES)
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """The size, the rules and a sample of what is being typed. The last good value stays where it does not parse."""
    context = _draft(request, request.POST.get("text", "").strip(), request.POST.get("purpose", ""))
    return show(request, "audiences/draft.html", context)


@page("audiences", Action.SEE_AUDIENCES)
@require_GET
def audience(request: HttpRequest, audience_id: str) -> HttpResponse:
    """One audience: sentence, size, reach, members, what moved, what was delivered."""
    card = known(registry.audience, audience_id)
    after = request.GET.get("after", "")
    size = reading.ask("audience_size", audience=audience_id)
    members = reading.ask("audience_members", audience=audience_id, after=after, limit=_ROWS)
    flips = reading.ask("audience_flips", audience=audience_id, limit=20)
    sent = (
        reading.ask("deliveries", audience=audience_id, limit=20) if may(request.user, Action.SEE_DELIVERIES) else None
    )
    people = members.data.get("members") or []
    moved = flips.data.get("flips") or []
    rows = (sent.data.get("deliveries") if sent else None) or []
    context = {
        "audience": card,
        "said": said(card.text),
        "rules": _rules(card.text),
        "size": size,
        "reach": _reach(size.data.get("reach") or {}),
        "members": people,
        "next": members.data.get("next") or "",
        "first": not after,
        "flips": moved,
        "deliveries": rows,
        "delivered": (sent.data.get("counts") if sent else None) or {},
        "names": _names(people, moved, rows),
        "destinations": {each.id: each.name for each in registry.destinations()},
        "audiences": {card.id: card.name},
        "may_edit": may(request.user, Action.EDIT_AUDIENCES),
    }
    return show(request, "audiences/audience.html", context)


@page("audiences", Action.EDIT_AUDIENCES)
@require_POST
def remove(request: HttpRequest, audience_id: str) -> HttpResponse:
    """End an audience: its members leave, and the destinations are told."""
    in_force(known(registry.audience, audience_id))
    services.remove_audience(desk_of(request), audience_id)
    messages.success(request, gettext("Ended. Its members leave, and each destination is told."))
    return redirect("pages:audiences")


def said(text: str) -> str:
    """A definition as a sentence; the text itself where it cannot be read."""
    try:
        return saying.sentence(parse(text))
    except AudienceError:
        return text


def _definition(given: Mapping[str, Any]) -> dict[str, Any]:
    """What one decides about an audience and may change later."""
    return {each: given[each] for each in ("name", "purpose", "text", "to", "about")}


def _rules(text: str) -> list[saying.Rule]:
    try:
        return saying.rules(parse(text))
    except AudienceError:
        return []


def _builder(request: HttpRequest, form: AudienceForm, card: AudienceCard | None) -> HttpResponse:
    text = str(form["text"].value() or "")
    context = {"form": form, "audience": card, **_draft(request, text.strip(), str(form["purpose"].value() or ""))}
    return show(request, "audiences/builder.html", context, status=422 if form.errors else 200)


def _draft(request: HttpRequest, text: str, purpose: str) -> dict[str, Any]:
    if not text:
        return {"draft": None, "fault": None}
    try:
        node = parse(text)
    except AudienceError as fault:
        return {
            "draft": None,
            "fault": fault,
            "before": text[: fault.position],
            "at": text[fault.position : fault.position + 24],
        }
    size = reading.ask("audience_draft_size", text=text, purpose=purpose)
    sample = reading.ask("audience_sample", text=text, limit=_SAMPLE)
    inside, outside = sample.data.get("inside") or [], sample.data.get("outside") or []
    return {
        "draft": node,
        "fault": None,
        "said": saying.sentence(node),
        "rules": saying.rules(node),
        "size": size,
        "funnel": size.data.get("rules") or [],
        "reach": _reach(size.data.get("reach") or {}),
        "inside": inside,
        "outside": outside,
        "names": _names(inside, outside) if may_see_personal(request.user) else {},
    }


def _reach(given: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(purpose, many) for purpose, many in given.items()]


def _names(*lists: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return reading.port().names(each["profile_id"] for some in lists for each in some if each.get("profile_id"))
