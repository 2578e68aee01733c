"""What events say, field by field: lists that grow as bodies are read.

Structs are taken apart a thousand at a time, while the processor's cache still holds them; a batch of ten thousand
read whole costs twice as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import Raw

from triptych.collect.decode.wire import NO_DEVICE, Context, Device, WireEvent

Texts = list[str | None]


def _texts() -> Texts:
    return []


@dataclass(slots=True)
class Said:
    """One list a field, one item an event; odd fields as dictionaries by row."""

    size: int = 0
    type: list[str] = field(default_factory=list)
    event: Texts = field(default_factory=_texts)
    name: Texts = field(default_factory=_texts)
    user_id: Texts = field(default_factory=_texts)
    anonymous_id: Texts = field(default_factory=_texts)
    message_id: Texts = field(default_factory=_texts)
    timestamp: Texts = field(default_factory=_texts)
    original_timestamp: Texts = field(default_factory=_texts)
    sent_at: Texts = field(default_factory=_texts)
    group_id: Texts = field(default_factory=_texts)
    channel: Texts = field(default_factory=_texts)
    ip: Texts = field(default_factory=_texts)
    locale: Texts = field(default_factory=_texts)
    user_agent: Texts = field(default_factory=_texts)
    page_path: Texts = field(default_factory=_texts)
    page_title: Texts = field(default_factory=_texts)
    referrer: Texts = field(default_factory=_texts)
    search: Texts = field(default_factory=_texts)
    campaign_source: Texts = field(default_factory=_texts)
    campaign_medium: Texts = field(default_factory=_texts)
    campaign_name: Texts = field(default_factory=_texts)
    properties: list[bytes | None] = field(default_factory=list)
    traits: dict[int, bytes] = field(default_factory=dict)
    context_traits: dict[int, bytes] = field(default_factory=dict)
    previous_id: dict[int, str] = field(default_factory=dict)
    external_ids: dict[int, bytes] = field(default_factory=dict)
    consent: dict[int, bytes] = field(default_factory=dict)
    device: dict[int, Device] = field(default_factory=dict)
    direct: set[int] = field(default_factory=set)

    def take(self, events: Sequence[WireEvent]) -> None:
        """Take events apart."""
        contexts = [event.context for event in events]
        self.type += [event.type for event in events]
        self.event += [event.event for event in events]
        self.name += [event.name for event in events]
        self.user_id += [event.user_id for event in events]
        self.anonymous_id += [event.anonymous_id for event in events]
        self.message_id += [event.message_id for event in events]
        self.timestamp += [event.timestamp for event in events]
        self.original_timestamp += [event.original_timestamp for event in events]
        self.sent_at += [event.sent_at for event in events]
        self.group_id += [event.group_id or event.context.group_id for event in events]
        self.channel += [event.channel or event.context.channel for event in events]
        self.properties += _objects([event.properties for event in events])
        _rare(self.traits, self.size, [event.traits for event in events])
        previous = [event.previous_id for event in events]
        if any(previous):
            self.previous_id |= {self.size + row: text for row, text in enumerate(previous) if text}
        self._context(contexts)
        self.size += len(events)

    def _context(self, contexts: Sequence[Context]) -> None:
        self.ip += [context.ip for context in contexts]
        self.locale += [context.locale for context in contexts]
        self.user_agent += [context.user_agent for context in contexts]
        pages = [context.page for context in contexts]
        self.page_path += [page.path for page in pages]
        self.page_title += [page.title for page in pages]
        self.referrer += [page.referrer for page in pages]
        self.search += [page.search for page in pages]
        campaigns = [context.campaign for context in contexts]
        self.campaign_source += [campaign.source for campaign in campaigns]
        self.campaign_medium += [campaign.medium for campaign in campaigns]
        self.campaign_name += [campaign.name for campaign in campaigns]
        _rare(self.context_traits, self.size, [context.traits for context in contexts])
        _rare(self.external_ids, self.size, [context.external_ids for context in contexts])
        _rare(self.consent, self.size, [context.consent for context in contexts])
        devices = [context.device for context in contexts]
        if devices.count(NO_DEVICE) < len(devices):
            self.device |= {self.size + row: device for row, device in enumerate(devices) if device is not NO_DEVICE}
        direct = [context.direct for context in contexts]
        if True in direct:
            self.direct |= {self.size + row for row, said in enumerate(direct) if said}


def _objects(raws: list[Raw]) -> list[bytes | None]:
    """Raw parts as bytes; what is no object, or an empty one, is none."""
    if not any(raws):
        return [None] * len(raws)
    return [text if len(text) > 2 and text[0] == 123 else None for text in map(bytes, raws)]


def _rare(into: dict[int, bytes], start: int, raws: list[Raw]) -> None:
    """Keep the raw parts that most events lack."""
    if any(raws):
        for row, raw in enumerate(raws):
            if raw and len(text := bytes(raw)) > 2:
                into[start + row] = text
