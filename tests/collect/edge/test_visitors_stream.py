"""What the visitors stream holds: whole hours in no order, decisions of the house, nothing that was to be forgotten."""

from __future__ import annotations

import json
from pathlib import Path

from tests.collect.edge.running import RunningEdge
from tests.collect.edge.visiting import (
    YES,
    Stream,
    page,
    publish,
    seen,
    until,
)
from triptych.collect.visitors import HOUR
from triptych.collect.visitors.cookie import LIFE_HOURS
from triptych.collect.visitors.model import decode_observations
from triptych.vocabulary import Trust


def test_it_commits_at_whole_hours_and_in_no_order(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    events = [page(YES, "/tea" if n < 20 else "/else") for n in range(40)]
    seen(visited, *events, **headers)
    found = stream.wait(visitor, 40)
    assert [each.category for each in found] != sorted((each.category for each in found), reverse=True)
    assert all(received_at % HOUR == 0 for _, received_at, _, _ in stream.entries())


def test_it_takes_decisions_of_its_own_house_alone(visited: RunningEdge, stream: Stream) -> None:
    said = {"kind": "partner", "contract": "loire", "code": "c", "digests": ["a" * 64], "until": 9, "file": "f1"}
    over = {"kind": "contract_ended", "contract": "loire"}
    assert visited.post("/internal/visitors", {"entries": [said]}).status_code == 401
    answer = visited.internal("/internal/visitors", {"entries": [said, over]}).json()
    kinds = {offset: (head.kind, json.loads(body)) for offset, _, head, body in stream.entries() if head.kind != "tick"}
    assert kinds[answer["first_offset"]][0] == "partner"
    assert kinds[answer["first_offset"]][1]["digests"] == ["a" * 64]
    assert kinds[answer["first_offset"] + 1] == ("contract_ended", {"contract": "loire"})
    first = answer["first_offset"]
    assert visited.ask(do="forget_visitors", offsets=[first, first + 1])["answer"] == {"observations": 1, "rows": 1}
    bodies = {offset: body for offset, _, _, body in stream.entries()}
    assert (bodies[first], bodies[first + 1]) == (b'{"erased":true}', b'{"contract":"loire"}')
    for bad in ({**said, "digests": ["alice@b.fr"]}, {"kind": "withdrawn", "handle": "x"}, {"kind": "partner"}):
        assert visited.internal("/internal/visitors", {"entries": [bad]}).status_code == 400


def test_it_takes_events_of_a_source_of_the_house(visited: RunningEdge) -> None:
    event = {"type": "identify", "userId": "bob", "messageId": "crm-1"}
    assert visited.post("/internal/collect", {"source": "shop", "batch": [event]}).status_code == 401
    assert visited.internal("/internal/collect", {"source": "nobody", "batch": [event]}).status_code == 404
    assert visited.internal("/internal/collect", {"source": "shop", "batch": []}).status_code == 400
    answer = visited.internal("/internal/collect", {"source": "shop", "batch": [event, event]}).json()
    (kept,) = visited.stored(from_offset=answer["offset"])
    assert (kept.offset, kept.head.source, kept.head.ip) == (answer["offset"], "shop", "")
    assert kept.head.trust == Trust.SERVER
    assert kept.body == [event, event]
    assert answer["next_offset"] == answer["offset"] + 2


def test_it_forgets_at_the_same_offsets(visited: RunningEdge, stream: Stream) -> None:
    visitor, headers = stream.minted()
    other, others = stream.minted()
    seen(visited, *(page(YES) for _ in range(6)), **headers)
    seen(visited, page(YES), **others)
    stream.wait(visitor, 6)
    stream.wait(other, 1)
    offsets = []
    for first, _, head, body in stream.entries():
        if head.kind == "observations":
            found = decode_observations(body)
            offsets += [first + at for at, each in enumerate(found) if each is not None and each.visitor == visitor]
    before = len(stream.observations())
    half, rest = offsets[:3], offsets[3:]
    assert visited.post("/internal/forget-visitors", {"offsets": half}).status_code == 401
    assert visited.internal("/internal/forget-visitors", {"offsets": half}).json()["observations"] == 3
    assert visited.ask(do="forget_visitors", offsets=[*offsets, 10**9])["answer"]["observations"] == len(rest)
    assert stream.of(visitor) == []
    assert len(stream.of(other)) == 1
    assert len(stream.observations()) == before
    for file in (visited.home / "ledger").glob("visitors*"):
        assert visitor.removeprefix("v_").encode() not in file.read_bytes()
    assert visited.ask(do="forget_visitors", offsets=offsets)["answer"] == {"observations": 0, "rows": 0}


def test_it_writes_what_waits_when_it_is_asked_to_stop(tmp_path: Path) -> None:
    edge = RunningEdge(tmp_path, flush_seconds=3_600)
    publish(edge)
    edge.start()
    stream = Stream(edge)
    visitor, headers = stream.minted()
    gone, theirs = stream.minted()
    seen(edge, page(YES), **headers)
    seen(edge, page(YES), **theirs)
    edge.client.delete("/v1/visitor", headers=theirs)
    edge.stop()
    assert len(stream.of(visitor)) == 1
    assert stream.of(gone) == []
    kinds = [head.kind for _, _, head, _ in stream.entries()]
    assert kinds[0] == "published"
    assert sorted(kinds[1:]) == ["observations", "withdrawn"]


def test_it_lets_an_hour_pass_and_a_day_s_key_with_it(tmp_path: Path) -> None:
    edge = RunningEdge(tmp_path, flush_seconds=0.1, idle_seconds=1)
    publish(edge)
    edge.start()
    stream = Stream(edge)
    visitor, headers = stream.minted()
    seen(edge, page(YES), **headers)
    stream.wait(visitor, 1)
    keys = tmp_path / "dmp" / "keys"
    assert len(list(keys.glob("day-*.key"))) == 1
    (tmp_path / "clock").write_text(str(9 * 24 * HOUR))
    until(lambda: not list(keys.glob("day-*.key")) and stream.entries()[-1][2].kind == "tick", seconds=10)
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}
    assert edge.client.get("/v1/visitor", headers=headers).status_code == 200, "nine days are not thirteen months"
    (tmp_path / "clock").write_text(str((LIFE_HOURS + 24) * HOUR))
    assert edge.client.get("/v1/visitor", headers=headers).status_code == 404
    assert seen(edge, page(YES), **headers).startswith("triptych_v="), "asked anew, named anew"
    edge.stop()
