"""What one types to make a person or an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from triptych.web.pages import relation
from triptych.web.pages.forms import FaceForm


class _PartyForm(FaceForm):
    """What every party has: roles, how it is reached, who deals with it."""

    kind = ""
    fields_of_party: tuple[str, ...] = ()
    roles = forms.MultipleChoiceField(
        label=_("What they are to us"), choices=list(relation.ROLES.items()), widget=forms.CheckboxSelectMultiple
    )
    email = forms.CharField(label=_("E-mail"), required=False, max_length=300)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=60)
    city = forms.CharField(label=_("City"), required=False, max_length=100)
    country = forms.CharField(label=_("Country"), required=False, max_length=2, help_text=_("Two letters, such as FR."))
    division = forms.ChoiceField(
        label=_("Division"), required=False, help_text=_("Who deals with them. You become their owner there.")
    )

    def __init__(self, *args: Any, divisions: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("division", [("", "–"), *divisions.items()])
        if len(divisions) == 1:
            self.initial["division"] = next(iter(divisions))

    def said(self) -> dict[str, Any]:
        """What the service is told."""
        given = self.cleaned_data
        points = [(kind, given[kind]) for kind in ("email", "phone") if given[kind].strip()]
        return {
            "kind": self.kind,
            "fields": {name: given[name] for name in self.fields_of_party if given.get(name)},
            "roles": given["roles"],
            "contact_points": points,
            "division": given["division"] or None,
        }


class PersonForm(_PartyForm):
    """A new person."""

    kind = "person"
    fields_of_party = ("given_name", "family_name", "title", "city", "country", "language")
    given_name = forms.CharField(label=_("First name"), required=False, max_length=100)
    family_name = forms.CharField(label=_("Last name"), required=False, max_length=100)
    title = forms.CharField(label=_("Title"), required=False, max_length=80)
    language = forms.CharField(
        label=_("Language"), required=False, max_length=8, help_text=_("Two letters, such as fr.")
    )
    field_order = (
        "given_name",
        "family_name",
        "title",
        "roles",
        "email",
        "phone",
        "city",
        "country",
        "language",
        "division",
    )


class OrganisationForm(_PartyForm):
    """A new organisation."""

    kind = "organisation"
    fields_of_party = ("name", "registration", "city", "country")
    name = forms.CharField(label=_("Name"), max_length=200)
    registration = forms.CharField(
        label=_("Registration"), required=False, max_length=40, help_text=_("Its number in a public register.")
    )
    field_order = ("name", "registration", "roles", "email", "phone", "city", "country", "division")
