"""Unmodified Python clients of both dialects against the edge: every call, each event stored once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.collect.edge.running import SECRET, RunningEdge

OLD_CLIENT = Path(__file__).parents[3] / "build" / "clients"

CALLS = """
client.identify("alice", {"email": "alice@example.org"})
client.track("alice", "Bought", {"total": 12.5})
client.page("alice", "shop", "Home", {"path": "/"})
client.screen("alice", "shop", "Basket")
client.group("alice", "acme", {"plan": "gold"})
client.alias("a1", "alice")
client.flush()
client.join()
print(json.dumps({"version": version, "errors": errors}))
"""

SEGMENT = """
import json, sys
from segment.analytics.client import Client
from segment.analytics.version import VERSION as version
errors = []
def failed(error, _):
    errors.append(str(error))

client = Client(sys.argv[2], host=sys.argv[1], gzip=sys.argv[3] == "gzip", on_error=failed, max_retries=2)
"""

RUDDER = """
import json, sys
from rudderstack.analytics.client import Client
from rudderstack.analytics.version import VERSION as version
errors = []
def failed(error, _):
    errors.append(str(error))

client = Client(sys.argv[2], host=sys.argv[1], gzip=sys.argv[3] == "gzip", on_error=failed, max_retries=2)
"""


def run(script: str, edge: RunningEdge, *, key: str = SECRET, packing: str = "plain", path: Path | None = None) -> Any:
    """Run a client's script in a process of its own, and answer what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", script + CALLS, edge.url, key, packing],
        env={**os.environ, "PYTHONPATH": str(path or "")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def check(edge: RunningEdge, start: int) -> list[dict[str, Any]]:
    """Every call is there once, by the server's key."""
    events = edge.events(start)
    assert [event["type"] for event in events] == ["identify", "track", "page", "screen", "group", "alias"]
    assert len({event["messageId"] for event in events}) == 6
    assert {entry.head.trust for entry in edge.stored("events", from_offset=start)} == {3}
    assert all(entry.head.sent_at for entry in edge.stored("events", from_offset=start))
    return events


@pytest.mark.parametrize("packing", ["plain", pytest.param("gzip", marks=pytest.mark.slow)])
def test_segment_analytics_python_delivers_every_call(edge: RunningEdge, packing: str) -> None:
    start = edge.end()
    assert run(SEGMENT, edge, packing=packing) == {"version": "2.4.0", "errors": []}
    assert check(edge, start)[0]["traits"] == {"email": "alice@example.org"}


@pytest.mark.slow
@pytest.mark.skipif(not (OLD_CLIENT / "segment").exists(), reason="`make clients` has not been run")
@pytest.mark.parametrize("packing", ["plain", "gzip"])
def test_the_older_segment_analytics_python_delivers_every_call(edge: RunningEdge, packing: str) -> None:
    start = edge.end()
    assert run(SEGMENT, edge, packing=packing, path=OLD_CLIENT) == {"version": "2.3.4", "errors": []}
    check(edge, start)


@pytest.mark.parametrize("packing", [pytest.param("plain", marks=pytest.mark.slow), "gzip"])
def test_rudder_sdk_python_delivers_every_call(edge: RunningEdge, packing: str) -> None:
    start = edge.end()
    assert run(RUDDER, edge, packing=packing)["errors"] == []
    assert check(edge, start)[0]["context"]["traits"] == {"email": "alice@example.org"}


@pytest.mark.slow
@pytest.mark.parametrize("script", [SEGMENT, RUDDER])
def test_a_client_with_a_wrong_key_reports_it_once_and_stops(edge: RunningEdge, script: str) -> None:
    start = edge.end()
    errors = run(script, edge, key="nobody")["errors"]
    assert errors
    assert all("invalid_write_key" in error for error in errors)
    assert edge.events(start) == []
