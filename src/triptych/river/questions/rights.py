"""What the columnar store holds of a person, for whoever answers her request to see it."""

from __future__ import annotations

from typing import Any

from triptych.cdp.identity import read as identity
from triptych.river.questions.desk import Desk
from triptych.river.questions.person import Whose
from triptych.river.rooms import Rooms
from triptych.warehouse import privacy as warehouse


def held(desk: Desk, asked: Whose) -> dict[str, Any]:
    """Every event and every order of hers, as they stand in the warehouse."""
    with desk.state() as state:
        nodes = [each.node for each in identity.identifiers(state, desk.person(state, asked.profile_id).profile)]

    def hashes(rooms: Rooms) -> list[int]:
        return [int(rooms.identity.hashes[node]) for node in nodes]

    hers = desk.engine.between(hashes)
    with desk.warehouse() as reader:
        return warehouse.export(reader, hers)
