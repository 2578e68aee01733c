"""@segment/analytics-node, unmodified: host and key are all that is told to it."""

import subprocess
from collections import Counter

import pytest

from tests.clients.door import HERE, NODE, Door

pytestmark = pytest.mark.browser


def test_it_takes_every_call_of_analytics_node_once(door: Door) -> None:
    source = door.source("node")
    done = subprocess.run(
        [NODE, "send.mjs", door.url, source["secret_key"]],
        cwd=HERE / "node",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kept = door.wait_for("node", 6)
    assert Counter(event["type"] for _, event in kept) == Counter(
        ["identify", "track", "page", "screen", "group", "alias"]
    )
    assert len({event["messageId"] for _, event in kept}) == 6
    assert source["secret_key"] not in repr(kept), "a key is stripped before the append"
