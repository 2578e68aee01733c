"""Where in the navigation a request stands: its view says so, the frame around the page asks."""

from __future__ import annotations

from django.http import HttpRequest


def stand(request: HttpRequest, place: str) -> None:
    """Say at which place of the navigation the answer stands. It is kept with the request."""
    vars(request)["place"] = place


def place_of(request: HttpRequest) -> str:
    """The place that a view has said; none for what stands nowhere, such as a page that is not found."""
    return str(vars(request).get("place", ""))
