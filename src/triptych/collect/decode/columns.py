"""Ledger rows to columns: what every event says, in one spelling, without a look at anything but the frames."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from triptych.collect.decode import clock, identifiers, normalise
from triptych.collect.decode.gather import Batch, gather
from triptych.collect.decode.hashing import Hashes, Packed, Words, key_words, mix, pack, pack_bytes, siphash
from triptych.collect.decode.said import Said, Texts
from triptych.collect.limits import MAX_MESSAGE_ID
from triptych.collect.model import Columns, Reject
from triptych.ledger import Row
from triptych.vocabulary import EventType, Reason, Trust

Literal = Callable[[int, str], bool]
"""Whether a source (version of the definitions, id) keeps its clients' times to the letter."""

Bools = NDArray[np.bool_]
Calls = NDArray[np.uint8]
Codes = NDArray[np.int32]


class _Types(dict[str, int]):
    """The numbers of the calls; 0 for a word that is none."""

    def __missing__(self, word: str) -> int:
        return 0


_TYPES = _Types({kind.word: int(kind) for kind in EventType})
_TRACK, _IDENTIFY, _GROUP, _ALIAS = (
    int(kind) for kind in (EventType.TRACK, EventType.IDENTIFY, EventType.GROUP, EventType.ALIAS)
)
_HAVE_NAMES = (int(EventType.TRACK), int(EventType.PAGE), int(EventType.SCREEN))
_POISON = ("ajs_uid", "ajs_aid", "ajs_event", "ajs_trait_", "ajs_prop_")
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_ANY = msgspec.json.Decoder()
_ERRORS = (msgspec.DecodeError, RecursionError)
_GROUPS = normalise.Memo(normalise.identifier)


def _corrected(version: int, source: str) -> bool:
    del version, source
    return False


def decode(rows: Iterable[Row], hash_key: bytes, *, literal: Literal = _corrected) -> Columns:
    """Decode ledger rows. A pure function: the same rows and key give the same columns, for ever.

    Args:
        rows: Rows of the ledger, in order.
        hash_key: The installation's 16-byte key for message ids and identifiers.
        literal: Which sources keep their clients' times to the letter.
    """
    batch = gather(rows, literal)
    said = batch.said
    key = key_words(hash_key)
    calls = _calls(batch)
    traits, contact = _traits(said, calls)
    properties = pack_bytes([raw or b"" for raw in said.properties])
    found = identifiers.find(said, contact, cards=identifiers.CARD in properties.text)
    idents = identifiers.arrange(found, said.size, key)
    names, codes = named = _names(said, calls)
    sources = tuple(dict.fromkeys(head.source for head in batch.heads))
    source = batch.each([sources.index(head.source) for head in batch.heads], np.int32)
    message_ids = _message_ids(batch)
    hashes = _message_hashes(sources, source, message_ids, key)
    times = _times(batch)
    happened = clock.happened(times)
    poisoned = _poisoned(said.search)
    rejects = _rejects(batch, calls, codes, idents.home >= 0)
    return Columns(
        size=said.size,
        offset=batch.offset,
        now=batch.each([head.now for head in batch.heads], np.int64),
        received_at=batch.each([head.envelope.received_at for head in batch.heads], np.int64),
        version=batch.each([head.version for head in batch.heads], np.int32),
        source=source,
        sources=sources,
        trust=_trust(batch, poisoned),
        type=calls,
        name=codes,
        names=names,
        message_id=message_ids,
        id_hi=hashes.hi,
        id_lo=hashes.lo,
        body_hash=_body_hashes(calls, named, idents, traits, times, properties),
        event_bytes=batch.event_bytes,
        replays=batch.each([head.replays for head in batch.heads], np.int64),
        timestamp=happened.instants,
        clock_flags=happened.flags,
        properties=said.properties,
        traits=traits,
        group_id=list(map(_GROUPS.__getitem__, said.group_id)),
        channel=said.channel,
        ip=said.ip,
        locale=said.locale,
        user_agent=said.user_agent,
        page_path=said.page_path,
        page_title=said.page_title,
        referrer=said.referrer,
        campaign_source=said.campaign_source,
        campaign_medium=said.campaign_medium,
        campaign_name=said.campaign_name,
        consents=_consents(said),
        poisoned_query=poisoned,
        ident_row=idents.row,
        ident_type=idents.type,
        ident_hi=idents.hashes.hi,
        ident_lo=idents.hashes.lo,
        ident_value=idents.value,
        home=idents.home,
        previous_id=_previous(said, calls),
        rejects=rejects,
        stubs=tuple(batch.stubs),
        controls=tuple(batch.controls),
        published=tuple(batch.published),
        ticks=batch.ticks,
        next_offset=batch.next_offset,
        now_end=batch.now_end,
    )


def _calls(batch: Batch) -> Calls:
    """The call of each event; 0 for none we know. The route says it where the event does not."""
    calls = np.frombuffer(bytearray(map(_TYPES.__getitem__, batch.said.type)), np.uint8)
    for at, head in batch.placed():
        if head.envelope.path_type:
            said = _TYPES[head.envelope.path_type]
            for row in range(at, at + head.count):
                if not batch.said.type[row] and row not in batch.unread:
                    calls[row] = said
    return calls


def _traits(said: Said, calls: Calls) -> tuple[list[bytes | None], dict[int, bytes]]:
    """Traits as facts, and the ones that may identify (N3). A group's traits are the account's and name nobody."""
    facts: list[bytes | None] = [None] * said.size
    contact: dict[int, bytes | None] = {}
    for row in sorted(said.traits.keys() | said.context_traits.keys()):
        own, shared = said.traits.get(row), said.context_traits.get(row)
        if calls[row] == _GROUP:
            facts[row], contact[row] = own, shared
        else:
            facts[row] = contact[row] = _overlaid(shared, own) if calls[row] == _IDENTIFY else shared
    return facts, {row: raw for row, raw in contact.items() if raw is not None}


def _overlaid(beneath: bytes | None, above: bytes | None) -> bytes | None:
    if beneath is None or above is None:
        return above or beneath
    try:
        return msgspec.json.encode(_ANY.decode(beneath) | _ANY.decode(above))
    except (*_ERRORS, TypeError):
        return above


def _message_ids(batch: Batch) -> list[str]:
    """Message ids as they count (N4): a long one is hashed, a blank one made from the event's place."""
    said = batch.said.message_id
    odd = [row for row, text in enumerate(said) if not text or len(text) > MAX_MESSAGE_ID or text.isspace()]
    if odd:
        offsets = batch.offset
        for row in odd:
            text = said[row]
            if text and not text.isspace():
                said[row] = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            else:
                said[row] = f"offset-{offsets[row]}"
    return cast("list[str]", said)


def _message_hashes(sources: tuple[str, ...], source: Codes, message_ids: list[str], key: Words) -> Hashes:
    """Keyed hashes of source and message id: the same id from two sources is two events."""
    return siphash(pack(message_ids), key, siphash(pack(sources), key).hi[source] if source.size else None)


def _times(batch: Batch) -> clock.Times:
    sent = clock.parse([head.envelope.sent_at for head in batch.heads])
    of_head = batch.each(list(range(len(batch.heads))), np.int64)
    return clock.Times(
        original=clock.parse(batch.said.original_timestamp),
        timestamp=clock.parse(batch.said.timestamp),
        batch_sent=clock.Parsed(sent.instants[of_head], sent.flags[of_head]),
        event_sent=clock.parse(batch.said.sent_at),
        received=batch.each([head.envelope.received_at for head in batch.heads], np.int64),
        literal=batch.each([head.literal for head in batch.heads], np.bool_),
    )


def _names(said: Said, calls: Calls) -> tuple[tuple[str, ...], Codes]:
    """Event and page names, and the place of each event's among them. Other calls have none."""
    places: dict[str | None, int] = {name: place for place, name in enumerate(filter(None, dict.fromkeys(said.name)))}
    names = cast("tuple[str, ...]", tuple(places))
    places[None] = places[""] = -1
    codes = np.fromiter(map(places.__getitem__, said.name), np.int32, said.size)
    codes[~np.isin(calls, _HAVE_NAMES)] = -1
    return names, codes


def _trust(batch: Batch, poisoned: Bools) -> NDArray[np.uint8]:
    trust = batch.each([head.envelope.trust for head in batch.heads], np.uint8)
    trust[poisoned] = np.minimum(trust[poisoned], int(Trust.QUERY))
    return trust


def _poisoned(searches: Texts) -> Bools:
    """Which pages were opened by a link that names somebody (X1): anybody may have made it."""
    poisoned = np.zeros(len(searches), np.bool_)
    if "ajs_" in "".join(filter(None, searches)):
        for row, search in enumerate(searches):
            poisoned[row] = any(word in (search or "") for word in _POISON)
    return poisoned


def _consents(said: Said) -> dict[int, dict[str, bool]]:
    """The answers that events carry, by row."""
    answers: dict[int, dict[str, bool]] = {}
    for row, raw in said.consent.items():
        try:
            categories = _ANY.decode(raw).get("categoryPreferences")
        except (*_ERRORS, AttributeError):
            continue
        if isinstance(categories, dict):
            yes_or_no = {purpose: answer for purpose, answer in categories.items() if isinstance(answer, bool)}
            if yes_or_no:
                answers[row] = yes_or_no
    return answers


def _previous(said: Said, calls: Calls) -> dict[int, str]:
    ids = {row: normalise.identifier(text) for row, text in said.previous_id.items() if calls[row] == _ALIAS}
    return {row: id_ for row, id_ in ids.items() if id_}


def _rejects(batch: Batch, calls: Calls, codes: Codes, named: Bools) -> tuple[Reject, ...]:
    """The rows that are no valid event; their call becomes 0."""
    rejects = {row: Reject(row, why.reason, why.detail) for row, why in batch.unread.items()}
    for row, request in batch.said.erased.items():
        rejects.setdefault(row, Reject(row, Reason.ERASED, request))
    for row in np.flatnonzero(calls == 0).tolist():
        rejects.setdefault(row, Reject(row, Reason.UNKNOWN_TYPE, batch.said.type[row][:100]))
    for row in np.flatnonzero(~named).tolist():
        rejects.setdefault(row, Reject(row, Reason.NO_IDENTIFIER, "no identifier of any kind"))
    for row in np.flatnonzero((calls == _TRACK) & (codes < 0)).tolist():
        rejects.setdefault(row, Reject(row, Reason.NO_EVENT_NAME, "a track call has no event"))
    if rejects:
        calls[list(rejects)] = 0
    return tuple(sorted(rejects.values()))


def _body_hashes(
    calls: Calls,
    named: tuple[tuple[str, ...], Codes],
    idents: identifiers.Identifiers,
    traits: list[bytes | None],
    times: clock.Times,
    properties: Packed,
) -> NDArray[np.uint32]:
    """A 32-bit hash of what an event says, blind to when and how it was sent."""
    names, codes = named
    of_name = np.append(mix(pack(names), np.zeros(len(names), np.uint64)), np.uint64(0))
    seeds = of_name[codes] ^ calls.astype(np.uint64)
    seeds ^= (times.original.instants.view(np.uint64) ^ times.timestamp.instants.view(np.uint64)) * _PRIME
    strongest = idents.home >= 0
    seeds[strongest] ^= idents.hashes.hi[idents.home[strongest]]
    rare = np.array([row for row, raw in enumerate(traits) if raw is not None], np.int64)
    if rare.size:
        seeds[rare] = mix(pack_bytes([traits[row] or b"" for row in rare.tolist()]), seeds[rare])
    return (mix(properties, seeds) >> np.uint64(32)).astype(np.uint32)
