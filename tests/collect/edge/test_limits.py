from __future__ import annotations

import gzip
import json
import time
import zlib
from collections.abc import Iterator

import psutil
import pytest

from tests.collect.edge.running import SECRET, WRITE, RunningEdge, basic, track
from triptych.collect.edge.bodies import TooLarge, Unreadable, unpack
from triptych.collect.limits import Limits, shape_fault

MIB = 1024 * 1024
PATIENCE_S = 10.0
"""Ten times the deadline: the figure itself is a benchmark's."""


def rss(edge: RunningEdge) -> int:
    assert edge.process is not None
    return int(psutil.Process(edge.process.pid).memory_info().rss)


def bomb(unpacked: int) -> bytes:
    """Zeros, packed a thousand to one."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(unpacked // MIB)) + packer.flush()


@pytest.mark.parametrize("packed", [bomb(100 * MIB), gzip.compress(bomb(50 * MIB)) + bomb(20 * MIB)])
def test_a_zip_bomb_is_400_in_under_a_second_and_takes_no_memory(edge: RunningEdge, packed: bytes) -> None:
    edge.post("/v1/batch", {"batch": [track()]})
    before, started = rss(edge), time.monotonic()
    answer = edge.post("/v1/batch", packed, content_encoding="gzip")
    assert (answer.status_code, answer.json()["code"]) == (400, "payload_too_large")
    assert time.monotonic() - started < PATIENCE_S
    assert rss(edge) - before < 64 * MIB


def test_a_body_over_the_cap_is_400_with_a_length_and_in_chunks(edge: RunningEdge) -> None:
    before = rss(edge)

    def chunks() -> Iterator[bytes]:
        for _ in range(20 * 16):
            yield bytes(65_536)

    for content in (bytes(20 * MIB), chunks()):
        started = time.monotonic()
        answer = edge.client.post("/v1/batch", content=content, headers={"authorization": basic(SECRET)})
        assert (answer.status_code, answer.json()["code"]) == (400, "payload_too_large")
        assert time.monotonic() - started < PATIENCE_S
    assert rss(edge) - before < 64 * MIB


def test_how_large_a_body_may_be_is_the_operator_s_to_say(own_edge: RunningEdge) -> None:
    own_edge.options = {"limits": {"body_bytes": MIB}}
    own_edge.start()
    batch = json.dumps({"batch": [track(properties={"text": "x" * 20_000})] * 60}).encode()
    for body in (batch, gzip.compress(batch)):
        answer = own_edge.post("/v1/batch", body, content_encoding="gzip" if body is not batch else "")
        assert (answer.status_code, answer.json()["code"]) == (400, "payload_too_large")
    assert own_edge.post("/v1/batch", {"batch": [track()]}).status_code == 200


def test_a_length_that_is_a_lie_is_answered_at_once(edge: RunningEdge) -> None:
    started = time.monotonic()
    head = (
        f"POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: {basic(SECRET)}\r\ncontent-length: 99999999999\r\n\r\n"
    )
    received = edge.send_raw(head.encode())
    assert b" 400 " in received.split(b"\r\n")[0]
    assert b"payload_too_large" in received
    assert time.monotonic() - started < PATIENCE_S


def test_a_million_keys_are_answered_in_under_a_second(edge: RunningEdge) -> None:
    body = b"{" + b",".join(b'"k%d":1' % number for number in range(370_000)) + b"}"
    assert len(body) < 5 * MIB
    for path in ("/v1/track", "/v1/batch"):
        started = time.monotonic()
        assert edge.post(path, body).status_code == 400
        assert time.monotonic() - started < PATIENCE_S


def test_a_body_that_looks_endless_to_who_would_mend_it_is_400_in_under_a_second(edge: RunningEdge) -> None:
    for filling in (b"{},", b'"batch":[', b'"', b"[", b'"\\"'):
        body = b'{"batch":[' + filling * (4 * MIB // len(filling)) + b"NaN]}"
        started = time.monotonic()
        answer = edge.post("/v1/batch", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")
        assert time.monotonic() - started < PATIENCE_S


def test_measuring_a_shape_takes_no_time() -> None:
    for event in (b'"' * 5 * MIB, b"[" * 5 * MIB, b"{}:" * MIB, b'"' + b'\\"' * 2 * MIB, b'{"a":"' + b"x" * 5 * MIB):
        started = time.process_time()
        shape_fault(event)
        assert time.process_time() - started < PATIENCE_S / 5


def test_a_batch_of_nothing_but_events_is_bounded_by_bytes_alone(edge: RunningEdge) -> None:
    start = edge.end()
    body = json.dumps({"batch": [track("Small", messageId=f"{number}") for number in range(10_000)]}).encode()
    started = time.monotonic()
    assert edge.post("/v1/batch", body).status_code == 200
    assert time.monotonic() - started < PATIENCE_S
    assert edge.end() - start >= 10_000


def test_a_public_key_cannot_hold_the_door_with_nothings(edge: RunningEdge) -> None:
    start = edge.end()
    for count, status in ((1_300_000, 400), (5 * MIB // 50 + 1, 400), (5 * MIB // 50, 200)):
        body = gzip.compress(b'{"batch":[' + b"{}," * (count - 1) + b"{}]}")
        started = time.monotonic()
        answer = edge.post("/v1/batch", body, key=WRITE, content_encoding="gzip")
        assert answer.status_code == status
        assert time.monotonic() - started < PATIENCE_S
        assert status == 200 or answer.json()["code"] == "payload_too_large"
    assert edge.end() - start == 5 * MIB // 50


def test_packing_beyond_reason_is_refused_beyond_what_clients_send() -> None:
    limits = Limits(body_bytes=5 * MIB)
    assert len(unpack(bomb(4 * MIB), "gzip", limits)) == 4 * MIB
    with pytest.raises(TooLarge):
        unpack(gzip.compress(bytes(4 * MIB + 100_000)), "gzip", limits)
    noise = b"".join(b"%d" % (number * 7_919) for number in range(550_000))[: 4 * MIB + 100_000]
    assert unpack(gzip.compress(noise), "gzip", limits) == noise


def test_another_encoding_is_named_and_an_unannounced_gzip_understood() -> None:
    assert unpack(gzip.compress(b"{}"), None, Limits()) == b"{}"
    assert unpack(gzip.compress(b"{") + gzip.compress(b"}"), "gzip", Limits()) == b"{}"
    assert unpack(b"{}", "identity", Limits()) == b"{}"
    with pytest.raises(Unreadable):
        unpack(b"{}", "br", Limits())


def test_depth_and_keys_are_counted_outside_strings() -> None:
    assert shape_fault(b'{"a":"' + b"{[:" * 2_000 + b'\\""}') is None
    assert shape_fault(b'{"a":' * 33 + b"1" + b"}" * 33) == "nested deeper than 32"
    assert shape_fault(b'{"a":' * 32 + b"1" + b"}" * 32) is None
    wide = json.dumps(dict.fromkeys(map(str, range(1_001)), 0)).encode()
    assert shape_fault(wide) == "more than 1000 keys"
