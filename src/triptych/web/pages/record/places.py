"""Where a person works: said and ended on her own page, and on the page of the organisation."""

from __future__ import annotations

import re
import uuid
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from triptych.crm import CrmError, PartyView, services
from triptych.crm import reading as relation_reading
from triptych.crm.errors import invalid, not_found
from triptych.crm.model import Actor, Hit
from triptych.crm.search import fold
from triptych.web.pages.view import page, show
from triptych.web.rights import Action, actor_of

_NUMBER = re.compile(r"\b[PO]-\d{1,18}\b")
_MOST = 8
_MOST_LETTERS = 300
OTHER = {"person": "organisation", "organisation": "person"}
"""What the other end of an affiliation is."""


@page("crm_people", Action.EDIT_PARTIES)
@require_POST
def options(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
    """Who may be meant by what is being typed. Typed in a body, because it may be a name."""
    try:
        party = relation_reading.party(actor_of(request), party_id)
    except CrmError:
        raise Http404 from None
    text = request.POST.get("other", "").strip()[:_MOST_LETTERS]
    found: tuple[Hit, ...] = ()
    if len(text) > 1 and not _NUMBER.search(text):
        found = relation_reading.search(actor_of(request), text, limit=_MOST, kind=OTHER[party.kind])
    return show(request, "record/place_options.html", {"found": found})


def change(request: HttpRequest, party_id: uuid.UUID) -> None:
    """Say that a person works somewhere from now on, or no longer: whichever of the two pages it is said on."""
    actor = actor_of(request)
    here = relation_reading.party(actor, party_id)
    ended = request.POST.get("end", "")
    if ended:
        _end(actor, here, ended)
        return
    there = meant(actor, request.POST.get("other", "").strip(), OTHER[here.kind])
    person, organisation = (here.id, there) if here.kind == "person" else (there, here.id)
    title = request.POST.get("title", "")
    services.add_affiliation(actor, person, organisation, title=title, since=_day(request.POST.get("since", "")))


def meant(actor: Actor, text: str, kind: str) -> uuid.UUID:
    """The party in reach whose number stands in a text, or who alone is called so.

    Raises:
        CrmError: It is nobody, or it may be several.
    """
    said = _NUMBER.search(text)
    if said:
        found = list(relation_reading.parties(actor).filter(number=said[0], kind=kind).values_list("id", flat=True))
    else:
        hits = relation_reading.search(actor, text[:_MOST_LETTERS], limit=200, kind=kind)
        found = [each.id for each in hits if fold(each.name) == fold(text)]
    if len(found) == 1:
        return found[0]
    raise invalid(
        "other", gettext("several are called so: choose one of the list") if found else gettext("nobody is called so")
    )


def _end(actor: Actor, here: PartyView, written: str) -> None:
    held = next((each for each in here.affiliations if str(each.id) == written), None)
    if held is None:
        raise not_found("affiliation")
    services.end_affiliation(actor, held.person, held.id)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise invalid("since", gettext("this is no day")) from None
