"""What the pages share on which one decides: a form that the registry may refuse, a secret that is shown once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.http import Http404, HttpRequest

from triptych.registry.services import RegistryError
from triptych.web.pages.forms import FaceForm

Made = TypeVar("Made")


class Endable(Protocol):
    """What is in force until somebody ends it."""

    @property
    def enabled(self) -> bool:
        """Whether it is in force."""


Card = TypeVar("Card", bound=Endable)


def known(read: Callable[[str], Made], thing: str) -> Made:
    """What the registry has under an id; 404 where it has nothing."""
    try:
        return read(thing)
    except RegistryError:
        raise Http404 from None


def in_force(card: Card) -> Card:
    """What nobody has ended; 404 for what is over."""
    if not card.enabled:
        raise Http404
    return card


def decided(form: FaceForm, do: Callable[[dict[str, Any]], Made]) -> Made | None:
    """What ``do`` makes of the fields of a form; nothing where the form, or the registry, says what is wrong."""
    if not form.is_valid():
        return None
    try:
        return do(form.cleaned_data)
    except RegistryError as refused:
        form.refuse(refused.field, refused.message)
        return None


class ShownOnce:
    """A secret that was just made, kept with the session until the page that shows it."""

    def __init__(self, key: str) -> None:
        self._key = key

    def keep(self, request: HttpRequest, thing: str, secret: str) -> None:
        """Keep the secret of a thing for its page."""
        request.session[self._key] = {"thing": thing, "secret": secret}

    def take(self, request: HttpRequest, thing: str) -> str:
        """The secret, and forget it; nothing where there is none of this thing."""
        kept = request.session.get(self._key) or {}
        if kept.get("thing") != thing:
            return ""
        del request.session[self._key]
        return str(kept["secret"])
