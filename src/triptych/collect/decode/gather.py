"""The first walk over ledger rows: envelopes read, bodies parsed, everything that is no event set apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from triptych.collect.decode.said import Body, Said, read
from triptych.collect.decode.wire import Unread
from triptych.collect.model import Control, Envelope, PublishedAt, Stub, decode_envelope
from triptych.ledger import Row

_NOTHING, _ = read((), b"")
_OBJECT = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Head:
    """What an entry of events says of all of them."""

    count: int
    first_offset: int
    now: int
    envelope: Envelope
    literal: bool

    @property
    def source(self) -> str:
        """The source that sent it."""
        return self.envelope.source

    @property
    def version(self) -> int:
        """The version of the definitions in force."""
        return self.envelope.version

    @property
    def replays(self) -> int:
        """The offset that the entry's event replays, or -1."""
        return self.envelope.replays


@dataclass(slots=True)
class Batch:
    """Rows, half read: what their events say, and the heads they came under."""

    said: Said
    heads: list[Head] = field(default_factory=list)
    unread: dict[int, Unread] = field(default_factory=dict)
    stubs: list[Stub] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    published: list[PublishedAt] = field(default_factory=list)
    ticks: int = 0
    next_offset: int = 0
    now_end: int = 0

    def each(self, per_head: Sequence[int] | Sequence[bool], dtype: Any) -> NDArray[Any]:
        """Spread a value of each head over its events."""
        counts = np.fromiter((head.count for head in self.heads), np.int64, len(self.heads))
        return np.repeat(np.array(per_head, dtype), counts)

    @property
    def offset(self) -> NDArray[np.uint64]:
        """The ledger offset of each event."""
        counts = np.fromiter((head.count for head in self.heads), np.int64, len(self.heads))
        first = self.each([head.first_offset for head in self.heads], np.int64)
        starts = np.repeat(np.cumsum(counts) - counts, counts)
        return (first + np.arange(first.size) - starts).astype(np.uint64)

    def placed(self) -> Iterator[tuple[int, Head]]:
        """Each head with the row of its first event."""
        at = 0
        for head in self.heads:
            yield at, head
            at += head.count


def gather(rows: Iterable[Row], literal: Callable[[int, str], bool]) -> Batch:
    """Read the rows into a flat batch."""
    batch = Batch(_NOTHING)
    bodies: list[Body] = []
    for row in rows:
        offset = row.first_offset
        for entry in row.entries:
            envelope = decode_envelope(entry.head)
            if envelope.kind == "events":
                kept = literal(envelope.version, envelope.source)
                head = Head(entry.count, offset, row.received_at, envelope, kept)
                batch.heads.append(head)
                bodies.append(Body(entry.body, entry.count, envelope.shared_context))
            else:
                _apart(batch, envelope, entry.body, offset, row.received_at)
            offset += entry.count
        batch.next_offset = offset
        batch.now_end = row.received_at
    told = list(dict.fromkeys(text for head in batch.heads for text in (head.envelope.ip, head.envelope.user_agent)))
    more = [text.encode("utf-8", "surrogatepass") for text in told]
    batch.said, begin = read(bodies, b"".join(more))
    batch.unread |= batch.said.unread
    if any(told):
        ends = begin + np.cumsum([len(chunk) for chunk in more])
        _address(
            batch,
            {text: slice(int(end) - len(chunk), int(end)) for text, chunk, end in zip(told, more, ends, strict=True)},
        )
    return batch


def _address(batch: Batch, places: dict[str, slice]) -> None:
    """Fill in the address and user agent that a request tells better than its events do (N5)."""
    for at, head in batch.placed():
        peer, agent = head.envelope.ip, head.envelope.user_agent
        batch.said.address(
            slice(at, at + head.count),
            ip=places[peer] if peer else None,
            agent=places[agent] if agent else None,
            browser=head.envelope.client == "browser",
        )


def _apart(batch: Batch, envelope: Envelope, body: bytes, offset: int, now: int) -> None:
    """Take an entry that is no event."""
    if envelope.kind == "tick":
        batch.ticks = now
        return
    try:
        said = _OBJECT.decode(body)
    except (msgspec.DecodeError, RecursionError):
        said = {}
    if envelope.kind == "stub":
        digest = str(said.get("id_digest") or "")
        batch.stubs.append(Stub(offset, envelope.source, str(said.get("reason") or ""), digest, now))
    elif envelope.kind == "published":
        batch.published.append(PublishedAt(offset, now, int(said.get("version") or envelope.version)))
    elif envelope.kind == "control":
        batch.controls.append(Control(offset, now, str(said.get("name") or ""), said))
