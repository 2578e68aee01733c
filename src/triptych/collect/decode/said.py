"""What events say, field by field: lists that grow as bodies are read.

Structs are taken apart a hundred at a time, while the processor's cache still holds them; a batch of ten thousand
read whole costs twice as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import Raw
from msgspec.structs import astuple

from triptych.collect.decode.wire import NO_CAMPAIGN, NO_DEVICE, Campaign, Context, Device, WireEvent

Texts = list[str | None]
Column = Sequence[str | None]


def _texts() -> Texts:
    return []


@dataclass(slots=True)
class Said:
    """One list a field, one item an event; odd fields as dictionaries by row."""

    size: int = 0
    type: list[str] = field(default_factory=list)
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
    erased: dict[int, str] = field(default_factory=dict)

    def take(self, events: Sequence[WireEvent]) -> None:
        """Take events apart. The order of names is that of the struct's fields."""
        if not events:
            return
        (kind, event, name, user, anonymous, previous, group, message, at, original, sent, channel, properties, traits,
         contexts, erased) = zip(*map(astuple, events), strict=True)  # fmt: skip
        self.type += kind
        self.name += _first(event, name)
        self.user_id += user
        self.anonymous_id += anonymous
        self.message_id += message
        self.timestamp += at
        self.original_timestamp += original
        self.sent_at += sent
        self.properties += _objects(properties)
        _rare(self.traits, self.size, traits)
        if any(erased):
            self.erased |= {self.size + row: text for row, text in enumerate(erased) if text}
        if any(previous):
            self.previous_id |= {self.size + row: text for row, text in enumerate(previous) if text}
        self._context(contexts, group, channel)
        self.size += len(events)

    def _context(self, contexts: Sequence[Context], groups: Column, channels: Column) -> None:
        ip, locale, agent, channel, group, direct, pages, campaigns, devices, traits, external_ids, consent = zip(
            *map(astuple, contexts), strict=True
        )
        self.group_id += _first(groups, group)
        self.channel += _first(channels, channel)
        self.ip += ip
        self.locale += locale
        self.user_agent += agent
        path, title, referrer, search = zip(*map(astuple, pages), strict=True)
        self.page_path += path
        self.page_title += title
        self.referrer += referrer
        self.search += search
        self._campaigns(campaigns)
        _rare(self.context_traits, self.size, traits)
        _rare(self.external_ids, self.size, external_ids)
        _rare(self.consent, self.size, consent)
        if devices.count(NO_DEVICE) < len(devices):
            self.device |= {self.size + row: device for row, device in enumerate(devices) if device is not NO_DEVICE}
        if True in direct:
            self.direct |= {self.size + row for row, said in enumerate(direct) if said}

    def _campaigns(self, campaigns: Sequence[Campaign]) -> None:
        nothing: Column = (None,) * len(campaigns)
        source = name = medium = nothing
        if campaigns.count(NO_CAMPAIGN) < len(campaigns):
            source, name, medium = zip(*map(astuple, campaigns), strict=True)
        self.campaign_source += source
        self.campaign_medium += medium
        self.campaign_name += name


def _first(own: Column, other: Column) -> Column:
    """The first of two columns that says something, row by row."""
    if not any(other):
        return own
    if not any(own):
        return other
    return [mine or yours for mine, yours in zip(own, other, strict=True)]


def _objects(raws: Sequence[Raw]) -> list[bytes | None]:
    """Raw parts as bytes; what is no object, or an empty one, is none."""
    if not any(raws):
        return [None] * len(raws)
    return [text if len(text) > 2 and text[0] == 123 else None for text in map(bytes, raws)]


def _rare(into: dict[int, bytes], start: int, raws: Sequence[Raw]) -> None:
    """Keep the raw parts that most events lack."""
    if any(raws):
        for row, raw in enumerate(raws):
            if raw and len(text := bytes(raw)) > 2:
                into[start + row] = text
