"""How a form is written: labels above, help and errors tied to their field, no style of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms


class FaceForm(forms.Form):
    """A form in our design: each field says what is wrong with it, and assistive technology reads it."""

    called: ClassVar[Mapping[str, str]] = {}
    """The fields that whoever refuses knows by another name, by that name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = True

    def offer(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        """Say what one may choose in a field: each with its word for people."""
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"in {name} one does not choose")
        field.choices = list(choices)

    def refuse(self, field: str | None, message: str) -> None:
        """Say what was refused, at its field; above the form where it has none, or one that nobody sees."""
        name = self.called.get(field or "", field)
        seen = name in self.fields and not self.fields[name].widget.is_hidden
        self.add_error(name if seen else None, message)
