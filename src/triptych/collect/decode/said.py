"""What events say, field by field: where it stands, in one buffer of all bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from triptych.collect.decode import scan
from triptych.collect.decode.hashing import Packed
from triptych.collect.decode.scan import Found
from triptych.collect.decode.wire import NO_DEVICE, Device, Unread, WireEvent, read_body
from triptych.collect.limits import shape_fault
from triptych.collect.texts import Raws, Texts
from triptych.vocabulary import Reason

_DEVICE = msgspec.json.Decoder(Device)
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_TAIL = bytes(16)
_OBJECT = ord("{")


class Body(NamedTuple):
    """The events of an entry as they were sent, how many they are, and the context that the batch says for all."""

    content: bytes
    events: int
    context: bytes


@dataclass(slots=True)
class Said:
    """Places by field and event; odd fields as dictionaries by row. ``unread`` says why an event could not be read."""

    data: bytes
    found: Found
    device: dict[int, Device] = field(default_factory=dict)
    erased: dict[int, str] = field(default_factory=dict)
    unread: dict[int, Unread] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many events there are."""
        return self.found.direct.size

    def texts(self, place: int) -> Texts:
        """A field that is text."""
        return Texts(self.data, self.found.place[place], self.found.length[place])

    def either(self, own: int, other: int) -> Texts:
        """The first of two fields that says something."""
        mine, yours = self.texts(own), self.texts(other)
        if not (yours.length > 0).any():
            return mine
        said = mine.length > 0
        return Texts(
            self.data,
            np.where(said, mine.place, yours.place),
            np.where(said, mine.length, yours.length).astype(np.int32),
        )

    def objects(self, place: int) -> Raws:
        """A field that is a JSON object; what is none, or an empty one, is absent."""
        begin, length = self.found.place[place], self.found.length[place]
        kept = length > 2
        kept[kept] = np.frombuffer(self.data, np.uint8)[begin[kept]] == _OBJECT
        return Raws(self.data, begin, np.where(kept, length, -1).astype(np.int32))

    def rare(self, place: int) -> dict[int, bytes]:
        """A field of JSON that most events lack, by row."""
        begin, length = self.found.place[place], self.found.length[place]
        rows = np.flatnonzero(length > 2)
        ends = begin[rows] + length[rows]
        return {
            row: self.data[at:end]
            for row, at, end in zip(rows.tolist(), begin[rows].tolist(), ends.tolist(), strict=True)
        }

    def address(self, rows: slice, *, ip: slice | None, agent: slice | None, browser: bool) -> None:
        """Fill in what a request tells better than its events do (N5); ``ip`` and ``agent`` stand in the buffer."""
        place, length = self.found.place, self.found.length
        if ip is not None:
            told = np.full(place[scan.IP, rows].size, fill_value=True) if browser else self.found.direct[rows] > 0
            place[scan.IP, rows][told] = ip.start
            length[scan.IP, rows][told] = ip.stop - ip.start
        if agent is not None and browser:
            told = length[scan.USER_AGENT, rows] <= 0
            place[scan.USER_AGENT, rows][told] = agent.start
            length[scan.USER_AGENT, rows][told] = agent.stop - agent.start


def read(bodies: Sequence[Body], more: bytes) -> tuple[Said, int]:
    """Read bodies; ``more`` is put behind them. Answers what was said and where ``more`` begins."""
    data = b"\0".join([*(body.content for body in bodies), more, _TAIL])
    sizes = np.fromiter((len(body.content) for body in bodies), np.int64, len(bodies))
    starts = np.cumsum(sizes + 1) - sizes - 1
    counts = np.fromiter((body.events for body in bodies), np.int64, len(bodies))
    begin = int((sizes + 1).sum())
    odd = np.fromiter((bool(body.context) for body in bodies), np.uint8, len(bodies))
    if not data.isascii():
        odd |= np.fromiter((not _is_text(body.content) for body in bodies), np.uint8, len(bodies))
    found = scan.scan(Packed(np.frombuffer(data, np.uint8), starts, starts + sizes), counts, odd)
    said = Said(data, found)
    first = np.cumsum(counts) - counts
    _devices(said, first, counts)
    _odd(said, bodies, first)
    return said, begin


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _devices(said: Said, first: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
    """Read the devices. A body with one that is of another type is odd."""
    found = said.found
    for row, raw in said.rare(scan.DEVICE).items():
        try:
            said.device[row] = _DEVICE.decode(raw)
        except (msgspec.DecodeError, RecursionError):
            body = int(np.searchsorted(first, row, side="right")) - 1
            found.odd[body] = 1
    for body in np.flatnonzero(found.odd).tolist():
        rows = slice(int(first[body]), int(first[body] + counts[body]))
        found.length[:, rows], found.direct[rows], found.size[rows] = -1, 0, 0
        for row in range(rows.start, rows.stop):
            said.device.pop(row, None)


def _odd(said: Said, bodies: Sequence[Body], first: NDArray[np.int64]) -> None:
    """Read the odd bodies patiently, and put what they say behind the others."""
    chunks: list[bytes] = []
    at = len(said.data)
    for place in np.flatnonzero(said.found.odd).tolist():
        content, count, context = bodies[place]
        events, unread = read_body(content, count, context)
        start = int(first[place])
        said.unread |= {start + row: why for row, why in _measured(said, bodies[place], start).items()}
        said.unread |= {start + row: why for row, why in unread.items()}
        for row, event in enumerate(events, start):
            for where, chunk in _parts(event):
                chunks.append(chunk)
                said.found.place[where, row], said.found.length[where, row] = at, len(chunk)
                at += len(chunk)
            said.found.direct[row] = event.context.direct is True
            if event.context.device is not NO_DEVICE:
                said.device[row] = event.context.device
            if event.erased:
                said.erased[row] = event.erased
    if chunks:
        said.data = b"".join([said.data, *chunks, _TAIL])


def _measured(said: Said, body: Body, start: int) -> dict[int, Unread]:
    """Measure each event of an odd body, and set aside those of an unreasonable shape, by their place.

    What a batch says for all of its events is part of each.
    """
    shared = shape_fault(b"[" + body.context + b"]") if body.context else None
    try:
        events = _RAWS.decode(body.content)[: body.events]
    except (msgspec.DecodeError, RecursionError):
        return {}
    shapes: dict[int, Unread] = {}
    for place, event in enumerate(map(bytes, events)):
        said.found.size[start + place] = len(event)
        shape = shape_fault(event) or shared
        if shape is not None:
            shapes[place] = Unread(Reason.INVALID_EVENT, shape)
    return shapes


def _parts(event: WireEvent) -> list[tuple[int, bytes]]:
    """The fields of an event that are there."""
    context = event.context
    page, campaign = context.page, context.campaign
    texts = (
        (scan.TYPE, event.type), (scan.EVENT, event.event), (scan.NAME, event.name), (scan.USER_ID, event.user_id),
        (scan.ANONYMOUS_ID, event.anonymous_id), (scan.PREVIOUS_ID, event.previous_id),
        (scan.GROUP_ID, event.group_id), (scan.MESSAGE_ID, event.message_id), (scan.TIMESTAMP, event.timestamp),
        (scan.ORIGINAL, event.original_timestamp), (scan.SENT_AT, event.sent_at), (scan.CHANNEL, event.channel),
        (scan.IP, context.ip), (scan.LOCALE, context.locale), (scan.USER_AGENT, context.user_agent),
        (scan.CONTEXT_CHANNEL, context.channel), (scan.CONTEXT_GROUP, context.group_id), (scan.PATH, page.path),
        (scan.TITLE, page.title), (scan.REFERRER, page.referrer), (scan.SEARCH, page.search),
        (scan.SOURCE, campaign.source), (scan.CAMPAIGN, campaign.name), (scan.MEDIUM, campaign.medium),
    )  # fmt: skip
    raws = (
        (scan.PROPERTIES, event.properties), (scan.TRAITS, event.traits), (scan.CONTEXT_TRAITS, context.traits),
        (scan.EXTERNAL_IDS, context.external_ids), (scan.CONSENT, context.consent),
    )  # fmt: skip
    found = [(where, text.encode("utf-8", "surrogatepass")) for where, text in texts if text is not None]
    return [*found, *((where, bytes(raw)) for where, raw in raws if raw)]
