"""What surrounds every page: security headers, the two ends of a session, the reader's preferences, the login wall."""

from __future__ import annotations

import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone, translation

Next = Callable[[HttpRequest], HttpResponseBase]

_STARTED, _SEEN = "started_at", "seen_at"
_STEP = 60  # a session is written at most once a minute for being used

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Put the security headers on every answer; nothing personal is left in a cache."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        https = settings.TRIPTYCH_WEB_URL.startswith("https://")
        self.headers = {**_HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if https else {})}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then add the headers that the view did not set itself."""
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class SessionLimits:
    """End a session after its absolute time, or after some time without use.

    A fragment that a page fetches by itself is no use: a forgotten tab that polls must not live for ever.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Judge the session of an account before anybody reads it."""
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.setdefault(_STARTED, now)
            seen = request.session.setdefault(_SEEN, now)
            if now - started > settings.SESSION_ABSOLUTE_SECONDS or now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif now - seen > _STEP and not (request.method == "GET" and is_fragment(request)):
                request.session[_SEEN] = now
        return self.get_response(request)


class Preferences:
    """Speak the language, and tell the time, of the account that is logged in."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set language and time zone for this request alone."""
        user = request.user
        if user.is_authenticated:
            if user.language:
                translation.activate(user.language)
                request.LANGUAGE_CODE = user.language
            if user.time_zone:
                timezone.activate(ZoneInfo(user.time_zone))
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


class LoginRequired(LoginRequiredMiddleware):
    """Every view asks for a login unless it says otherwise. A fragment is told to load the login page whole."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Send a page to the login; tell htmx to go there instead of swapping the form into a cell."""
        response = super().handle_no_permission(request, view_func)
        if is_fragment(request):
            # htmx obeys the header on any answer; fetch would follow a Location before htmx sees it
            del response.headers["Location"]
            response.headers["HX-Redirect"] = resolve_url(settings.LOGIN_URL)
            response.status_code = 401
        return response


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"
