"""The generator of steady load: what counts as the server's time, and what as its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from triptych.runtime.bench import pace as bench

SLOW_S = 0.03


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        time.sleep(SLOW_S)
        content = b'{"profile_id":"p"}'
        self.send_response(200 if self.path == "/v1/profile" else 503)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def job(url: str, **changes: Any) -> dict[str, Any]:
    made = {"url": url, "secret": "s", "profiles": 10, "seed": 1, "what": "reads", "rate": 50, "seconds": 0.2}
    return {**made, **changes}


def test_every_request_is_answered_and_counted(url: str) -> None:
    seen = bench.pace(job(url))
    assert (seen.requests, seen.failed) == (10, 0)
    assert seen.p50_ms >= SLOW_S * 1_000
    assert seen.p99_ms <= seen.due_p99_ms <= seen.p99_ms + seen.late_p99_ms + 1e-6


def test_a_wait_for_a_connection_is_the_servers(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_CONNECTIONS", 1)
    seen = bench.pace(job(url))
    assert seen.requests == 10
    assert seen.p99_ms >= 100 + SLOW_S * 1_000 - 1  # it came every 20 ms, and was answered every 30


def test_an_answer_that_is_no_200_has_failed(url: str) -> None:
    seen = bench.pace(job(url, what="events", per_body=2))
    assert (seen.requests, seen.failed) == (0, 10)


def test_a_job_runs_in_a_process_of_its_own(url: str) -> None:
    assert bench.post_paced(job(url))().requests == 10
