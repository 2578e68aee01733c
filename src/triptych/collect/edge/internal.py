"""What only our own processes may ask: controls and replays over HTTP, forgetting on the edge's own socket."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from triptych.collect.edge import keys
from triptych.collect.edge.answers import Answer, document, error
from triptych.collect.edge.door import Door, control_entry
from triptych.collect.edge.forgetting import Forgetting, forget
from triptych.collect.edge.forgetting_visitors import forget_offsets
from triptych.collect.edge.naming import normalised
from triptych.collect.edge.replaying import replays
from triptych.collect.edge.request import Request
from triptych.collect.edge.wirebodies import BadBody
from triptych.collect.visitors.model import STREAM as VISITORS
from triptych.ledger import Entry, LedgerError

STREAM = "named"
REPLAYED = "quarantine.replayed"
_LINE = 4 << 20
_PORTION = 5_000  # observations that are forgotten in one go
_STRIDE = 200  # ranges that are forgotten in one go, so that events get their turn in between


class _Controls(msgspec.Struct):
    controls: list[dict[str, Any]]


class Offsets(msgspec.Struct):
    """Places in a stream."""

    offsets: list[int]


class _Forget(msgspec.Struct):
    request: str
    ranges: list[tuple[int, int]] = []
    offsets: list[int] = []
    identifiers: list[dict[str, str]] = []
    values: list[str] = []


async def forget_observations(door: Door, offsets: list[int]) -> dict[str, Any]:
    """Rewrite the rows of the visitors stream that hold these offsets."""
    visits = door.visits
    events = rows = 0
    for start in range(0, len(offsets) if visits is not None else 0, _PORTION):
        work = partial(forget_offsets, door.config.ledger, VISITORS, offsets[start : start + _PORTION])
        if visits is not None:
            done = await visits.observer.appender.between_commits(work)
            events += done[0]
            rows += done[1]
    return {"observations": events, "rows": rows}


def is_ours(door: Door, request: Request) -> bool:
    """Whether the request carries the internal key."""
    token = keys.presented(request.headers.get("authorization")).bearer
    return bool(token) and hmac.compare_digest(token.encode(), door.config.internal_key.encode())


async def control(door: Door, request: Request) -> Answer:
    """Append decisions: ``{"controls": [{"name": …, …}]}``. Answers the offset of each, in order."""
    if not is_ours(door, request):
        return error("unauthorized", cors=False)
    try:
        asked = msgspec.json.decode(await door.body_of(request), type=_Controls)
    except BadBody as bad:
        return error(bad.code, bad.detail, cors=False)
    except (msgspec.MsgspecError, RecursionError):
        return error("invalid_request", 'the body must be {"controls": [{"name": …}]}', cors=False)
    named = [(item.get("name"), item) for item in asked.controls]
    if not named or not all(isinstance(name, str) and name for name, _ in named):
        return error("invalid_request", "every control needs a name", cors=False)
    version = _version(door)
    places = [item["offset"] for name, item in named if name == REPLAYED and isinstance(item.get("offset"), int)]
    again = await _look_up(door, places, version) if places else {}
    entries: list[Entry] = []
    for name, item in named:
        if name == REPLAYED and item.get("offset") in again:
            entries.append(again[item["offset"]])
        else:
            entries.append(control_entry(str(name), item, version=version, now=request.now))
    return await _append(door, entries)


async def replay(door: Door, request: Request) -> Answer:
    """Bring quarantined events back: ``{"offsets": […]}``. Answers the new offset of each that could be."""
    if not is_ours(door, request):
        return error("unauthorized", cors=False)
    try:
        asked = msgspec.json.decode(await door.body_of(request), type=Offsets)
    except BadBody as bad:
        return error(bad.code, bad.detail, cors=False)
    except (msgspec.MsgspecError, RecursionError):
        return error("invalid_request", 'the body must be {"offsets": […]}', cors=False)
    again = await _look_up(door, asked.offsets, _version(door))
    if not again:
        return document({"success": True, "replayed": {}}, cors=False)
    outcome = await door.append(list(again.values()), sum(len(entry.body) for entry in again.values()))
    if not isinstance(outcome, int):
        return door.unavailable(outcome)._replace(cors=False)
    placed = {str(old): outcome + place for place, old in enumerate(again)}
    return document({"success": True, "replayed": placed}, cors=False)


async def _append(door: Door, entries: list[Entry]) -> Answer:
    outcome = await door.append(entries, sum(len(entry.body) for entry in entries))
    if not isinstance(outcome, int):
        return door.unavailable(outcome)._replace(cors=False)
    end = outcome + len(entries)
    body = {"success": True, "first_offset": outcome, "next_offset": end, "offsets": list(range(outcome, end))}
    return document(body, cors=False)


async def _look_up(door: Door, offsets: list[int], version: int) -> dict[int, Entry]:
    work = partial(replays, door.config.ledger, STREAM, offsets, version=version)
    found: dict[int, Entry] = await asyncio.to_thread(work)
    return found


def _version(door: Door) -> int:
    keyring = door.definitions.current()
    return 0 if keyring is None else keyring.version


async def listen(door: Door, path: Path) -> asyncio.AbstractServer:
    """Open the edge's own socket: one JSON object a line, one answer a line."""
    listener = _bound(path)
    return await asyncio.start_unix_server(partial(_serve, door), sock=listener, limit=_LINE)


def _bound(path: Path) -> socket.socket:
    """A socket at ``path`` that only its owner may use; what an earlier process left there goes."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    return listener


async def _serve(door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while line := await reader.readline():
            writer.write(json.dumps(await answer(door, line)).encode() + b"\n")
            await writer.drain()
    except (ValueError, ConnectionError):
        pass
    finally:
        writer.close()


async def answer(door: Door, line: bytes) -> dict[str, Any]:
    """Do what one line asks, and say what came of it."""
    try:
        asked = json.loads(line)
        does = _COMMANDS[asked["do"]]
        return {"ok": True, "answer": await does(door, line)}
    except (KeyError, TypeError, ValueError, msgspec.MsgspecError) as caught:
        return {"ok": False, "code": "invalid_request", "message": f"{type(caught).__name__}: {caught}"}
    except LedgerError as caught:
        return {"ok": False, "code": "ledger_failed", "message": str(caught)}


async def _forget(door: Door, line: bytes) -> dict[str, Any]:
    """Forget a person in the events at the given offsets."""
    asked = msgspec.json.decode(line, type=_Forget)
    identifiers = normalised((item["type"], item["value"]) for item in asked.identifiers)
    ranges = sorted([*asked.ranges, *((offset, offset + 1) for offset in asked.offsets)])
    events = rows = 0
    for start in range(0, len(ranges), _STRIDE):
        wanted = Forgetting(
            request=asked.request,
            ranges=tuple(ranges[start : start + _STRIDE]),
            identifiers=frozenset(identifiers),
            values=frozenset(asked.values),
        )
        done = await door.appender.between_commits(partial(forget, door.config.ledger, STREAM, wanted))
        events += done[0]
        rows += done[1]
    return {"request": asked.request, "events": events, "rows": rows}


async def _status(door: Door, _: bytes) -> dict[str, Any]:
    """Where the ledger ends and how the writer fares."""
    appender = door.appender
    return {
        "next_offset": appender.next_offset,
        "accepted": appender.accepted,
        "queued": appender.queued,
        "trouble": str(appender.trouble) if appender.trouble is not None else None,
    }


async def _forget_visitors(door: Door, line: bytes) -> dict[str, Any]:
    """Forget visitors in the observations at the given offsets of their stream."""
    return await forget_observations(door, msgspec.json.decode(line, type=Offsets).offsets)


_COMMANDS: dict[str, Callable[[Door, bytes], Any]] = {
    "forget": _forget,
    "forget_visitors": _forget_visitors,
    "status": _status,
}
