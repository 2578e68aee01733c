"""What every verb starts from: the settings of the environment and the home they name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated

import typer

from triptych.runtime.errors import Refused
from triptych.runtime.home import Home, HomeKind
from triptych.runtime.settings import Settings, load_settings
from triptych.vocabulary import MICROSECONDS, IdentifierType, system_clock

Now = Annotated[
    str | None,
    typer.Option("--now", help="Pretend that it is this instant (ISO 8601, Z). Only in a demo or test home."),
]
"""The option that moves the time."""


@dataclass(frozen=True, slots=True)
class Context:
    """The settings and the home of one call."""

    settings: Settings
    home: Home


@cache
def context() -> Context:
    """Read the environment, once."""
    settings = load_settings(os.environ)
    return Context(settings=settings, home=Home(settings.home))


def ready() -> Context:
    """The context of a home that has been set up. Raises ``Refused`` for another."""
    here = context()
    here.home.require_set_up()
    return here


def shift_of(now: str | None, home: Home) -> int:
    """How far ``--now`` moves the clock, in microseconds. Raises ``Refused`` in a home where time is real."""
    if now is None:
        return 0
    if home.kind is HomeKind.LIVE:
        raise Refused("time_is_real", "--now is for a demo or test home; this one is live")
    return instant(now) - system_clock()


def instant(text: str) -> int:
    """Microseconds since 1970 of an ISO 8601 text with a zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not an ISO 8601 instant") from None
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{text} has no zone: end it with Z")
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * MICROSECONDS)


def identifier(text: str) -> list[str]:
    """``type:value`` as a pair; a bare profile id or mail address is told by its look."""
    kind, colon, value = text.partition(":")
    if colon and value and kind.upper() in IdentifierType.__members__:
        return [kind, value]
    if text.startswith("p_"):
        return [IdentifierType.PROFILE_ID.word, text]
    if "@" in text:
        return [IdentifierType.EMAIL.word, text]
    words = ", ".join(each.word for each in IdentifierType)
    raise typer.BadParameter(f"{text}: expected type:value, where type is one of {words}")
