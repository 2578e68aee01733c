"""The divisions of the company and who belongs to each: whoever does reads its private notes."""

from __future__ import annotations

from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from triptych.crm import CrmError, services
from triptych.crm.models import Division
from triptych.web.accounts.models import User
from triptych.web.pages.forms import FaceForm
from triptych.web.pages.view import page, show
from triptych.web.rights import Action

KINDS = {"shop": _("Shop"), "department": _("Department")}


class DivisionForm(FaceForm):
    """A new division."""

    name = forms.CharField(label=_("Name"), max_length=100)
    id = forms.CharField(
        label=_("Short name"), max_length=40, help_text=_("Small letters, digits and hyphens. It does not change.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))


class Seats(NamedTuple):
    """A division, its members, and the colleagues who could become one."""

    division: Division
    kind: str
    known: int
    members: list[User]
    others: list[User]


@page("divisions", Action.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def divisions(request: HttpRequest) -> HttpResponse:
    """Every division with its members; a new one where one is sent. What was typed stays where it is wrong: 422."""
    form = DivisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _made(form):
        messages.success(request, gettext("“%(name)s” is there.") % {"name": form.cleaned_data["name"]})
        return redirect("pages:divisions")
    status = 422 if request.method == "POST" else 200
    return show(request, "divisions/list.html", {"rows": _rows(), "form": form, "open": status == 422}, status)


@page("divisions", Action.MANAGE_ACCOUNTS)
@require_POST
def member(request: HttpRequest, division_id: str) -> HttpResponse:
    """Let a colleague belong to a division from now on, or no longer."""
    division = Division.objects.filter(pk=division_id).first()
    number = request.POST.get("add") or request.POST.get("remove") or ""
    colleague = User.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 12 else None
    if division is None or colleague is None:
        raise Http404
    if "remove" in request.POST:
        services.remove_member(colleague.pk, division.pk)
        said = gettext("%(who)s no longer belongs to %(division)s.")
    else:
        services.add_member(colleague.pk, division.pk)
        said = gettext("%(who)s belongs to %(division)s and reads its private notes.")
    messages.success(request, said % {"who": colleague.name, "division": division.name})
    return redirect("pages:divisions")


def _made(form: DivisionForm) -> bool:
    given = form.cleaned_data
    if Division.objects.filter(pk=given["id"]).exists():
        form.add_error("id", gettext("This is there already."))
        return False
    try:
        services.add_division(given["id"], name=given["name"], kind=given["kind"])
    except CrmError:
        form.add_error("id", gettext("Small letters, digits and hyphens. It does not change."))
        return False
    return True


def _rows() -> list[Seats]:
    everyone = list(User.objects.filter(is_active=True).order_by("name", "pk").prefetch_related("memberships"))
    inside = {each.pk: {held.division_id for held in each.memberships.all()} for each in everyone}
    found = Division.objects.annotate(known=Count("standings")).order_by("kind", "name")
    return [
        Seats(
            each,
            str(KINDS[each.kind]),
            each.known,
            [who for who in everyone if each.pk in inside[who.pk]],
            [who for who in everyone if each.pk not in inside[who.pk]],
        )
        for each in found
    ]
