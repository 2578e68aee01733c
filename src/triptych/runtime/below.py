"""What runtime hands to the DMP's river, so that it need not know the front door."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from functools import partial

from triptych.collect.visitors import KeyRing
from triptych.river.visitors import VisitorsConfig
from triptych.runtime.home import Home

_PATIENCE_S = 60.0


def configure(home: Home) -> VisitorsConfig:
    """Where the visitors' river works, with the keys below the wall, and who forgets for it."""
    return VisitorsConfig(home=home.path, keys=KeyRing.of_home(home.path), forget=partial(forget, home))


def forget(home: Home, offsets: Sequence[int]) -> None:
    """Have the edge rewrite what stands at these offsets of the visitors' stream. Raises ``OSError`` when it cannot."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(_PATIENCE_S)
        line.connect(str(home.run / "edge.sock"))
        line.sendall(json.dumps({"do": "forget_visitors", "offsets": list(offsets)}).encode() + b"\n")
        answer = line.makefile("rb").readline()
    try:
        done = json.loads(answer)["ok"]
    except (ValueError, KeyError):
        raise OSError("the front door did not answer") from None
    if not done:
        raise OSError("the front door could not forget")
