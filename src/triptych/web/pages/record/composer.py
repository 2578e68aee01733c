"""What one writes down after a call, a visit, a letter: a form that works without a script."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from triptych.web.pages import relation
from triptych.web.pages.forms import FaceForm

_DAY = timedelta(days=1)
_BOTH = [("in", _("They came to us")), ("out", _("We went to them"))]


class InteractionForm(FaceForm):
    """An interaction as it is logged."""

    kind = forms.ChoiceField(label=_("What was it"), choices=list(relation.KINDS.items()), widget=forms.RadioSelect)
    direction = forms.ChoiceField(label=_("Who began it"), choices=_BOTH, required=False)
    subject = forms.CharField(label=_("About"), max_length=200, required=False)
    text = forms.CharField(
        label=_("What was said"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    private_note = forms.CharField(
        label=_("Private note"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    division = forms.ChoiceField(label=_("Division"))
    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=[("", "–"), *relation.OUTCOMES.items()])
    occurred_at = forms.DateTimeField(
        label=_("When"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=0, max_value=1440)
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_due = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, divisions: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("division", divisions.items())
        self.one_division = next(iter(divisions.values())) if len(divisions) == 1 else ""
        self.auto_id = "log-%s"

    def clean_occurred_at(self) -> datetime | None:
        """An interaction has happened, or will happen within a year; nothing said is now."""
        at: datetime | None = self.cleaned_data["occurred_at"]
        if at and at > timezone.now() + 365 * _DAY:
            raise forms.ValidationError(gettext("More than a year ahead."))
        return at

    def clean_next_due(self) -> date | None:
        """A day for the next step lies ahead, or is today."""
        due: date | None = self.cleaned_data["next_due"]
        if due and due < timezone.localdate():
            raise forms.ValidationError(gettext("This day is over."))
        return due

    def clean(self) -> dict[str, Any]:
        """A next step has words when it has a day; something is said."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("next_due") and not given.get("next_step"):
            self.add_error("next_step", gettext("Say what is to be done."))
        if not (given.get("subject") or given.get("text") or given.get("private_note")):
            self.add_error("subject", gettext("Say what it was about."))
        return given

    @property
    def is_private_only(self) -> bool:
        """Whether this is a note for the division alone: it is kept without an interaction, which others would see."""
        given = self.cleaned_data
        return given["kind"] == "note" and not (given["subject"] or given["text"] or given["next_step"])

    def said(self) -> dict[str, Any]:
        """What the service is told."""
        given = self.cleaned_data
        minutes = given["minutes"]
        return {
            "kind": given["kind"],
            "division": given["division"],
            "direction": "none" if given["kind"] == "note" else given["direction"] or "out",
            "occurred_at": given["occurred_at"],
            "subject": given["subject"],
            "text": given["text"],
            "private_note": given["private_note"],
            "outcome": given["outcome"],
            "next_step": given["next_step"],
            "next_due": given["next_due"],
            "duration_s": minutes * 60 if minutes else None,
        }
