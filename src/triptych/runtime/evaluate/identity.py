"""``triptych eval identity``: how well the graph resolved the demo's people, whose truth is known.

1. Read the truth that the demo kept, and the identifiers of the state with their profiles.
2. Score the identifiers that arrived. A device that the graph calls shared is a cluster of its own.
3. Say what bounds recall: the true pairs that all evidence together joins, refused and taken back edges included.
"""

from __future__ import annotations

import platform
import resource
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from triptych.runtime.errors import Refused
from triptych.runtime.evaluate.scoring import intervals, pairs, score
from triptych.runtime.home import Home
from triptych.vocabulary import IdentifierType

Key = tuple[int, str]
"""An identifier: the number of its type, and its value."""

_EVIDENCE = """SELECT a, b FROM identity_edges UNION SELECT a, b FROM identity_refusals WHERE b >= 0"""


def run_demo(home: Path, *, seed: int = 0) -> dict[str, Any]:
    """The figures of the demo world of a home. ``seed`` draws the intervals.

    Raises:
        Refused: there is no demo in this home, or nothing of it has arrived.
    """
    begun, cpu = time.monotonic(), time.process_time()
    truth = _truth(home / "demo" / "truth.parquet")
    nodes, profiles, evidence = _state(Home(home).state)
    arrived = [key for key in truth if key in nodes]
    if not arrived:
        raise Refused("no_demo", "no identifier of the demo has arrived yet; load it by: triptych demo")
    entities = [truth[key] for key in arrived]
    predicted = [profiles[nodes[key]] for key in arrived]
    closure = [evidence[nodes[key]] for key in arrived]
    scored = time.monotonic()
    return {
        "dataset": "demo",
        **score(entities, predicted),
        "intervals": intervals(entities, predicted, seed=seed),
        "candidate_recall": score(entities, closure)["pair_recall"],
        "candidates": evidence[-1],
        "records": len(arrived),
        "unseen": len(truth) - len(arrived),
        "seed": seed,
        "entities": len(set(entities)),
        "true_pairs": pairs(entities),
        "method": "online graph",
        "labels": 0,
        "threshold_tuned_on": "none",
        "seconds_normalise": 0.0,
        "seconds_block": 0.0,
        "seconds_train": 0.0,
        "seconds_score": round(time.monotonic() - scored, 3),
        "seconds_cluster": 0.0,
        "seconds_read": round(scored - begun, 3),
        "cpu_s": round(time.process_time() - cpu, 2),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "versions": {
            "triptych": version("triptych"),
            "numpy": version("numpy"),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
        },
    }


def _truth(file: Path) -> dict[Key, int]:
    if not file.exists():
        raise Refused("no_demo", "there is no demo in this home; load one by: triptych demo")
    table = pq.read_table(file, columns=["type", "value", "entity"]).to_pydict()
    kinds = {kind.word: int(kind) for kind in IdentifierType}
    rows = zip(table["type"], table["value"], table["entity"], strict=True)
    return {(kinds[kind], value): int(entity) for kind, value, entity in rows}


def _state(file: Path) -> tuple[dict[Key, int], dict[int, int], Mapping[int, int]]:
    """The node of each identifier, the profile of each node, and what all evidence would join (-1: how much of it)."""
    if not file.exists():
        raise Refused("no_state", "the engine has not begun yet; start it by: triptych serve")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT node, type, value, profile FROM identity_nodes").fetchall()
        edges = connection.execute(_EVIDENCE).fetchall()
    nodes = {(kind, value): node for node, kind, value, _ in rows}
    profiles = {node: profile for node, _, _, profile in rows}
    ends = [(node, node) for node in profiles] + [(a, b) for a, b in edges if a in profiles and b in profiles]
    joined = _joined(ends)
    return nodes, profiles, {**joined, -1: len(edges)}


def _joined(ends: list[tuple[int, int]]) -> dict[int, int]:
    """The component of each node in a graph of edges: an edge is a record that both its ends label."""
    root: dict[int, int] = {}

    def top(node: int) -> int:
        root.setdefault(node, node)
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for a, b in ends:
        root[top(a)] = top(b)
    return {node: top(node) for node in list(root)}
