"""What the views share: a page in its place, a fragment, and an answer that says what is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from triptych.web.pages.reading import Answer
from triptych.web.place import stand as stand_at
from triptych.web.rights import Action, require

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(place: str, action: Action) -> Callable[[View[P]], View[P]]:
    """Let a view stand at ``place`` of the navigation and answer only those who may do ``action``."""

    def stand(view: View[P]) -> View[P]:
        @wraps(view)
        def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            stand_at(request, place)
            require(request.user, action)
            return view(request, *args, **kwargs)

        return answer

    return stand


def show(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """A page, or a part of one that another page holds."""
    response = render(request, template, dict(context), status=status)
    response.headers["Vary"] = "HX-Request"
    return response


def unchanged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A fragment that is polled: 304 where the reader has it already."""
    tag = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    response.headers["ETag"] = tag
    patch_cache_control(response, private=True, no_cache=True)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return response


def found(answer: Answer) -> Answer:
    """An answer about a thing that exists; 404 where it does not."""
    if answer.missing:
        raise Http404
    return answer
