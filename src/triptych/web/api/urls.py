"""Addresses of the management API, made from its table."""

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from triptych.web.api.answering import view_of
from triptych.web.api.openapi import document
from triptych.web.api.routes import ROUTES


@login_not_required
@require_GET
def openapi(request: HttpRequest) -> JsonResponse:
    """The API's description; it holds nothing of this installation."""
    del request
    return JsonResponse(document())


def _patterns() -> list[URLPattern]:
    by_path = groupby(sorted(ROUTES, key=lambda route: route.path), key=lambda route: route.path)
    tables = [tuple(routes) for _, routes in by_path]
    return [path(routes[0].path, view_of(routes), name=routes[0].shown) for routes in tables]


app_name = "api"
urlpatterns = [path("openapi.json", openapi, name="openapi"), *_patterns()]
