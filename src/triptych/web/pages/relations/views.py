"""The forms that make a person and an organisation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from triptych.crm import Action as On
from triptych.crm import Actor, CrmError, reading, services
from triptych.crm.model import Scope
from triptych.web.pages.relations.editing import said
from triptych.web.pages.relations.forms import OrganisationForm, PersonForm
from triptych.web.pages.relations.lists import ORGANISATIONS, PEOPLE, party_url
from triptych.web.pages.view import page, show
from triptych.web.rights import Action, actor_of


@page(PEOPLE.key, Action.EDIT_PARTIES)
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Make a person."""
    actor = actor_of(request)
    form = PersonForm(request.POST if request.method == "POST" else None, divisions=_divisions(actor))
    return _make(request, actor, form, "relations/new_person.html")


@page(ORGANISATIONS.key, Action.EDIT_PARTIES)
@require_http_methods(["GET", "POST"])
def new_organisation(request: HttpRequest) -> HttpResponse:
    """Make an organisation."""
    actor = actor_of(request)
    form = OrganisationForm(request.POST if request.method == "POST" else None, divisions=_divisions(actor))
    return _make(request, actor, form, "relations/new_organisation.html")


def _make(request: HttpRequest, actor: Actor, form: PersonForm | OrganisationForm, template: str) -> HttpResponse:
    """Make the party and open it; an answer of 422 says at which field what is wrong."""
    if form.is_bound and form.is_valid():
        try:
            return redirect(party_url(services.create_party(actor, **form.said())))
        except CrmError as error:
            at = _field_of(error, form)
            form.add_error(at, said(error))
    return show(request, template, {"form": form}, status=422 if form.errors else 200)


def _field_of(error: CrmError, form: PersonForm | OrganisationForm) -> str | None:
    """The field of the form that a refusal is about. Of two contact points the room does not say which it was."""
    if error.field in form.fields:
        return error.field
    if error.field == "value":
        return "phone" if "phone" in error.message else "email"
    return None


def _divisions(actor: Actor) -> dict[str, str]:
    """The divisions in which the actor may own a party."""
    every = actor.scope(On.EDIT) is Scope.ALL
    return {each.id: each.name for each in reading.divisions(actor) if every or each.id in actor.divisions}
