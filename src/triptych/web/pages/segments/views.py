"""Segments: the list, the builder that counts while one types, and the page of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from triptych.audiences import AudienceError
from triptych.registry import services
from triptych.web.desk import desk_of
from triptych.web.pages import definitions, reading
from triptych.web.pages.deciding import decided, in_force, known
from triptych.web.pages.definitions import Contract, Segment
from triptych.web.pages.segments import counting, leaving, offered, saying
from triptych.web.pages.segments.forms import SegmentForm
from triptych.web.pages.view import page, show
from triptych.web.rights import Action, may


@page("segments", Action.SEE_SEGMENTS)
@require_GET
def segments(request: HttpRequest) -> HttpResponse:
    """Every segment with its size now, the parties it draws on, and what ends soon."""
    held = _held()
    sizes = reading.ask("segments")
    by_id = {each["segment"]: each for each in sizes.data.get("segments") or ()}
    rows = [
        {
            "segment": card,
            "said": _said(card.text, held),
            "size": by_id.get(card.id),
            "parties": definitions.parties_of(card.text, held),
            "ending": definitions.ending((leaf.contract for leaf in definitions.said_in(card.text)), held),
        }
        for card in definitions.segments()
    ]
    context = {
        "rows": rows,
        "sizes": sizes,
        "total": sizes.data.get("visitors"),
        "may_edit": may(request.user, Action.EDIT_SEGMENTS),
    }
    return show(request, "segments/list.html", context)


@page("segments", Action.EDIT_SEGMENTS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Build a segment."""
    given = request.GET.get("text", "") or (offered.EXAMPLE if request.GET.get("example") else "")
    form = SegmentForm(request.POST or None, initial={"text": given[:2000]})
    made = decided(
        form,
        lambda said: services.add_segment(desk_of(request), id=said["id"], name=said["name"], text=said["text"]),
    )
    if made is None:
        return _builder(request, form, None)
    messages.success(request, gettext("Live. Visitors come and go from now on."))
    return redirect("pages:segment", made.id)


@page("segments", Action.EDIT_SEGMENTS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, segment_id: str) -> HttpResponse:
    """Change a segment; what somebody else changed meanwhile is not overwritten."""
    card = in_force(known(definitions.segment, segment_id))
    start = {"name": card.name, "text": card.text, "version": card.version}
    form = SegmentForm(request.POST or None, initial=start, fixed=True)
    changed = decided(
        form,
        lambda said: services.change_segment(
            desk_of(request), segment_id, name=said["name"], text=said["text"], expected_version=said["version"]
        ),
    )
    if changed is None:
        return _builder(request, form, card)
    messages.success(request, gettext("Live with the new definition."))
    return redirect("pages:segment", segment_id)


@page("segments", Action.SEE_SEGMENTS)
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """The size, the tree and the rights of what is being typed; the last good size stays where it does not parse."""
    context = _draft(request.POST.get("text", "").strip())
    last = request.POST.get("last", "")
    return show(request, "segments/draft.html", {**context, "last": last if len(last) < 24 else "", "typed": True})


@page("segments", Action.SEE_SEGMENTS)
@require_GET
def segment(request: HttpRequest, segment_id: str) -> HttpResponse:
    """One segment: sentence, size, tree, what each source brings, where it may go."""
    card = known(definitions.segment, segment_id)
    context = {
        "segment": card,
        **_draft(card.text),
        "parties": definitions.parties_of(card.text, _held()),
        "may_edit": may(request.user, Action.EDIT_SEGMENTS),
    }
    return show(request, "segments/segment.html", context)


@page("segments", Action.EDIT_SEGMENTS)
@require_POST
def remove(request: HttpRequest, segment_id: str) -> HttpResponse:
    """End a segment: nobody is in it any more."""
    in_force(known(definitions.segment, segment_id))
    services.remove_segment(desk_of(request), segment_id)
    messages.success(request, gettext("Ended. No visitor is in it any more."))
    return redirect("pages:segments")


def _held() -> dict[str, Contract]:
    return {each.id: each for each in definitions.contracts()}


def _said(text: str, held: dict[str, Contract]) -> str:
    try:
        return saying.rules(definitions.tree(text), held)
    except AudienceError:
        return text


def _builder(request: HttpRequest, form: SegmentForm, card: Segment | None) -> HttpResponse:
    text = str(form["text"].value() or "")
    context = {"form": form, "segment": card, "offers": offered.rules(_held()), **_draft(text.strip())}
    return show(request, "segments/builder.html", context, status=422 if form.errors else 200)


def _draft(text: str) -> dict[str, Any]:
    held = _held()
    if not text:
        return {"draft": None, "fault": None}
    try:
        node = definitions.tree(text)
    except AudienceError as fault:
        at = text[fault.position : fault.position + 24] if fault.position is not None else ""
        return {"draft": None, "fault": fault, "at": at}
    counted = counting.Counting(node, held)
    return {
        "draft": node,
        "fault": None,
        "said": saying.sentence(node, held),
        "tree": saying.branch(node, held, counted.parts),
        "size": counted.whole,
        "share": counted.share,
        "brought": counted.brought(),
        "endings": counted.endings(),
        "leaves": leaving.of_tree(node, held),
        "uncounted": offered.without_consent(),
    }
