"""What one decides about a segment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from triptych.web.pages.forms import FaceForm


class SegmentForm(FaceForm):
    """A definition: its name, its id once and for all, and its rules as text."""

    name = forms.CharField(label=_("Name"), max_length=80)
    id = forms.SlugField(
        label=_("Id"), max_length=40, help_text=_("Short, for machines: “coffee-60”. It never changes.")
    )
    text = forms.CharField(
        label=_("Definition"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono", "autocomplete": "off"}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed:
            del self.fields["id"]
