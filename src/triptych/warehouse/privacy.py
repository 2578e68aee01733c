"""What the columnar store keeps of a person, and how it lets go of it.

By a fresh file, for DuckDB leaves deleted bytes in the old one.
"""

from __future__ import annotations

from collections.abc import Sequence

from triptych.warehouse.duck import Duck, Reader

_EVENTS = "SELECT * EXCLUDE (id_hi, id_lo, body_hash) FROM events WHERE node_hash IN (SELECT unnest(?::UBIGINT[]))"
_ORDERS = "SELECT * FROM orders WHERE node_hash IN (SELECT unnest(?::UBIGINT[]))"

_COUNTS = {
    "events": "SELECT count(*) FROM store.events WHERE node_hash IN (SELECT unnest($hers::UBIGINT[]))",
    "orders": "SELECT count(*) FROM store.order_facts WHERE node_hash IN (SELECT unnest($hers::UBIGINT[]))",
    "lines": "SELECT count(*) FROM store.line_facts WHERE node_hash IN (SELECT unnest($hers::UBIGINT[]))",
    "refunds": "SELECT count(*) FROM store.refunds WHERE node_hash IN (SELECT unnest($hers::UBIGINT[]))",
}
_SHARED = """SELECT count(*) FROM store.events WHERE "offset" IN (SELECT unnest($places::UBIGINT[]))
    AND node_hash NOT IN (SELECT unnest($hers::UBIGINT[]))"""

_REMOVE = (
    """INSERT INTO store.seen SELECT id_hi, body_hash, "offset" FROM store.events
        WHERE node_hash IN (SELECT unnest($hers::UBIGINT[]))""",
    "DELETE FROM store.events WHERE node_hash IN (SELECT unnest($hers::UBIGINT[]))",
    "DELETE FROM store.order_facts WHERE node_hash IN (SELECT unnest($hers::UBIGINT[]))",
    "DELETE FROM store.line_facts WHERE node_hash IN (SELECT unnest($hers::UBIGINT[]))",
    "DELETE FROM store.refunds WHERE node_hash IN (SELECT unnest($hers::UBIGINT[]))",
)
_SILENCE = """UPDATE store.events SET properties = NULL, ip = NULL, user_agent = NULL, page_path = NULL,
    page_title = NULL, referrer = NULL WHERE "offset" IN (SELECT unnest($places::UBIGINT[]))"""


def export(reader: Reader, node_hashes: Sequence[int]) -> dict[str, object]:
    """Every event of hers, and what was drawn from them."""
    hers = [list(node_hashes)]
    return {"events": reader.table(_EVENTS, hers).to_pylist(), "orders": reader.table(_ORDERS, hers).to_pylist()}


def erase(duck: Duck, *, node_hashes: Sequence[int], offsets: Sequence[int]) -> dict[str, int]:
    """Remove her events and what was drawn from them, and write the rest into a fresh file.

    The hashes of her message ids stay, so that none of them comes in again. An event at one of ``offsets`` that is
    somebody else's, and named her too, keeps its place and loses what it said.
    """
    hers = {"hers": list(node_hashes)}
    places = {"places": list(offsets)}
    with duck.reader(()) as reader:
        counts = {name: int(reader.rows(query, hers)[0][0]) for name, query in _COUNTS.items()}
        counts["shared_events"] = int(reader.rows(_SHARED, hers | places)[0][0])
    if any(counts.values()):
        duck.rewrite([*((statement, hers) for statement in _REMOVE), (_SILENCE, places)])
    return counts
