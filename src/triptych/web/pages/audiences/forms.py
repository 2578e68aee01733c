"""What one decides about an audience."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from triptych.registry import read as registry
from triptych.web.pages import words
from triptych.web.pages.forms import FaceForm


class AudienceForm(FaceForm):
    """A definition: its sentence as text, its purpose, where it goes."""

    name = forms.CharField(label=_("Name"), max_length=80)
    id = forms.SlugField(label=_("Id"), max_length=40, help_text=_("Short, for machines: “buyers”. It never changes."))
    purpose = forms.ChoiceField(
        label=_("Purpose"), help_text=_("Consent to it decides who may be reached, not who is in.")
    )
    to = forms.MultipleChoiceField(
        label=_("Destinations"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Told of each entry and exit."),
    )
    about = forms.ChoiceField(
        label=_("About"),
        choices=[
            ("customers", _("Customers and prospects")),
            ("everyone", _("Everyone")),
            ("suppliers", _("Suppliers")),
        ],
        help_text=_("Suppliers and service providers are in no audience about customers."),
    )
    text = forms.CharField(
        label=_("Definition"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono", "autocomplete": "off"}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = {purpose.name for purpose in registry.purposes() if purpose.enabled}
        self.offer("purpose", (each for each in words.purposes() if not purposes or each[0] in purposes))
        self.offer("to", ((each.id, each.name) for each in registry.destinations()))
        if fixed:
            del self.fields["id"]
