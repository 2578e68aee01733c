"""What a browser may see of its own visitor, as the front door serves it: read below the wall, joined with nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from triptych.dmp.visitors import read
from triptych.runtime.home import Home


def visitor_answer(home: Home) -> Callable[[str], dict[str, Any] | None]:
    """Answers what is kept of the visitor of a handle. Works with the engine running or not."""
    return partial(read.own, home.path)
