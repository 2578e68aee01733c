"""The question about everything at once."""

from __future__ import annotations

from typing import Any

import msgspec

from triptych.cdp.profiles.whereabouts import find
from triptych.river import digest as digests
from triptych.river.questions.desk import Desk
from triptych.vocabulary import IdentifierType


class Without(msgspec.Struct):
    """Whom to leave out: a type and a normalised value."""

    without: tuple[str, str] | None = None


def digest(desk: Desk, asked: Without) -> dict[str, Any]:
    """One digest a room, and one of all."""
    desk.engine.between(lambda rooms: rooms.follower.drain())
    with desk.state() as state, desk.warehouse() as reader:
        person = None
        if asked.without is not None:
            kind, value = asked.without
            person = find(state, IdentifierType.from_word(kind), value)
        return digests.digest(state, reader, person)
