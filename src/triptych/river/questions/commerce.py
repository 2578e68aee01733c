"""The commercial facts of parties, for the records that colleagues work with: orders, the last of them, returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from triptych.river.questions.desk import Desk
from triptych.river.rooms import Rooms
from triptych.vocabulary import IdentifierType
from triptych.warehouse import Reader

MOST = 200

_TOUCHED = """
SELECT node_hash, "offset" FROM (
    SELECT node_hash, "offset" FROM orders WHERE "offset" >= $after
    UNION ALL SELECT node_hash, "offset" FROM refunds WHERE "offset" >= $after
    UNION ALL SELECT node_hash, "offset" FROM events WHERE "offset" >= $after AND source = 'crm' AND type = 'identify'
) ORDER BY "offset" LIMIT $limit
"""
_FACTS = """
SELECT place, count(DISTINCT coalesce(nullif(order_id, ''), 'offset ' || "offset")) FILTER (NOT back),
    max(epoch_us(ts)) FILTER (NOT back), count(*) FILTER (back)
FROM (
    SELECT place, order_id, "offset", ts, false AS back FROM orders JOIN whose USING (node_hash)
    UNION ALL SELECT place, order_id, "offset", ts, true FROM refunds JOIN whose USING (node_hash)
) GROUP BY place
"""
_CRM_IDS = "SELECT value FROM identity_nodes WHERE node IN (SELECT value FROM json_each(?)) AND type = ?"
_NONE = {"orders": 0, "last_order_at": None, "returns": 0}


class Commerce(msgspec.Struct):
    """Whose facts: the parties named, and those of whom something was heard from an offset on."""

    crm_ids: list[str] = []
    after: int | None = None


def commerce(desk: Desk, asked: Commerce) -> dict[str, Any]:
    """The facts of each party that has a portrait, and from which offset to ask next."""
    with desk.warehouse() as reader:
        touched, after = _touched(reader, asked.after)
        parties = desk.engine.between(lambda rooms: _parties(rooms, touched, asked.crm_ids[:MOST]))
        if not parties:
            return {"people": [], "next": after}
        facts = _facts(reader, parties.values())
    with desk.state() as state:
        people = []
        for place, (nodes, _) in enumerate(parties.values()):
            hers = msgspec.json.encode(nodes).decode()
            for (crm_id,) in state.execute(_CRM_IDS, (hers, IdentifierType.CRM_ID.value)):
                people.append({"crm_id": crm_id, **facts.get(place, _NONE)})
    return {"people": people, "next": after}


def _touched(reader: Reader, after: int | None) -> tuple[list[int], int | None]:
    if after is None:
        return [], None
    found = reader.rows(_TOUCHED, {"after": after, "limit": MOST})
    return [int(row[0]) for row in found], max((int(row[1]) + 1 for row in found), default=after)


def _parties(rooms: Rooms, touched: list[int], crm_ids: Iterable[str]) -> Mapping[int, tuple[list[int], list[int]]]:
    """By profile: its nodes, and their hashes. Only the river's thread may look."""
    identity = rooms.identity
    nodes = np.flatnonzero(np.isin(identity.hashes, np.array(touched, np.uint64))).tolist() if touched else []
    nodes += [node for each in crm_ids if (node := identity.node_of(IdentifierType.CRM_ID, each)) is not None]
    found: dict[int, tuple[list[int], list[int]]] = {}
    for node in nodes:
        profile = int(identity.profile_of[node])
        if profile not in found:
            mine = identity.people_of(node)
            found[profile] = (mine, [int(identity.hashes[each]) for each in mine])
    return found


def _facts(reader: Reader, parties: Iterable[tuple[list[int], list[int]]]) -> dict[int, dict[str, Any]]:
    pairs = [(place, node_hash) for place, (_, hashes) in enumerate(parties) for node_hash in hashes]
    whose = pa.table(
        {
            "place": pa.array([place for place, _ in pairs], pa.int32()),
            "node_hash": pa.array([node_hash for _, node_hash in pairs], pa.uint64()),
        }
    )
    reader.register("whose", whose)
    return {
        place: {"orders": orders, "last_order_at": last, "returns": returns}
        for place, orders, last, returns in reader.rows(_FACTS)
    }
