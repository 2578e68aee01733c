"""Login, password, preferences. The templates are the pages' own."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from triptych.web.accounts import services, throttle
from triptych.web.accounts.current import colleague
from triptych.web.accounts.forms import LoginForm, PreferencesForm
from triptych.web.accounts.models import User
from triptych.web.middleware import is_fragment

_log = logging.getLogger(__name__)


@method_decorator(login_not_required, name="dispatch")
class LoginView(auth.LoginView):
    """Let a colleague in, unless this account was guessed at too often from this address."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    http_method_names = ("get", "post", "head", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the attempt first, then look at the password."""
        account = request.POST.get("username", "")
        wait = throttle.attempt(account, address_of(request), now=timezone.now())
        if wait:
            _log.warning("login refused: too many attempts")
            # not bound to what was typed: the password is not looked at, so that a right one tells nothing either
            context = self.get_context_data(form=self.form_class_unbound(), blocked_seconds=wait)
            response = render(request, self.template_name, context, status=429)
            response.headers["Retry-After"] = str(wait)
            return response
        return super().post(request, *args, **kwargs)

    def form_class_unbound(self) -> LoginForm:
        """An empty form that keeps the address."""
        return LoginForm(self.request, initial={"username": self.request.POST.get("username", "")})

    def form_valid(self, form: Any) -> HttpResponse:
        """Open a session with a new id."""
        throttle.succeeded(form.cleaned_data["username"], address_of(self.request))
        response = super().form_valid(form)
        _log.info("login of user:%s", form.get_user().pk)
        return response


class PasswordView(auth.PasswordChangeView):
    """Change one's own password. Every other session of the account ends with it."""

    template_name = "accounts/password.html"
    success_url = "/"
    http_method_names = ("get", "post", "head", "options")

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep this session, end the others, and note it in the audit log."""
        response = super().form_valid(form)
        services.note(colleague(self.request), "change_password", by=colleague(self.request))
        messages.success(self.request, _("The password is changed. Every other session has ended."))
        return response


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponseBase:
    """Language, time zone, theme, density and single keys of the account that is logged in."""
    sent = request.POST if request.method == "POST" else None
    form = PreferencesForm(sent, instance=colleague(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:preferences")
    return render(request, "accounts/preferences.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def preference(request: HttpRequest) -> HttpResponseBase:
    """Set one preference: a switch in the bar at the top."""
    name = request.POST.get("name", "")
    user = colleague(request)
    if name not in PreferencesForm.Meta.fields:
        return HttpResponseBadRequest()
    values = {field: getattr(user, field) for field in PreferencesForm.Meta.fields}
    values[name] = request.POST.get("value", "")
    form = PreferencesForm(values, instance=user)
    if not form.is_valid():
        return HttpResponseBadRequest()
    form.save()
    return _back(request)


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Choose a language, also without a login: in a cookie, and on the account when there is one."""
    code = request.POST.get("language", "")
    if code not in {known for known, _name in settings.LANGUAGES}:
        return HttpResponseBadRequest()
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=code)
    response = _back(request)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 86_400,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


def address_of(request: HttpRequest) -> str:
    """Where the connection comes from. ``X-Forwarded-For`` is anybody's to write: only a proxy of ours is believed.

    Each of our proxies adds the address it saw at the end, so the last one that is not ours is the client's.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    said = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    while address in settings.TRIPTYCH_TRUSTED_PROXIES and said and said[-1]:
        address = said.pop()
    return address


def _back(request: HttpRequest) -> HttpResponse:
    if is_fragment(request):
        return HttpResponse(status=204)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return HttpResponseRedirect(target if target and safe else "/")


login = sensitive_post_parameters("password")(LoginView.as_view())
