"""What people fill in about their account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from triptych.web.accounts.models import User

if TYPE_CHECKING:
    UserForm = forms.ModelForm[User]
else:
    UserForm = forms.ModelForm  # generic for the type checker alone


class LoginForm(AuthenticationForm):
    """Mail address and password. One message for every failure: it never says whether the account exists."""

    error_messages = {  # noqa: RUF012  an instance variable in its class, as Django has it
        "invalid_login": _("This address and password do not match an account."),
        "inactive": _("This address and password do not match an account."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail address")
        self.fields["username"].widget = forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})

    def clean_username(self) -> str:
        """Addresses are compared in lower case."""
        return str(self.cleaned_data["username"]).strip().lower()


class PreferencesForm(UserForm):
    """How the pages look and speak to one account."""

    class Meta:
        """The fields that an account may change of itself, and no other."""

        model = User
        fields = ("language", "time_zone", "theme", "density", "single_keys")
        labels = {  # noqa: RUF012  an instance variable in its class, as Django has it
            "language": _("Language"),
            "time_zone": _("Time zone"),
            "theme": _("Theme"),
            "density": _("Density"),
            "single_keys": _("Keys of one letter"),
        }
        help_texts = {"time_zone": _("As in “Europe/Paris”. Without one, UTC.")}  # noqa: RUF012  as above

    def clean_time_zone(self) -> str:
        """A time zone that this machine knows, or none."""
        name = str(self.cleaned_data["time_zone"]).strip()
        if name and name not in available_timezones():
            raise forms.ValidationError(_("This time zone is not known."))
        return name
