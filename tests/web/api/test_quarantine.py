import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.web.api.conftest import Caller
from triptych.web.api import quarantine

EVENT = {
    "offset": 7,
    "source": "shop",
    "type": "track",
    "event": "Order Completed",
    "reason": "plan_violation",
    "detail": '"alice@example.org" is not of type "number"',
    "message_id": "m1",
    "who": ["email", "alice@example.org"],
    "payload": {"traits": {"email": "alice@example.org"}},
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """An engine with one event in quarantine; what it was asked."""
    questions: list[dict[str, Any]] = []

    def ask(home: Path, name: str, **parameters: Any) -> dict[str, Any]:
        questions.append({"ask": name, **parameters})
        return {"waiting": 1, "events": [EVENT], "next": None}

    monkeypatch.setattr(quarantine, "ask", ask)
    return questions


def test_whoever_may_see_people_sees_the_event_whole(caller: Callable[[str], Caller], asked: list[Any]) -> None:
    status, answer = caller("privacy")("GET", "quarantine?reason=plan_violation&limit=5000")
    assert status == 200
    assert answer["events"] == [EVENT]
    assert asked == [{"ask": "quarantine", "reason": "plan_violation", "source": "", "before": 0, "limit": 1000}]


def test_others_see_why_and_where_but_not_whom(caller: Callable[[str], Caller], asked: list[Any]) -> None:
    _, answer = caller("engineer")("GET", "quarantine")
    [event] = answer["events"]
    assert (event["reason"], event["message_id"], event["who"]) == ("plan_violation", "m1", ["email", "a•••@e•••.org"])
    assert "alice" not in json.dumps(answer)


def test_it_refuses_a_number_that_is_none(alice_calls: Caller, asked: list[Any]) -> None:
    assert alice_calls("GET", "quarantine?before=x")[0] == 422
    assert asked == []


class _Edge(BaseHTTPRequestHandler):
    status = 200
    got: ClassVar[list[tuple[str | None, Any]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def edge(home: Path) -> Iterator[type[_Edge]]:
    """An edge that listens where ``run/edge.json`` says."""
    server = HTTPServer(("127.0.0.1", 0), _Edge)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    (home / "run").mkdir()
    (home / "run" / "edge.json").write_text(json.dumps({"pid": 1, "address": f"127.0.0.1:{server.server_port}"}))
    _Edge.got.clear()
    _Edge.status = 200
    yield _Edge
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_replay_is_told_to_the_front_door_with_our_own_key(alice_calls: Caller, edge: type[_Edge]) -> None:
    assert alice_calls("POST", "quarantine/replay", {"offsets": [7, 9]}) == (202, {"asked": 2})
    controls = [{"name": "quarantine.replayed", "offset": offset} for offset in (7, 9)]
    assert edge.got == [("Bearer internal-token-of-this-home", {"controls": controls})]


def test_a_front_door_that_refuses_is_told_as_such(alice_calls: Caller, edge: type[_Edge]) -> None:
    edge.status = 503
    status, refused = alice_calls("POST", "quarantine/replay", {"offsets": [7]})
    assert (status, refused["error"]["code"]) == (503, "refused")


def test_a_front_door_that_is_down_is_told_as_such(alice_calls: Caller, home: Path) -> None:
    (home / "run").mkdir()
    (home / "run" / "edge.json").write_text(json.dumps({"address": "127.0.0.1:1"}))
    status, refused = alice_calls("POST", "quarantine/replay", {"offsets": [7]})
    assert (status, refused["error"]["code"]) == (503, "unreachable")
