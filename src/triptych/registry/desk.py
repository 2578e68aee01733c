"""Who changes a definition, in which home, at which time: what every service of the registry is told first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from triptych.vocabulary import Clock, system_clock


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a change is made. ``actor`` is ``cli``, ``setup`` or ``user:<number>``: never a name or a mail address."""

    home: Path
    actor: str
    clock: Clock = system_clock
