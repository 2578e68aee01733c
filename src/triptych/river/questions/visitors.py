"""Questions about visitors. No number of visitors below fifty leaves here; instants are whole hours."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import numpy as np

from triptych.audiences import AudienceError, Node, check
from triptych.audiences.segments import told, told_matrix
from triptych.collect.visitors import STREAM
from triptych.dmp.visitors import read, store
from triptych.dmp.visitors.model import LIFE_HOURS
from triptych.ledger import LedgerReader
from triptych.river.questions.desk import Desk, Refusal
from triptych.river.visitors.rooms import VisitorRooms

_MOST = 500
_HANDLES = "SELECT ordinal, handle FROM visitors_known WHERE ordinal IN (SELECT value FROM json_each(?))"
_SEGMENTS = """SELECT ordinal, segment FROM visitors_members WHERE ordinal IN (SELECT value FROM json_each(?))
    ORDER BY segment"""


class Nothing(msgspec.Struct):
    """A question without parameters."""


class Page(msgspec.Struct):
    """A page of visitors, the youngest first; of one segment, if one is named."""

    after: str = ""
    limit: int = 50
    segment: str = ""


class Who(msgspec.Struct):
    """A visitor."""

    handle: str


class Draft(msgspec.Struct):
    """A tree that is being written."""

    tree: Any


class Which(msgspec.Struct):
    """Some segments, or all."""

    segments: tuple[str, ...] | None = None


def visitors(desk: Desk, asked: Page) -> dict[str, Any]:
    """A page of visitors. A segment that is too small to be counted is too small to be listed."""
    rooms, limit = desk.visitors.rooms, max(1, min(asked.limit, _MOST))
    if asked.segment and told(rooms.segments.sizes().get(asked.segment, 0)).size is None:
        return {"visitors": [], "next": "", "under": told(0).under}
    before = int(asked.after) if asked.after.isdecimal() else None

    def page(rooms: VisitorRooms) -> dict[str, Any]:
        chosen = _chosen(rooms, asked.segment, before, limit + 1)
        more, chosen = chosen.size > limit, chosen[:limit]
        return {
            "visitors": _rows(rooms, chosen),
            "next": str(int(chosen[-1])) if more else "",
        }

    return desk.visitors.between(page)


def visitor(desk: Desk, asked: Who) -> dict[str, Any] | None:
    """One visitor; nothing where nobody has this handle."""
    with desk.visitors.reading() as state:
        return read.visitor(state, asked.handle)


def segments(desk: Desk, asked: Nothing) -> dict[str, Any]:
    """Every segment and how many are in it."""
    del asked
    segments = desk.visitors.rooms.segments
    found = sorted(segments.sizes().items())
    return {
        "segments": [{"segment": segment, **_told(size)} for segment, size in found],
        "visitors": segments.visitors,
    }


def segment_size(desk: Desk, asked: Draft) -> dict[str, Any]:
    """How many a tree would find, and how many each condition of it."""
    began = time.perf_counter()
    try:
        tree = check(msgspec.convert(asked.tree, Node), world="visitors")
    except (AudienceError, msgspec.ValidationError) as error:
        raise Refusal("bad_tree", str(error)) from None
    size = desk.visitors.rooms.segments.size(tree)
    return {
        **_told(size.size),
        "of": size.of,
        "ms": round((time.perf_counter() - began) * 1e3, 2),
        "parts": [{"path": part.path, **_told(part.size)} for part in size.parts],
    }


def overlap(desk: Desk, asked: Which) -> dict[str, Any]:
    """How many visitors each two segments share."""
    began = time.perf_counter()
    found = desk.visitors.rooms.segments.matrix(asked.segments)
    return {
        "segments": list(found.segments),
        "matrix": told_matrix(found),
        "under": told(0).under,
        "ms": round((time.perf_counter() - began) * 1e3, 2),
    }


def visitors_status(desk: Desk, asked: Nothing) -> dict[str, Any]:
    """How far the river has come, and what it made of what it met."""
    del asked
    rooms = desk.visitors.rooms
    ledger = LedgerReader(desk.visitors.config.ledger, STREAM)
    try:
        end = ledger.end_offset()
    finally:
        ledger.close()
    with desk.visitors.reading() as state:
        meta = store.read_meta(state)
        owed = state.execute("SELECT count(*) FROM visitors_forget_due").fetchall()[0][0]
    counts = {name: meta.get(name, 0) for name in ("observations", "duplicate", "refused", "withdrawn")}
    return {
        "offset": meta.get("offset", 0),
        "lag": end - meta.get("offset", 0),
        "hour": read.at(meta["hour"]) if "hour" in meta else None,
        "visitors": rooms.census.living,
        "forget_due": owed,
        **counts,
    }


def _told(size: int) -> dict[str, int | None]:
    found = told(size)
    return {"size": found.size} if found.under is None else {"size": None, "under": found.under}


def _chosen(rooms: VisitorRooms, segment: str, before: int | None, limit: int) -> np.ndarray[Any, np.dtype[np.uint32]]:
    """Ordinals, the youngest first, below a cursor."""
    members = np.array(rooms.segments.members(segment), np.uint32) if segment else rooms.census.ordinals()
    if before is not None:
        members = members[: int(np.searchsorted(members, before))]
    return members[::-1][:limit]


def _rows(rooms: VisitorRooms, chosen: np.ndarray[Any, np.dtype[np.uint32]]) -> list[dict[str, Any]]:
    asked = (msgspec.json.encode(chosen.tolist()).decode(),)
    handles = dict(rooms.state.execute(_HANDLES, asked).fetchall())
    inside: dict[int, list[str]] = {}
    for ordinal, segment in rooms.state.execute(_SEGMENTS, asked).fetchall():
        inside.setdefault(ordinal, []).append(segment)
    census = rooms.census
    return [
        {
            "handle": store.handle_text(handles[ordinal]),
            "since": read.at(int(census.since[ordinal])),
            "until": read.at(int(census.since[ordinal]) + LIFE_HOURS),
            "last_hour": read.at(int(census.last[ordinal])),
            "observations": int(census.count[ordinal]),
            "by": read.consent_parts(rooms.consents[census.consent[ordinal]])[0],
            "segments": inside.get(ordinal, []),
        }
        for ordinal in chosen.tolist()
    ]
