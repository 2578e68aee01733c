"""An end at a stage boundary, for an engine that runs in a process of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable


def killed_after(stage: str, times: int) -> Callable[[str], None]:
    """What an engine calls after each stage: it kills the process once ``stage`` has passed so many times."""
    left = times

    def after(passed: str) -> None:
        nonlocal left
        left -= passed == stage
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return after
