"""The RSGI application: one event loop, one writer thread, one order."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
import time
from collections.abc import Awaitable
from typing import Any, Protocol
from urllib.parse import urlsplit

from triptych.collect.edge import access, reading
from triptych.collect.edge.answers import Answer, Headers, error
from triptych.collect.edge.appending import Appender
from triptych.collect.edge.bodies import Reading
from triptych.collect.edge.config import EdgeConfig
from triptych.collect.edge.cors import cross_origin, preflight
from triptych.collect.edge.definitions import Definitions
from triptych.collect.edge.door import Door, published_entry, tick_entry
from triptych.collect.edge.internal import STREAM, listen
from triptych.collect.edge.observing import Observer, hourly
from triptych.collect.edge.request import Request, Scope
from triptych.collect.edge.routes import Route, project_of, table
from triptych.collect.edge.visiting import Visits
from triptych.collect.measurement import PageCounts
from triptych.collect.visitors import KeyRing
from triptych.collect.visitors.model import STREAM as VISITORS
from triptych.collect.visitors.store import Withdrawals
from triptych.ledger import LedgerWriter

log = logging.getLogger("triptych.edge")

_LAST_WORDS = 0.5
"""Seconds between a failed sync and the end, for the answers that say so."""

_RETRY_HEADERS = ("x-retry-count", "rsa-retry-attempt")
_RETRIED = re.compile(rb'"retryCount"\s*:\s*[1-9]')
"""How analytics-next says within an event's ``_metadata`` that it comes again."""


class Answering(Reading, Protocol):
    """The part of granian's protocol object that answers."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a whole response."""


class EdgeApp:
    """The edge as granian runs it."""

    def __init__(self, config: EdgeConfig) -> None:
        self._config = config
        self._routes = table((*config.prefixes, *_path_of(config.public_url)))
        self._door: Door | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._socket: asyncio.AbstractServer | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Open the ledger and the definitions before the first request."""
        config = self._config
        writer = LedgerWriter.open(config.ledger, STREAM, config.clock)
        appender = Appender(writer, loop, on_failure=self._fail)
        observer = self._observer(loop) if config.durable else None

        def publish(version: int) -> None:
            appender.announce(published_entry(version, config.clock()))
            if observer is not None:
                observer.publish(version)

        definitions = Definitions(config.published, glance=config.glance_seconds, on_change=publish)
        definitions.refresh()
        gc.collect()
        gc.freeze()  # what stands at the start stays: the collector need not walk it at every turn
        visits = Visits(config, observer) if observer is not None else None
        counts = PageCounts(config.home / "measurement.sqlite") if config.durable else None
        self._door = Door(config, definitions, appender, visits, counts)
        self._tasks = [loop.create_task(work) for work in (self._watch(), self._listen(), self._flush())]

    def _observer(self, loop: asyncio.AbstractEventLoop) -> Observer:
        """The other stream: a writer of its own, whose clock shows whole hours."""
        config = self._config
        writer = LedgerWriter.open(config.ledger, VISITORS, hourly(config.clock))
        appender = Appender(writer, loop, on_failure=self._fail)
        withdrawals = Withdrawals(config.home / "dmp" / "withdrawn.sqlite")
        return Observer(KeyRing.of_home(config.home), withdrawals, appender, config.clock)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Write what waits and close the ledger."""
        for task in self._tasks:
            task.cancel()
        if self._socket is not None:
            self._socket.close()
        if self._door is not None:
            self._door.appender.stop()
            if self._door.visits is not None:
                self._door.visits.observer.stop()
            if self._door.counts is not None:
                self._door.counts.close()

    async def __rsgi__(self, scope: Scope, protocol: Answering) -> None:
        """Answer one request."""
        door = self._door
        if door is None or scope.proto != "http":
            protocol.response_bytes(503, [], b"")
            return
        started = time.perf_counter()
        path = scope.path
        route = self._routes.get(path)
        if route is None and len(path) > 1 and path[-1] == "/":
            route = self._routes.get(path.rstrip("/"))
        config = self._config
        request = Request(scope, protocol, path=path, now=config.clock(), trusted_proxies=config.trusted_proxies)
        answer, name = await self._answer(door, request, route)
        cors = answer.cors and (route is None or route.cors)
        headers = [*answer.headers, *cross_origin(request.origin)] if cors else answer.headers
        if request.set_cookie:
            headers = [*headers, ("set-cookie", request.set_cookie), ("cache-control", "no-store")]
        protocol.response_bytes(answer.status, headers, answer.body)
        door.counters.requests[name, answer.status] += 1
        if config.access_log:
            milliseconds = (time.perf_counter() - started) * 1000
            access.write(request.method, path, request.query_string, status=answer.status, milliseconds=milliseconds)

    async def _answer(self, door: Door, request: Request, route: Route | None) -> tuple[Answer, str]:
        """The answer to a request, and the name of its route."""
        if request.method == "OPTIONS":
            return preflight(request.origin, request.headers.get("access-control-request-headers")), "preflight"
        if route is None:
            return self._other(door, request)
        if request.method != route.method and not route.takes(request.method):
            return error("wrong_method"), route.name
        if route.method == "POST":
            for header in _RETRY_HEADERS:
                if request.headers.get(header, "0") not in {"0", None}:
                    door.counters.retries[header] += 1
        try:
            answer = await route.handler(door, request)
        except Exception:
            log.exception("the route %s failed", route.name)
            answer = error("ledger_failed")
        if request.origin is not None and b"retryCount" in request.body and _RETRIED.search(request.body):
            door.counters.retries["_metadata.retryCount"] += 1
        if answer.status >= 400:
            door.counters.errors[f"{route.name}_{answer.status}"] += 1
        return answer, route.name

    def _other(self, door: Door, request: Request) -> tuple[Answer, str]:
        """A settings document, a served file, or nothing."""
        if request.method not in {"GET", "HEAD"}:
            return error("not_found"), "unknown"
        project = project_of(request.path)
        if project is not None:
            return reading.settings(door, request, project[0], project[1]), "settings"
        found = reading.asset(door, request)
        return (error("not_found"), "unknown") if found is None else (found, "asset")

    async def _watch(self) -> None:
        """Say that time passes when nothing else does, and look at what other processes changed."""
        door, config = self._door, self._config
        if door is None:
            return
        step = min(0.5, config.idle_seconds / 4)
        while True:
            await asyncio.sleep(step)
            keyring = door.definitions.current()
            if config.suppression is not None:
                config.suppression.refresh()
            idle = time.monotonic() - door.appender.appended_at
            if idle >= config.idle_seconds and not door.appender.queued and keyring is not None and config.durable:
                await door.appender.append([tick_entry(keyring.version, config.clock())], 0)
            if door.visits is not None and keyring is not None:
                await _unharmed(door.visits.observer.keep_time(keyring.version))

    async def _flush(self) -> None:
        """Write what was observed, every so often."""
        while self._door is not None and self._door.visits is not None:
            await asyncio.sleep(self._config.flush_seconds)
            await _unharmed(self._door.visits.observer.flush())
            if self._door.counts is not None:
                await _unharmed(asyncio.to_thread(self._door.counts.write))

    async def _listen(self) -> None:
        """Open the edge's own socket."""
        if self._door is not None and self._config.durable:
            self._socket = await listen(self._door, self._config.socket)

    def _fail(self, reason: str) -> None:
        """Say why, let the last answers out, and end."""
        log.critical("the ledger failed, the edge stops: %s", reason)
        asyncio.get_running_loop().call_later(_LAST_WORDS, self._config.on_failure, reason)


async def _unharmed(work: Awaitable[object]) -> None:
    """Do one turn of something that goes on: a full disk, or whatever else, must not be the end of it."""
    try:
        await work
    except Exception:
        log.exception("what is written beside the events has to wait")


def _path_of(public_url: str) -> tuple[str, ...]:
    """The path under which clients are told to call, which is mounted too."""
    path = urlsplit(public_url).path.rstrip("/")
    return (path,) if path else ()


def make_app(config: EdgeConfig) -> Any:
    """The edge as an RSGI application, to be run by granian with one worker."""
    return EdgeApp(config)
