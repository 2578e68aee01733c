"""What one agrees with a partner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from triptych.dmp.partners import Code
from triptych.registry.model import CodeCard
from triptych.web.pages import words
from triptych.web.pages.forms import FaceForm

_PARTIES = (("second", _("Second party: a partner")), ("third", _("Third party: a catalogue")))
_SERVES = ("advertising", "analytics", "personalisation")


class ContractForm(FaceForm):
    """A contract: with whom, for what, until when, and what may be said of our visitors under it."""

    called: ClassVar = {"ends_at": "ends"}
    partner = forms.CharField(label=_("Partner"), max_length=80)
    id = forms.SlugField(label=_("Id"), max_length=40, help_text=_("Short, for machines: “loire”. It never changes."))
    party = forms.ChoiceField(label=_("Party"), choices=_PARTIES)
    purposes = forms.MultipleChoiceField(label=_("May serve"), widget=forms.CheckboxSelectMultiple)
    ends = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After that day nothing of it is left: data, key, segments’ sizes."),
    )
    codes = forms.CharField(
        label=_("What it may say"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono", "autocomplete": "off"}),
        help_text=_(
            "One a line, with its name, and its price a thousand where it has one: renews-60 = Renews soon = 0.90"
        ),
    )

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("purposes", ((word, words.purpose(word)) for word in _SERVES))
        if fixed:
            del self.fields["id"], self.fields["party"]

    def clean_codes(self) -> tuple[Code, ...]:
        """The codes with their names and prices, in the order they were written."""
        lines = str(self.cleaned_data["codes"]).splitlines()
        return tuple(_code(line) for line in lines if line.strip())

    def clean_ends(self) -> int:
        """The instant at which the contract is over: when its last day is, UTC."""
        day: date = self.cleaned_data["ends"] + timedelta(days=1)
        return int(datetime.combine(day, time(), UTC).timestamp()) * 1_000_000


def written(codes: Iterable[CodeCard]) -> str:
    """Codes as the form shows them, one a line."""
    return "\n".join(
        f"{each.code} = {each.name}" + ("" if each.price_per_thousand is None else f" = {each.price_per_thousand:g}")
        for each in codes
    )


def _code(line: str) -> Code:
    parts = [part.strip() for part in line.split("=")]
    if len(parts) > 3 or not parts[0]:
        raise ValidationError(gettext("One code a line, its name behind =: %(line)s") % {"line": line[:60]})
    name = parts[1] if len(parts) > 1 else ""
    if len(parts) < 3:
        return Code(parts[0], name)
    try:
        return Code(parts[0], name, float(parts[2].replace(",", ".")))
    except ValueError:
        raise ValidationError(gettext("A price is a number: %(price)s") % {"price": parts[2][:20]}) from None
