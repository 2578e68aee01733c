"""``triptych bench restart``: how long the engine takes to load its caches from what it stored."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from triptych.river import store
from triptych.river.opening import SCHEMAS
from triptych.runtime.bench.river import run_flow, versions
from triptych.runtime.bench.world import publish
from triptych.warehouse import Duck, DuckSettings

_EVENTS = """INSERT INTO store.events BY NAME
    SELECT i AS "offset", hash(i) AS id_hi, hash(i + 1) AS id_lo, (hash(i) & 4294967295)::UINTEGER AS body_hash,
        hash('node ' || (hash(i + 2) % $nodes)) AS node_hash, 3 AS trust, 'shop' AS source, 'track' AS type,
        ['Product Viewed', 'Product Added', 'Cart Viewed', 'Order Completed'][1 + i % 4] AS name,
        make_timestamp(1764000000000000 + i * 50000) AS ts, make_timestamp(1764000000000000 + i * 50000) AS received_at
    FROM range($first, $end) AS t(i)"""
_NODES = "SELECT i, hash('node ' || i) FROM range($nodes) AS t(i)"
_PIECE = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartOptions:
    """How much is stored. Without options the bench runs its published size.

    Attributes:
        events: Events in the warehouse.
        identifiers: Identifiers in the state, each a profile of its own.
        audiences: Live audiences.
        folder: Where the home is laid; a folder of the machine's choice when empty.
    """

    events: int = 50_000_000
    identifiers: int = 5_000_000
    audiences: int = 20
    folder: Path | None = None


def run(options: RestartOptions) -> dict[str, Any]:
    """Lay a home that holds so much, then start an engine on it in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="triptych-bench-", dir=options.folder) as name:
        home = Path(name)
        publish(home, options.audiences)
        _warehouse(home, options)
        _state(home, options)
        found = run_flow("start", home, 0)
    return {**found, "events": options.events, "audiences": options.audiences, "versions": versions()}


def _warehouse(home: Path, options: RestartOptions) -> None:
    """Events made by SQL, whose homes are the identifiers."""
    Duck(home / "warehouse.duckdb", DuckSettings()).close()
    with closing(duckdb.connect(config={"memory_limit": "2GB"})) as connection:
        connection.execute("ATTACH '" + str(home / "warehouse.duckdb").replace("'", "''") + "' AS store")
        for first in range(0, options.events, _PIECE):
            end = min(first + _PIECE, options.events)
            connection.execute(_EVENTS, {"first": first, "end": end, "nodes": options.identifiers})
        connection.execute("INSERT INTO store.meta VALUES ('offset', ?)", [options.events])
        connection.execute("CHECKPOINT store")


def _state(home: Path, options: RestartOptions) -> None:
    with closing(store.open_state(home / "state.sqlite", SCHEMAS)) as state, closing(duckdb.connect()) as connection:
        hashes = connection.execute(_NODES, {"nodes": options.identifiers}).fetchall()
        state.execute("BEGIN")
        state.executemany(
            "INSERT INTO identity_nodes VALUES (?1, 1, 'u' || ?1, ?2, ?1, ?1, 0, 0, ?1, 1, 0)",
            ((node, word - (1 << 64) if word >= 1 << 63 else word) for node, word in hashes),
        )
        state.execute("INSERT INTO identity_profiles SELECT node, 'p_' || node, node, node, NULL FROM identity_nodes")
        counts = {"node": options.identifiers, "profile": options.identifiers, "edge": 1}
        state.executemany("INSERT INTO identity_counts VALUES (?, ?)", counts.items())
        meta = {"offset": options.events, "now": 1_764_000_000_000_000 + options.events * 50_000, "version": 0}
        store.write_meta(state, meta)
        state.execute("COMMIT")
