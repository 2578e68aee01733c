"""Destinations: the list, adding one, its page with what was sent and what was not."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from triptych.registry import read as registry
from triptych.registry import services
from triptych.web.desk import desk_of
from triptych.web.pages import reading
from triptych.web.pages.deciding import ShownOnce, decided, known
from triptych.web.pages.forms import FaceForm
from triptych.web.pages.view import page, show
from triptych.web.rights import Action, may

_SECRET = ShownOnce("webhook_secret_once")


class DestinationForm(FaceForm):
    """A new destination."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As people call it: “Newsletter tool”."))
    id = forms.SlugField(label=_("Id"), max_length=40, help_text=_("Short, for machines: “hook”. It never changes."))
    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("It is sent a signed POST for each entry and exit.")
    )
    allow_private = forms.CharField(
        label=_("Allowed inside our own network"),
        max_length=200,
        required=False,
        help_text=_("HOST:PORT, only where the address is a private one. It is listed by the doctor."),
    )


@page("destinations", Action.SEE_DESTINATIONS)
@require_GET
def destinations(request: HttpRequest) -> HttpResponse:
    """Every destination, and who is sent to it."""
    cards = registry.destinations()
    context = {
        "destinations": [(card, reading.ask("deliveries", destination=card.id, limit=1)) for card in cards],
        "audiences": {audience.id: audience.name for audience in registry.audiences()},
        "may_edit": may(request.user, Action.EDIT_DESTINATIONS),
    }
    return show(request, "destinations/list.html", context)


@page("destinations", Action.EDIT_DESTINATIONS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a destination; the secret that signs what it is sent is shown once."""
    form = DestinationForm(request.POST or None)
    made = decided(
        form,
        lambda given: services.add_destination(
            desk_of(request),
            id=given["id"],
            kind="webhook",
            url=given["url"],
            allow_private=[each.strip() for each in given["allow_private"].split(",") if each.strip()],
            name=given["name"],
        ),
    )
    if made is None:
        return show(request, "destinations/new.html", {"form": form}, status=422 if form.errors else 200)
    _SECRET.keep(request, made.destination.id, made.secret)
    return redirect("pages:destination", made.destination.id)


@page("destinations", Action.SEE_DESTINATIONS)
@require_GET
def destination(request: HttpRequest, destination_id: str) -> HttpResponse:
    """One destination: its address, its audiences, its deliveries with status and reason."""
    card = known(registry.destination, destination_id)
    sent = (
        reading.ask("deliveries", destination=destination_id, limit=50)
        if may(request.user, Action.SEE_DELIVERIES)
        else None
    )
    rows = (sent.data.get("deliveries") if sent else None) or []
    context = {
        "destination": card,
        "secret": _SECRET.take(request, destination_id),
        "sent": sent,
        "rows": rows,
        "counts": (sent.data.get("counts") if sent else None) or {},
        "names": reading.port().names(each["profile_id"] for each in rows),
        "audiences": {audience.id: audience.name for audience in registry.audiences(removed=True)},
        "may_edit": may(request.user, Action.EDIT_DESTINATIONS),
    }
    return show(request, "destinations/destination.html", context)


@page("destinations", Action.EDIT_DESTINATIONS)
@require_POST
def change(request: HttpRequest, destination_id: str) -> HttpResponse:
    """Switch a destination off or on, or replace its secret."""
    known(registry.destination, destination_id)
    try:
        if request.POST.get("rotate"):
            secret = services.rotate_destination_secret(desk_of(request), destination_id)
            _SECRET.keep(request, destination_id, secret)
        else:
            services.change_destination(desk_of(request), destination_id, enabled=request.POST.get("enabled") == "yes")
            messages.success(request, gettext("Published. It counts from the next delivery on."))
    except services.RegistryError as refused:
        messages.error(request, refused.message)
    return redirect("pages:destination", destination_id)
