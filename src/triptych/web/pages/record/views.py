"""The page of a person or an organisation of the relation, its live part, and everything one does on it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_POST

from triptych.crm import CrmError, PartyView, Problem, services
from triptych.crm import reading as relation_reading
from triptych.web.furniture.recording import record_page
from triptych.web.middleware import is_fragment
from triptych.web.pages import reading
from triptych.web.pages.record import blocks, line, places
from triptych.web.pages.record.composer import InteractionForm
from triptych.web.pages.record.declared import ORGANISATION, PERSON
from triptych.web.pages.record.opened import CRM_ID, choice_of, whose
from triptych.web.pages.relations.lists import ORGANISATIONS, PEOPLE
from triptych.web.pages.view import page, show
from triptych.web.rights import Action, actor_of, may

_PAGES = {"person": (PERSON, PEOPLE), "organisation": (ORGANISATION, ORGANISATIONS)}


@page("crm_people", Action.SEE_PARTIES)
@require_GET
def person(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
    """A person: her portrait and the work in one."""
    return record_page(request, PERSON, PEOPLE, party_id)


@page("crm_organisations", Action.SEE_PARTIES)
@require_GET
def organisation(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
    """An organisation, whatever it is to us."""
    return record_page(request, ORGANISATION, ORGANISATIONS, party_id)


@page("crm_people", Action.SEE_PARTIES)
@require_GET
def live(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
    """What an open page asks for again and again: 304 where nothing has changed since."""
    actor = actor_of(request)
    try:
        word = relation_reading.latest(actor, party_id)
    except CrmError:
        raise Http404 from None
    held = reading.port().holder(CRM_ID, str(party_id)) if may(request.user, Action.SEE_PEOPLE) else None
    tag = _tag(request, word, held.data if held else {}, held.code if held else "")
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    party = _party(request, party_id)
    choice = choice_of(request)
    shown = line.since(whose(request, party), choice, line.read_place(request.GET.get("down", "")))
    context = {
        **blocks.divisions_of(request, party),
        **blocks.notes_of(request, party),
        **blocks.stage_of(party),
        **blocks.steps_of(request, party),
        "party": party,
        "line": shown,
        "choice": choice,
    }
    answer = show(request, "record/live.html", context)
    answer.headers["ETag"] = tag
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


@page("crm_people", Action.SEE_PARTIES)
@require_GET
def earlier(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
    """Earlier items of the timeline, added below it."""
    party = _party(request, party_id)
    return show(request, "record/earlier.html", {**blocks.timeline_of(request, party), "record_url": _url(party)})


@page("crm_people", Action.LOG_INTERACTIONS)
@require_POST
def log(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
    """Log an interaction. What was typed stays where something was wrong with it: 422."""
    party, form = _party(request, party_id), blocks.new_form(request, request.POST)
    if form.is_valid() and _logged(request, party, form):
        said = gettext("Logged.")
        if is_fragment(request):
            return show(request, "record/composer.html", {**blocks.compose(request, party), "said": said})
        messages.success(request, said)
        return redirect(_back(request, party))
    if is_fragment(request):
        return show(request, "record/composer.html", blocks.compose(request, party, form), status=422)
    request.__dict__["_composer"] = form
    record, list_page = _PAGES[party.kind]
    return record_page(request, record, list_page, party_id, status=422)


def _logged(request: HttpRequest, party: PartyView, form: InteractionForm) -> bool:
    actor, said = actor_of(request), form.said()
    try:
        if form.is_private_only:
            services.add_note(actor, party.id, division=said["division"], text=said["private_note"])
        else:
            services.log_interaction(actor, party.id, **said)
    except CrmError as refused:
        if refused.problem is Problem.NOT_FOUND:
            raise Http404 from None
        form.add_error(refused.field if refused.field in form.fields else None, _spoken(refused))
        return False
    return True


@page("crm_people", Action.LOG_INTERACTIONS)
@require_POST
def step(request: HttpRequest, interaction_id: uuid.UUID) -> HttpResponse:
    """Say that a next step is done."""
    try:
        done = services.finish_step(actor_of(request), interaction_id)
    except CrmError as refused:
        if refused.problem is Problem.NOT_FOUND:
            raise Http404 from None
        messages.error(request, _spoken(refused))
        return redirect("pages:home")
    messages.success(request, gettext("Done."))
    return redirect(_back(request, _party(request, done.party)))


Change = Callable[[HttpRequest, uuid.UUID], Any]


def _changing(change: Change) -> Callable[..., HttpResponseBase]:
    """A view that changes one thing of a party and goes back to her page, saying what became of it."""

    @page("crm_people", Action.EDIT_PARTIES)
    @require_POST
    def answer(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
        party = _party(request, party_id)
        try:
            change(request, party_id)
        except CrmError as refused:
            messages.error(request, _spoken(refused))
        else:
            messages.success(request, gettext("Saved."))
        return redirect(_back(request, party))

    return answer


def _standing(request: HttpRequest, party_id: uuid.UUID) -> None:
    owner, stage = request.POST.get("owner", ""), request.POST.get("stage", "")
    services.set_standing(
        actor_of(request),
        party_id,
        request.POST.get("division", ""),
        owner=int(owner) if owner.isdecimal() and len(owner) < 12 else None,
        stage=stage or None,
    )


def _point(request: HttpRequest, party_id: uuid.UUID) -> None:
    kind, value = request.POST.get("kind", ""), request.POST.get("value", "")
    services.add_contact_point(actor_of(request), party_id, kind=kind, value=value)


def _point_remove(request: HttpRequest, party_id: uuid.UUID) -> None:
    point = request.POST.get("point", "")
    services.remove_contact_point(
        actor_of(request), party_id, int(point) if point.isdecimal() and len(point) < 18 else 0
    )


def _role(request: HttpRequest, party_id: uuid.UUID) -> None:
    if ended := request.POST.get("end"):
        services.end_role(actor_of(request), party_id, ended)
    else:
        services.add_role(actor_of(request), party_id, request.POST.get("role", ""))


standing = _changing(_standing)
point = _changing(_point)
point_remove = _changing(_point_remove)
role = _changing(_role)
affiliation = _changing(places.change)


def _party(request: HttpRequest, party_id: uuid.UUID) -> PartyView:
    try:
        return relation_reading.party(actor_of(request), party_id)
    except CrmError:
        raise Http404 from None


def _url(party: PartyView) -> str:
    return reverse(f"pages:crm_{party.kind}", args=[party.id])


def _back(request: HttpRequest, party: PartyView) -> str:
    wanted = request.POST.get("next", "")
    inside = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if inside else f"{_url(party)}{_came(request)}"


def _came(request: HttpRequest) -> str:
    """The list that the reader came from, where the page that was left says so."""
    came = QueryDict(urlsplit(request.headers.get("Referer", "")).query).get("from", "")
    return f"?{urlencode({'from': came})}" if came else ""


def _tag(request: HttpRequest, *parts: object) -> str:
    seen = [get_language(), request.META.get("QUERY_STRING", ""), request.user.pk, *parts]
    return f'"{hashlib.blake2b(repr(seen).encode(), digest_size=12).hexdigest()}"'


def _spoken(refused: CrmError) -> str:
    """A refusal in the reader's language."""
    return {
        Problem.FORBIDDEN: gettext("Your role may not do this to this record."),
        Problem.EXISTS: gettext("This is there already."),
        Problem.NOT_FOUND: gettext("This is not there any more."),
    }.get(refused.problem) or gettext("This cannot be: %(why)s") % {"why": refused.message}
