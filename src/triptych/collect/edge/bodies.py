"""Read a request's body, however it is packed, and no more of it than is allowed."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from typing import Protocol

from triptych.collect.limits import Limits

_PATIENCE = 0.5
"""Seconds that are spent on swallowing a body that will be refused, so that the client gets to read why."""


class TooLarge(Exception):
    """The body is larger than allowed, packed or unpacked."""


class Unreadable(Exception):
    """The body is not what its ``Content-Encoding`` says."""


class Reading(Protocol):
    """The part of granian's protocol object that gives the body."""

    async def __call__(self) -> bytes:
        """The whole body."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...


async def read(reading: Reading, length: str | None, limits: Limits) -> bytes:
    """The body as it was sent.

    Raises:
        TooLarge: It is longer than a body may be.
    """
    if length is not None and length.isdecimal():
        if int(length) > limits.body_bytes:
            await _swallow(reading)
            raise TooLarge
        return await reading()
    parts: list[bytes] = []
    size = 0
    async for part in reading:
        size += len(part)
        if size > limits.body_bytes:
            await _swallow(reading)
            raise TooLarge
        parts.append(bytes(part))
    return b"".join(parts)


async def _swallow(reading: Reading) -> None:
    """Read on for a moment and keep nothing."""

    async def drain() -> None:
        async for _ in reading:
            pass

    try:
        await asyncio.wait_for(drain(), _PATIENCE)
    except (TimeoutError, RuntimeError):
        return


def unpack(body: bytes, encoding: str | None, limits: Limits) -> bytes:
    """The body as the client meant it.

    Raises:
        TooLarge: It unpacks to more than a body may hold, or is packed tighter than honest text gets.
        Unreadable: It is not packed as announced.
    """
    if encoding is None or encoding in {"", "identity"}:
        if body[:2] == b"\x1f\x8b":
            return _inflate(body, limits)
        return body
    if encoding.strip().lower() not in {"gzip", "x-gzip"}:
        raise Unreadable(f"Content-Encoding {encoding[:40]!r} is not supported")
    return _inflate(body, limits)


def _inflate(body: bytes, limits: Limits) -> bytes:
    """Unpack gzip, all of its members, and stop at the cap."""
    parts: list[bytes] = []
    size = 0
    rest = body
    while rest:
        inflater = zlib.decompressobj(wbits=31)
        try:
            part = inflater.decompress(rest, limits.body_bytes + 1 - size)
        except zlib.error as error:
            raise Unreadable(str(error)) from error
        size += len(part)
        if size > limits.body_bytes:
            raise TooLarge
        if not inflater.eof:
            raise Unreadable("the compressed body is cut off")
        parts.append(part)
        rest = inflater.unused_data
    if size > limits.ratio_from and size > limits.gzip_ratio * len(body):
        raise TooLarge
    return parts[0] if len(parts) == 1 else b"".join(parts)
