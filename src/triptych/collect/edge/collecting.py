"""The routes by which events come in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from triptych.collect.edge import pixels
from triptych.collect.edge.answers import GIF, OK, Answer, error
from triptych.collect.edge.door import Door
from triptych.collect.edge.request import Request
from triptych.collect.edge.wirebodies import BadBody, Posted, read_batch, read_event

Handler = Callable[[Door, Request], Awaitable[Answer]]

CALLS = {"identify": "i", "track": "t", "page": "p", "screen": "s", "group": "g", "alias": "a"}
"""The calls, and the letters that analytics-next writes for them."""


async def batch(door: Door, request: Request) -> Answer:
    """Take a batch. A bad event never fails it: the river quarantines that one alone."""
    try:
        request.body = await door.body_of(request)
        posted = read_batch(request.body, most=door.config.limits.batch_events)
    except BadBody as bad:
        return error(bad.code, bad.detail)
    admission = door.admit(request, body_key=posted.key)
    if isinstance(admission, Answer):
        return admission
    return await door.accept(request, posted, admission)


def single(call: str) -> Handler:
    """The handler of a single-event route. An event that is not valid is kept and answered with 400."""

    async def handle(door: Door, request: Request) -> Answer:
        try:
            request.body = await door.body_of(request)
            posted = read_event(request.body, call)
        except BadBody as bad:
            return error(bad.code, bad.detail)
        return await _take_one(door, request, posted)

    return handle


def segment_pixel(call: str) -> Handler:
    """The handler of Segment's pixel: the picture, whatever happens."""

    async def handle(door: Door, request: Request) -> Answer:
        try:
            posted = pixels.segment(request.query_string, call)
        except BadBody as bad:
            door.counters.errors[bad.code] += 1
            return GIF
        await _take_one(door, request, posted)
        return GIF

    return handle


def rudder_pixel(call: str) -> Handler:
    """The handler of RudderStack's pixel: the picture, whatever happens."""

    async def handle(door: Door, request: Request) -> Answer:
        try:
            posted = pixels.rudder(request.query_string, call, request.now)
        except BadBody as bad:
            door.counters.errors[bad.code] += 1
            return GIF
        await _take_one(door, request, posted)
        return GIF

    return handle


async def discard(door: Door, request: Request) -> Answer:
    """Take a client's statistics about itself, and forget them."""
    try:
        await door.body_of(request)
    except BadBody as bad:
        return error(bad.code, bad.detail)
    door.counters.discarded += 1
    return OK


async def _take_one(door: Door, request: Request, posted: Posted) -> Answer:
    admission = door.admit(request, body_key=posted.key)
    if isinstance(admission, Answer):
        return admission
    accepted = await door.accept(request, posted, admission)
    return accepted if accepted is not OK else door.verdict(posted, admission)
