"""The question about everything at once."""

from __future__ import annotations

from typing import Any

import msgspec

from triptych.cdp.profiles.whereabouts import find
from triptych.river import digest as digests
from triptych.river.questions.desk import Desk
from triptych.river.visitors.digest import digest as visitors_digest
from triptych.vocabulary import IdentifierType


class Without(msgspec.Struct):
    """Whom to leave out: a type and a normalised value."""

    without: tuple[str, str] | None = None


def digest(desk: Desk, asked: Without) -> dict[str, Any]:
    """One digest a room, and one of all. A person who is left out is left out above the wall: below it is nobody."""
    desk.engine.between(lambda rooms: rooms.follower.drain())
    with desk.state() as state, desk.warehouse() as reader:
        person = None
        if asked.without is not None:
            kind, value = asked.without
            person = find(state, IdentifierType.from_word(kind), value)
        above = digests.digest(state, reader, person)
    if not desk.has_visitors:
        return above
    with desk.visitors.reading() as below:
        rooms: dict[str, str] = above["rooms"] | visitors_digest(below)
    return {"digest": digests.text_of(rooms), "rooms": rooms}
