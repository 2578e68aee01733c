"""What is read in machine code reads the same where it is read patiently."""

from __future__ import annotations

import json
import string
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from triptych.collect.decode import scan
from triptych.collect.decode.said import Body, Said, read
from triptych.collect.decode.wire import NO_DEVICE
from triptych.collect.limits import MAX_DEPTH, MAX_KEYS

TEXT = st.text(st.sampled_from(string.ascii_letters + ' é\\"/\n\u2028😀'), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        **{name: TEXT | st.none() for name in ("type", "event", "name", "userId", "originalTimestamp", "messageId")},
        "properties": st.dictionaries(TEXT, JSON, max_size=3) | st.none(),
        "traits": st.dictionaries(TEXT, JSON, max_size=3),
        "odd": JSON,
        "context": st.fixed_dictionaries(
            {},
            optional={
                "ip": TEXT,
                "direct": st.booleans() | st.none(),
                "page": st.fixed_dictionaries({}, optional={"path": TEXT, "search": TEXT | st.none()}),
                "campaign": st.fixed_dictionaries({}, optional={"name": TEXT, "term": JSON}),
                "device": st.fixed_dictionaries({}, optional={"id": TEXT | st.integers(), "adTrackingEnabled": JSON}),
                "traits": JSON,
                "consent": JSON,
            },
        ),
    },
)


def says(said: Said) -> dict[str, Any]:
    """Everything that was read, as plain values; an absent call is an empty one."""
    texts = {place: list(said.texts(place)) for place in range(scan.PROPERTIES)}
    texts[scan.TYPE] = [text or "" for text in texts[scan.TYPE]]
    raws = {place: said.rare(place) for place in range(scan.PROPERTIES, scan.FIELDS) if place != scan.DEVICE}
    device = {row: device for row, device in said.device.items() if device != NO_DEVICE}
    return {
        "texts": texts,
        "raws": raws,
        "properties": list(said.objects(scan.PROPERTIES)),
        "device": device,
        "direct": said.found.direct.tolist(),
        "size": said.found.size.tolist(),
        "unread": said.unread,
        "erased": said.erased,
    }


def patiently(bodies: list[Body], monkeypatch: pytest.MonkeyPatch) -> Said:
    """Read bodies without the machine code."""
    with monkeypatch.context() as patch:
        whole = scan.scan
        patch.setattr(scan, "scan", lambda packed, counts, odd: whole(packed, counts, np.ones_like(odd)))
        return read(bodies, b"")[0]


@given(st.lists(st.lists(FIELDS | JSON, max_size=3), max_size=3), st.booleans())
@example([[{"type": "track", "properties": {"a": "\ud83d"}}]], True)
def test_it_reads_what_patience_reads(entries: list[list[object]], escaped: bool) -> None:
    try:
        contents = [json.dumps(each).encode() if escaped else msgspec.json.encode(each) for each in entries]
        bodies = [Body(content, len(events), b"") for content, events in zip(contents, entries, strict=True)]
    except UnicodeEncodeError:
        return
    with pytest.MonkeyPatch.context() as patch:
        assert says(read(bodies, b"")[0]) == says(patiently(bodies, patch))


@given(st.binary(max_size=12), st.integers(0, 200), st.integers(0, 255))
def test_it_reads_damaged_bodies_as_patience_does(more: bytes, place: int, byte: int) -> None:
    whole = bytearray(
        b'[{"type":"track","event":"Seen","userId":"u1","properties":{"a":[1,-2.5e3,true,null,"x\\u00e9"]},'
        b'"context":{"page":{"path":"/"},"direct":false,"traits":{"b":{}}},"messageId":"m1"}]'
    )
    whole[min(place, len(whole) - 1)] = byte
    bodies = [Body(bytes(whole) + more, 1, b""), Body(b'[{"type":"page","userId":"u2"}]', 1, b"")]
    with pytest.MonkeyPatch.context() as patch:
        assert says(read(bodies, b"")[0]) == says(patiently(bodies, patch))


@pytest.mark.parametrize("level", ["event", "context", "page"])
@pytest.mark.parametrize("depth", [28, 29, 30, 31, 32, 33, 70])
def test_it_judges_depth_as_patience_does(level: str, depth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = {"event": b'{"odd":', "context": b'{"context":{"odd":', "page": b'{"context":{"page":{"odd":'}[level]
    deep = opened + b"[" * depth + b"]" * depth + b"}" * opened.count(b"{")
    body = b'[{"userId":"u"}, ' + deep + b" ]"
    said, _ = read([Body(body, 2, b"")], b"")
    assert says(said) == says(patiently([Body(body, 2, b"")], monkeypatch))
    assert said.unread.keys() == ({1} if depth + opened.count(b"{") > MAX_DEPTH else set())
    assert said.found.size.tolist() == [14, len(deep)]


@pytest.mark.parametrize("keys", [999, 1_000, 1_001])
def test_it_judges_the_number_of_keys_as_patience_does(keys: int, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = b'{"properties":{' + b",".join(b'"":%d' % (key % 10) for key in range(keys - 1)) + b"}}"
    said, _ = read([Body(b"[" + wide + b"]", 1, b"")], b"")
    assert says(said) == says(patiently([Body(b"[" + wide + b"]", 1, b"")], monkeypatch))
    assert said.unread.keys() == ({0} if keys > MAX_KEYS else set())


def test_it_reads_an_ordinary_body_in_machine_code() -> None:
    bodies = [Body(b'[{"type":"track","event":"Seen","userId":"u1"}]', 1, b"")]
    said, _ = read(bodies, b"")
    assert said.found.odd.tolist() == [0]
    assert said.texts(scan.EVENT)[0] == "Seen"
