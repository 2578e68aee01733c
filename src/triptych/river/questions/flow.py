"""Questions about what flows: status, the live page, quarantine, the export."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import msgspec

from triptych.cdp.profiles import people
from triptych.collect.model import encode_envelope
from triptych.ledger import Entry, LedgerReader, Row
from triptych.river import admit as admitting
from triptych.river import store
from triptych.river.batch import Batch
from triptych.river.decode import decode
from triptych.river.opening import STREAM
from triptych.river.questions.desk import Desk, Refusal, payload
from triptych.vocabulary import MICROSECONDS, EventType, Verdict

_MOST = 1_000
_LISTED = """SELECT offset, at, source, type, name, verdict, reason, detail, message_id, replayed FROM river_verdicts
    WHERE verdict = 2 AND (?1 = '' OR reason = ?1) AND (?2 = '' OR source = ?2) AND offset < ?3
    AND CASE ?4 WHEN 'waiting' THEN replayed IS NULL WHEN 'replayed' THEN replayed IS NOT NULL ELSE 1 END
    ORDER BY offset DESC LIMIT ?5"""
_GROUPS = """SELECT reason, detail, name, source, count(*), min(at), max(at) FROM river_verdicts
    WHERE verdict = 2 AND replayed IS NULL GROUP BY reason, detail, name, source ORDER BY count(*) DESC LIMIT 200"""
_WAITING = "SELECT sum(replayed IS NULL), sum(replayed IS NOT NULL) FROM river_verdicts WHERE verdict = 2"
_EXPORT = """SELECT e."offset", e.message_id, e.source, epoch_us(e.received_at), epoch_us(e.ts), e.type, e.name,
    e.properties, e.node_hash FROM events AS e WHERE e."offset" >= ?::UBIGINT AND e."offset" < ?::UBIGINT
    ORDER BY 1"""
_OWNERS = """SELECT n.hash_hi, p.profile_id FROM identity_nodes AS n JOIN identity_profiles AS p USING (profile)
    WHERE n.hash_hi IN (SELECT value FROM json_each(?))"""


class Nothing(msgspec.Struct):
    """A question without parameters."""


class Live(msgspec.Struct):
    """What of the recent events to show."""

    after: int = -1
    limit: int = 50
    verdict: str = ""
    source: str = ""


class Place(msgspec.Struct):
    """One event."""

    offset: int


class Quarantined(msgspec.Struct):
    """What of the quarantine to list. ``before`` is the offset of the last one seen, 0 for none."""

    reason: str = ""
    source: str = ""
    before: int = 0
    limit: int = 50
    state: str = ""


class DryRun(msgspec.Struct):
    """Which waiting events to judge again."""

    reason: str = ""
    detail: str = ""
    source: str = ""


class Export(msgspec.Struct):
    """A page of the export."""

    after: int = -1
    limit: int = 5_000


def status(desk: Desk, asked: Nothing) -> dict[str, Any]:
    """How far the river is, and the conservation law."""
    del asked
    ledger = LedgerReader(desk.engine.config.ledger, STREAM)
    try:
        with desk.state() as state:
            meta, counts, heard = store.read_meta(state), store.read_counts(state), store.read_sources(state)
        accepted = ledger.accepted()
        in_flight = accepted - ledger.accepted_before(meta.get("offset", 0))
        waiting = list(ledger.rows(meta.get("offset", 0), limit_rows=1)) if in_flight else []
    finally:
        ledger.close()
    lag = max(0, desk.engine.config.clock() - waiting[0].received_at) if waiting else 0
    verdicts = [verdict.word for verdict in Verdict]
    sources: dict[str, dict[str, int]] = {}
    for (source, what), count in counts.items():
        sources.setdefault(source, {"accepted": 0})[what] = count
        sources[source]["accepted"] += count if what in verdicts else 0
    for source, last_at in heard.items():
        sources.setdefault(source, {"accepted": 0})["last_at"] = last_at
    return {
        "counts": {
            "accepted": accepted,
            **{word: meta.get(word, 0) for word in verdicts},
            "duplicate_conflict": meta.get("duplicate_conflict", 0),
            "in_flight": in_flight,
        },
        "offset": meta.get("offset", 0),
        "now": meta.get("now", 0),
        "version": meta.get("version", -1),
        "lag_s": round(lag / MICROSECONDS, 3),
        "sources": sources,
        "warehouse": {"offset": desk.rooms.follower.offset, "waiting": desk.rooms.follower.waiting},
        **desk.engine.pace.figures(),
        **desk.kept("people", 5.0, lambda: _people(desk)),
    }


def _people(desk: Desk) -> dict[str, int]:
    with desk.state() as state:
        ((profiles,),) = state.execute("SELECT count(*) FROM identity_profiles WHERE redirect IS NULL").fetchall()
        ((identifiers,),) = state.execute("SELECT count(*) FROM identity_nodes").fetchall()
        return {"profiles": profiles, "identifiers": identifiers, "named_profiles": people.count(state)}


def live(desk: Desk, asked: Live) -> dict[str, Any]:
    """The newest events, newest first."""
    events, end = desk.rooms.recent.newest(
        limit=min(asked.limit, _MOST), after=asked.after, verdict=asked.verdict, source=asked.source
    )
    return {"end": end or desk.rooms.offset, "events": events}


def live_event(desk: Desk, asked: Place) -> dict[str, Any]:
    """One recent event, with its stages and as it was sent."""
    found = desk.rooms.recent.event(asked.offset)
    sent = desk.sent(asked.offset)
    if found is None:
        raise Refusal("not_found", "the event is no longer among the recent ones")
    return found | {"payload": payload(sent.event) if sent else None}


def quarantine(desk: Desk, asked: Quarantined) -> dict[str, Any]:
    """What was set aside, newest first, and in groups of one cause."""
    limit = max(1, min(asked.limit, _MOST))
    before = asked.before or 1 << 62
    with desk.state() as state:
        rows = state.execute(_LISTED, (asked.reason, asked.source, before, asked.state, limit + 1)).fetchall()
        groups = state.execute(_GROUPS).fetchall()
        ((waiting, replayed),) = state.execute(_WAITING).fetchall()
        version = store.read_meta(state).get("version", -1)
    names = ("reason", "detail", "event", "source", "count", "first_at", "last_at")
    return {
        "waiting": waiting or 0,
        "replayed": replayed or 0,
        "groups": [dict(zip(names, group, strict=True)) | {"version": version} for group in groups],
        "events": [_quarantined(row) for row in rows[:limit]],
        "next": rows[limit - 1][0] if len(rows) > limit else 0,
    }


def _quarantined(row: tuple[Any, ...]) -> dict[str, Any]:
    offset, at, source, kind, name, verdict, reason, detail, message_id, replayed = row
    return {
        "offset": offset,
        "received_at": at,
        "source": source,
        "type": EventType(kind).word if kind else "",
        "event": name,
        "who": None,
        "verdict": Verdict(verdict).word,
        "reason": reason,
        "detail": detail,
        "message_id": message_id,
        "profile_id": None,
        "audiences": [],
        "replayed_as": replayed,
    }


def quarantine_event(desk: Desk, asked: Place) -> dict[str, Any]:
    """One event that was set aside, as it was sent."""
    with desk.state() as state:
        rows = state.execute(
            "SELECT offset, at, source, type, name, verdict, reason, detail, message_id, replayed FROM river_verdicts"
            " WHERE offset = ?",
            (asked.offset,),
        ).fetchall()
    if not rows:
        raise Refusal("not_found", "no such event was set aside")
    sent = desk.sent(asked.offset)
    return _quarantined(rows[0]) | {
        "payload": payload(sent.event) if sent else None,
        "version": sent.envelope.version if sent else -1,
    }


def quarantine_dry_run(desk: Desk, asked: DryRun) -> dict[str, Any]:
    """What would become of waiting events under the definitions in force now."""
    with desk.state() as state:
        version = store.read_meta(state).get("version", -1)
        offsets = [
            row[0]
            for row in state.execute(_LISTED, (asked.reason, asked.source, 1 << 62, "waiting", _MOST)).fetchall()
            if not asked.detail or row[7] == asked.detail
        ]
    rows = [row for row in (_again(desk, offset, version) for offset in offsets) if row is not None]
    batch = admitting.admit(decode(Batch(rows), desk.rooms), dataclasses.replace(desk.rooms, poisoned=set()))
    stay = Counter(str(turned.reason) for turned in batch.turned.values())
    return {
        "would_store": len(rows) - stay.total(),
        "would_stay": [{"reason": reason, "count": count} for reason, count in stay.most_common()],
        "version": version,
    }


def _again(desk: Desk, offset: int, version: int) -> Row | None:
    sent = desk.sent(offset)
    if sent is None:
        return None
    head = encode_envelope(msgspec.structs.replace(sent.envelope, version=version))
    return Row(offset, 1, sent.now, (Entry(head, b"[" + sent.event + b"]", 1, 1),))


def export_events(desk: Desk, asked: Export) -> dict[str, Any]:
    """A page of the stored events, in ledger order: those of a stretch of offsets, which may be few, or none."""
    start = max(asked.after + 1, 0)
    end, reach = start + max(1, min(asked.limit, 20_000)), desk.rooms.offset
    with desk.warehouse() as reader:
        rows = reader.rows(_EXPORT, [start, end])
    hashes = sorted({_signed(row[8]) for row in rows})
    with desk.state() as state:
        owners = dict(state.execute(_OWNERS, (msgspec.json.encode(hashes).decode(),)).fetchall())
    events = [
        {
            "offset": offset,
            "message_id": message_id,
            "source": source,
            "received_at": received_at,
            "timestamp": at,
            "profile_id": owners.get(_signed(node)),
            "type": kind,
            "event": name,
            "properties": msgspec.json.decode(properties) if properties else {},
        }
        for offset, message_id, source, received_at, at, kind, name, properties, node in rows
    ]
    return {"events": events, "next": end - 1 if end < reach else None}


def _signed(word: int) -> int:
    return word - (1 << 64) if word >= 1 << 63 else word
