"""What one types about a source."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from triptych.web.pages.forms import FaceForm


class SourceForm(FaceForm):
    """A new source."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As people call it: “Web shop”."))
    id = forms.SlugField(label=_("Id"), max_length=40, help_text=_("Short, for machines: “shop”. It never changes."))
    party = forms.ChoiceField(
        label=_("Where it comes from"),
        choices=[
            ("first", _("First-party: seen by us")),
            ("second", _("Second-party: from a partner")),
            ("third", _("Third-party: from a catalogue")),
        ],
        help_text=_("Only first-party data may name a person. This never changes."),
    )
    basis = forms.ChoiceField(
        label=_("Legal basis of its servers"),
        choices=[
            ("contract", _("contract")),
            ("consent", _("consent")),
            ("legitimate_interest", _("legitimate interest")),
        ],
    )
    consent = forms.ChoiceField(
        label=_("Consent in browsers"),
        choices=[
            ("signalled", _("Signalled: each event carries the person’s choice")),
            ("gated", _("Attested: the site loads the tracker only after a yes")),
        ],
    )


class PlanForm(FaceForm):
    """A tracking plan."""

    plan = forms.CharField(
        label=_("Plan"), widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "false", "class": "mono"})
    )
