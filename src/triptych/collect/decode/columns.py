"""Ledger rows to columns: what every event says, in one spelling, without a look at anything but the frames."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

import msgspec
import numpy as np
from numpy.typing import NDArray

from triptych.collect.decode import clock, identifiers, normalise, scan
from triptych.collect.decode.gather import Batch, gather
from triptych.collect.decode.hashing import Words, key_words, mix, pack, pack_bytes, siphash, spans
from triptych.collect.decode.join import words
from triptych.collect.decode.said import Said
from triptych.collect.limits import MAX_MESSAGE_ID
from triptych.collect.model import Columns, Reject
from triptych.collect.texts import Raws, Texts
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
_BLANK, _ASCII = 32, 126
_KEPT = {
    "ip": scan.IP,
    "locale": scan.LOCALE,
    "user_agent": scan.USER_AGENT,
    "page_path": scan.PATH,
    "page_title": scan.TITLE,
    "referrer": scan.REFERRER,
    "campaign_source": scan.SOURCE,
    "campaign_medium": scan.MEDIUM,
    "campaign_name": scan.CAMPAIGN,
}
"""The texts that the warehouse keeps as they are."""
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
    said, key = batch.said, key_words(hash_key)
    calls = _calls(batch)
    traits, contact = _traits(said, calls)
    properties = said.objects(scan.PROPERTIES)
    idents = identifiers.arrange(identifiers.find(said, contact, properties), said.size, key)
    names, codes = named = _names(said, calls)
    times = _times(batch)
    poisoned = _poisoned(said)
    rejects = _rejects(batch, calls, codes, idents.home >= 0)
    return Columns(
        size=said.size,
        **_heads(batch, poisoned),
        **_messages(batch, key),
        **_moments(times),
        **_texts(said),
        **_idents(idents),
        type=calls,
        name=codes,
        names=names,
        body_hash=_body_hashes(calls, named, idents, traits, times, properties),
        properties=properties,
        traits=traits,
        consents=_consents(said),
        poisoned_query=poisoned,
        previous_id=_previous(said, calls),
        rejects=rejects,
        **_others(batch),
    )


def _heads(batch: Batch, poisoned: Bools) -> dict[str, Any]:
    """What the heads say of their events."""
    heads = batch.heads
    sources = tuple(dict.fromkeys(head.source for head in heads))
    return {
        "offset": batch.offset,
        "now": batch.each([head.now for head in heads], np.int64),
        "received_at": batch.each([head.envelope.received_at for head in heads], np.int64),
        "version": batch.each([head.version for head in heads], np.int32),
        "source": batch.each([sources.index(head.source) for head in heads], np.int32),
        "sources": sources,
        "trust": _trust(batch, poisoned),
        "event_bytes": batch.said.found.size.astype(np.uint32),
        "replays": batch.each([head.replays for head in heads], np.int64),
    }


def _messages(batch: Batch, key: Words) -> dict[str, Any]:
    """Message ids and their keyed hashes: the same id from two sources is two events."""
    ids = _message_ids(batch)
    sources = list(dict.fromkeys(head.source for head in batch.heads))
    of_source = siphash(pack(sources), key).hi
    first = batch.each([int(of_source[sources.index(head.source)]) for head in batch.heads], np.uint64)
    hashes = siphash(spans(ids), key, first if first.size else None)
    return {"message_id": ids, "id_hi": hashes.hi, "id_lo": hashes.lo}


def _moments(times: clock.Times) -> dict[str, Any]:
    happened = clock.happened(times)
    return {"timestamp": happened.instants, "clock_flags": happened.flags}


def _texts(said: Said) -> dict[str, Any]:
    """The texts that are kept as they are, and the account."""
    groups = said.either(scan.GROUP_ID, scan.CONTEXT_GROUP)
    named = (groups.length >= 0).any()
    return {
        "group_id": list(map(_GROUPS.__getitem__, groups)) if named else groups,
        "channel": said.either(scan.CHANNEL, scan.CONTEXT_CHANNEL),
        **{name: said.texts(place) for name, place in _KEPT.items()},
    }


def _idents(idents: identifiers.Identifiers) -> dict[str, Any]:
    return {
        "ident_row": idents.row,
        "ident_type": idents.type,
        "ident_hi": idents.hashes.hi,
        "ident_lo": idents.hashes.lo,
        "ident_value": idents.value,
        "home": idents.home,
    }


def _others(batch: Batch) -> dict[str, Any]:
    """What is no event."""
    return {
        "stubs": tuple(batch.stubs),
        "controls": tuple(batch.controls),
        "published": tuple(batch.published),
        "ticks": batch.ticks,
        "next_offset": batch.next_offset,
        "now_end": batch.now_end,
    }


def _calls(batch: Batch) -> Calls:
    """The call of each event; 0 for none we know. The route says it where the event does not."""
    said = batch.said.texts(scan.TYPE)
    known, codes = words(said)
    calls = np.append(np.array([_TYPES[word] for word in known], np.uint8), np.uint8(0))[codes]
    for at, head in batch.placed():
        if head.envelope.path_type:
            call = _TYPES[head.envelope.path_type]
            for row in range(at, at + head.count):
                if said.length[row] <= 0 and row not in batch.unread:
                    calls[row] = call
    return calls


def _traits(said: Said, calls: Calls) -> tuple[list[bytes | None], dict[int, bytes]]:
    """Traits as facts, and the ones that may identify (N3). A group's traits are the account's and name nobody."""
    facts: list[bytes | None] = [None] * said.size
    contact: dict[int, bytes | None] = {}
    owns, shares = said.rare(scan.TRAITS), said.rare(scan.CONTEXT_TRAITS)
    for row in sorted(owns.keys() | shares.keys()):
        own, shared = owns.get(row), shares.get(row)
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


def _message_ids(batch: Batch) -> Texts:
    """Message ids as they count (N4): a long one is hashed, a blank one made from the event's place."""
    ids = batch.said.texts(scan.MESSAGE_ID)
    first = np.frombuffer(ids.data, np.uint8)[ids.place]
    doubtful = (ids.length <= 0) | (ids.length > MAX_MESSAGE_ID) | (first <= _BLANK) | (first > _ASCII)
    rows = np.flatnonzero(doubtful).tolist()
    changed = {row: id_ for row in rows if (id_ := _message_id(ids[row], batch, row)) is not None}
    if not changed:
        return ids
    texts = list(ids)
    for row, id_ in changed.items():
        texts[row] = id_
    return Texts.of(texts)


def _message_id(text: str | None, batch: Batch, row: int) -> str | None:
    """What stands for a message id that does not count as it is."""
    if not text or text.isspace():
        return f"offset-{batch.offset[row]}"
    if len(text) > MAX_MESSAGE_ID:
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return None


def _times(batch: Batch) -> clock.Times:
    sent = clock.parse([head.envelope.sent_at for head in batch.heads])
    of_head = batch.each(list(range(len(batch.heads))), np.int64)
    return clock.Times(
        original=clock.parse(batch.said.texts(scan.ORIGINAL)),
        timestamp=clock.parse(batch.said.texts(scan.TIMESTAMP)),
        batch_sent=clock.Parsed(sent.instants[of_head], sent.flags[of_head]),
        event_sent=clock.parse(batch.said.texts(scan.SENT_AT)),
        received=batch.each([head.envelope.received_at for head in batch.heads], np.int64),
        literal=batch.each([head.literal for head in batch.heads], np.bool_),
    )


def _names(said: Said, calls: Calls) -> tuple[tuple[str, ...], Codes]:
    """Event and page names, and the place of each event's among them. Other calls have none."""
    names, codes = words(said.either(scan.EVENT, scan.NAME))
    codes[~np.isin(calls, _HAVE_NAMES)] = -1
    return names, codes


def _trust(batch: Batch, poisoned: Bools) -> NDArray[np.uint8]:
    trust = batch.each([head.envelope.trust for head in batch.heads], np.uint8)
    trust[poisoned] = np.minimum(trust[poisoned], int(Trust.QUERY))
    return trust


def _poisoned(said: Said) -> Bools:
    """Which pages were opened by a link that names somebody (X1): anybody may have made it."""
    searches = said.texts(scan.SEARCH)
    poisoned = np.zeros(said.size, np.bool_)
    rows = np.flatnonzero(searches.length > 0).tolist()
    for row, search in zip(rows, searches.at(rows), strict=True):
        query = unquote(search) if search and "%" in search else search or ""
        poisoned[row] = "ajs_" in query and any(word in query for word in _POISON)
    return poisoned


def _consents(said: Said) -> dict[int, dict[str, bool]]:
    """The answers that events carry, by row."""
    answers: dict[int, dict[str, bool]] = {}
    for row, raw in said.rare(scan.CONSENT).items():
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
    texts = said.texts(scan.PREVIOUS_ID)
    rows = np.flatnonzero((texts.length > 0) & (calls == _ALIAS)).tolist()
    ids = {row: normalise.identifier(text) for row, text in zip(rows, texts.at(rows), strict=True) if text}
    return {row: id_ for row, id_ in ids.items() if id_}


def _rejects(batch: Batch, calls: Calls, codes: Codes, named: Bools) -> tuple[Reject, ...]:
    """The rows that are no valid event; their call becomes 0."""
    types = batch.said.texts(scan.TYPE)
    rejects = {row: Reject(row, why.reason, why.detail) for row, why in batch.unread.items()}
    for row, request in batch.said.erased.items():
        rejects.setdefault(row, Reject(row, Reason.ERASED, request))
    for row in np.flatnonzero(calls == 0).tolist():
        rejects.setdefault(row, Reject(row, Reason.UNKNOWN_TYPE, (types[row] or "")[:100]))
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
    properties: Raws,
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
    return (mix(spans(properties), seeds) >> np.uint64(32)).astype(np.uint32)
