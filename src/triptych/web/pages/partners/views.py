"""Partners: the list of contracts, the page of one with its files and its refusals, making, changing and ending one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from triptych.registry import services
from triptych.vocabulary import Party
from triptych.web.desk import desk_of
from triptych.web.pages import definitions, reading
from triptych.web.pages.deciding import decided, known
from triptych.web.pages.definitions import Contract
from triptych.web.pages.partners import door
from triptych.web.pages.partners.forms import ContractForm, written
from triptych.web.pages.view import page, show
from triptych.web.rights import Action, may


@page("partners", Action.SEE_PARTNERS)
@require_GET
def partners(request: HttpRequest) -> HttpResponse:
    """Every contract: with whom, until when, how much came in under it."""
    rows = [(each, door.files(settings.TRIPTYCH_HOME, each.id)) for each in definitions.contracts()]
    context = {
        "rows": [(each, files, sum(one.file.accepted for one in files)) for each, files in rows],
        "may_edit": may(request.user, Action.EDIT_PARTNERS),
    }
    return show(request, "partners/list.html", context)


@page("partners", Action.EDIT_PARTNERS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a contract down; its key is made with it, and destroyed with it."""
    form = ContractForm(request.POST or None, initial={"party": "second", "purposes": ["advertising"]})
    made = decided(
        form,
        lambda given: services.add_contract(
            desk_of(request), id=given["id"], party=Party[given["party"].upper()], **_terms(given)
        ),
    )
    if made is None:
        return _editor(request, form, None)
    messages.success(request, gettext("Published, and its key is made. A file may come in from now on."))
    return redirect("pages:partner", made.id)


@page("partners", Action.SEE_PARTNERS)
@require_GET
def partner(request: HttpRequest, contract_id: str) -> HttpResponse:
    """One contract: its terms, its codes with their sizes, the files that came in, what was refused and why."""
    held = known(definitions.contract, contract_id)
    files = door.files(settings.TRIPTYCH_HOME, contract_id)
    context = {
        "contract": held,
        "codes": [(code, door.size_of(held, code)) for code in held.codes],
        "status": reading.ask("visitors_status"),
        "files": files,
        "refused": door.refusals(files),
        "used": [
            card
            for card in definitions.segments()
            if any(leaf.contract == held.id for leaf in definitions.said_in(card.text))
        ],
        "may_edit": may(request.user, Action.EDIT_PARTNERS),
    }
    return show(request, "partners/partner.html", context)


@page("partners", Action.EDIT_PARTNERS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, contract_id: str) -> HttpResponse:
    """Change what a contract serves, says, and when it ends."""
    held = known(definitions.contract, contract_id)
    start = {
        "partner": held.partner,
        "purposes": list(held.purposes),
        "ends": definitions.by_day(held.ends_at),
        "codes": written(held.codes),
    }
    form = ContractForm(request.POST or None, initial=start, fixed=True)
    changed = decided(form, lambda given: services.change_contract(desk_of(request), contract_id, **_terms(given)))
    if changed is None:
        return _editor(request, form, held)
    messages.success(request, gettext("Published."))
    return redirect("pages:partner", contract_id)


@page("partners", Action.EDIT_PARTNERS)
@require_POST
def end(request: HttpRequest, contract_id: str) -> HttpResponse:
    """End a contract now: its data, its key and its part of every segment go."""
    known(definitions.contract, contract_id)
    try:
        services.end_contract(desk_of(request), contract_id)
        messages.success(request, gettext("Ended. What it said, its key and its part of every segment are erased."))
    except services.RegistryError as refused:
        messages.error(request, refused.message)
    return redirect("pages:partner", contract_id)


def _terms(given: Mapping[str, Any]) -> dict[str, Any]:
    """What one agrees in a contract and may change later."""
    return {
        "partner": given["partner"],
        "purposes": given["purposes"],
        "ends_at": given["ends"],
        "codes": given["codes"],
    }


def _editor(request: HttpRequest, form: ContractForm, held: Contract | None) -> HttpResponse:
    return show(request, "partners/edit.html", {"form": form, "contract": held}, status=422 if form.errors else 200)
