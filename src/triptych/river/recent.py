"""The last events that went through, with what became of each: what the live page shows. Memory only."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec

from triptych.audiences.flips import Flip
from triptych.river.batch import Batch
from triptych.vocabulary import EventType, IdentifierType, Verdict

KEPT = 2_000
PER_BATCH = 200

Whose = Callable[[int], tuple[int, str] | None]
"""The profile that a node belongs to, and its lasting id."""


class Recent:
    """A ring of recent events, newest last. Written by the river, read by whoever asks."""

    def __init__(self) -> None:
        self._events: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def take(self, batch: Batch, whose: Whose) -> None:
        """Remember the last events of a batch, and what was held back at the door."""
        columns = batch.columns
        rows = range(max(0, columns.size - PER_BATCH), columns.size)
        homes = {row: int(batch.resolution.home[row]) for row in rows if batch.outcome[row] == Verdict.STORED}
        owners = {row: owner for row, node in homes.items() if node >= 0 and (owner := whose(node)) is not None}
        flips = _by_profile(batch.flips, {profile for profile, _ in owners.values()})
        stages = [{"name": name, "ms": round(spent * 1e3, 3), "note": {}} for name, spent in batch.seconds.items()]
        spent = round(sum(batch.seconds.values()) * 1e3, 3)
        found: list[dict[str, Any]] = [
            {
                "offset": stub.offset,
                "received_at": stub.now,
                "source": stub.source,
                "type": "",
                "event": "",
                "who": None,
                "verdict": Verdict.SUPPRESSED.word,
                "reason": stub.reason,
                "detail": "",
                "message_id": "",
            }
            for stub in batch.columns.stubs[-PER_BATCH:]
        ]
        changes = _changes(batch, int(columns.offset[rows.start])) if rows else {}
        for row in rows:
            profile, profile_id = owners.get(row, (-1, None))
            event = _event(batch, row) | {"profile_id": profile_id, "audiences": flips.get(profile, [])}
            event["changes"] = changes.get(event["offset"], [])
            found.append(event | {"stages": stages, "commit_ms": spent})
        found.sort(key=lambda event: event["offset"])
        with self._lock:
            self._events.extend(found)

    def newest(
        self, *, limit: int = 50, after: int = -1, verdict: str = "", source: str = ""
    ) -> tuple[list[dict[str, Any]], int]:
        """The newest events after an offset, newest first, and the offset after the last one seen."""
        with self._lock:
            events = list(self._events)
        end = events[-1]["offset"] + 1 if events else 0
        found = [
            event
            for event in reversed(events)
            if event["offset"] > after
            and (not verdict or event["verdict"] == verdict)
            and (not source or event["source"] == source)
        ]
        return [
            {key: value for key, value in event.items() if key not in {"stages", "changes"}} for event in found[:limit]
        ], end

    def event(self, offset: int) -> dict[str, Any] | None:
        """One event with the times of its stages, while it is remembered."""
        with self._lock:
            for event in reversed(self._events):
                if event["offset"] == offset:
                    return dict(event)
        return None

    def clear(self) -> None:
        """Forget them all, for some may be an erased person's."""
        with self._lock:
            self._events.clear()


def _event(batch: Batch, row: int) -> dict[str, Any]:
    """An event as the live page shows it, but for what came of it."""
    columns = batch.columns
    home, name, turned = int(columns.home[row]), int(columns.name[row]), batch.turned.get(row)
    who = [IdentifierType(int(columns.ident_type[home])).word, columns.ident_value[home]] if home >= 0 else None
    return {
        "offset": int(columns.offset[row]),
        "received_at": int(columns.received_at[row]),
        "source": columns.sources[columns.source[row]],
        "type": EventType(int(columns.type[row])).word if columns.type[row] else "",
        "event": columns.names[name] if name >= 0 else "",
        "who": who,
        "verdict": Verdict(int(batch.outcome[row])).word,
        "reason": str(turned.reason) if turned else "duplicate_conflict" if batch.conflict[row] else "",
        "detail": turned.detail if turned else "",
        "message_id": columns.message_id[row],
    }


def _changes(batch: Batch, first: int) -> dict[int, list[dict[str, Any]]]:
    """What the batch's events from an offset on said of people, by event."""
    found: dict[int, list[dict[str, Any]]] = {}
    for claim in batch.folded.claims:
        if claim.offset >= first:
            change = {"name": claim.name, "before": None, "after": msgspec.json.decode(claim.value)}
            found.setdefault(claim.offset, []).append(change)
    return found


def _by_profile(flips: tuple[Flip, ...], profiles: set[int]) -> dict[int, list[dict[str, str]]]:
    """The flips of some profiles."""
    found: dict[int, list[dict[str, str]]] = {}
    for flip in flips:
        if flip.profile in profiles:
            found.setdefault(flip.profile, []).append({"audience": flip.audience, "kind": flip.kind.value})
    return found
