"""What runtime hands to the edge: a home, a clock, keys, and the questions that other rooms answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from triptych.collect.limits import DEFAULT_LIMITS, Limits
from triptych.vocabulary import Clock, IdentifierType, system_clock

ProfileAnswer = Callable[[IdentifierType, str], "dict[str, Any] | None"]
"""Answers what is known of the person behind an identifier, or ``None``. Read-only and fast: it holds up the door."""


VisitorAnswer = Callable[[str], "dict[str, Any] | None"]
"""Answers what the DMP holds of the visitor with a handle, or ``None``: for that browser itself, and nobody else."""


class ErasedList(Protocol):
    """The list of the erased, asked by normalised identifier."""

    def is_erased(self, kind: IdentifierType, value: str, /) -> bool:
        """Whether the person of this value was erased."""

    def refresh(self) -> bool:
        """Look whether another process added to the list."""

    def __len__(self) -> int: ...


class Asset(NamedTuple):
    """A file that the edge serves: the tracker, the demo shop."""

    content_type: str
    body: bytes
    max_age: int = 300


def exit_process(reason: str) -> None:
    """End this process at once. The supervisor starts another one, which finds out what is on the disk."""
    del reason  # whoever calls has logged it
    os._exit(70)


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeConfig:
    """How one edge runs.

    Attributes:
        home: The home folder.
        hash_key: The key of the digests in stubs.
        internal_key: The bearer token of our own processes.
        clock: Tells the receive time.
        suppression: The list of the erased; ``None`` only where nobody can have been erased yet.
        profile_answer: Answers ``POST /v1/profile``; ``None`` closes the route.
        visitor_answer: Answers ``GET /v1/visitor``; ``None`` where there is no DMP to ask.
        flush_seconds: How long observations wait for one another before they are written.
        asset: Answers the file at a path, if there is one.
        prefixes: Paths under which every route is mounted too, as ``/collect``.
        public_url: What clients should call, where it is not what the request's ``Host`` says. Its path is a prefix.
        trusted_proxies: Addresses whose ``X-Forwarded-For`` and ``-Proto`` are believed.
        idle_seconds: After so long without traffic a tick is appended.
        glance_seconds: How often, at most, the published file is looked at.
        access_log: Whether each request is logged, keys scrubbed.
        on_failure: Called once after a failed sync, when the last answers are out.
        durable: False only for the benchmark's other half: parse and answer, append nothing.
    """

    home: Path
    hash_key: bytes
    internal_key: str
    clock: Clock = system_clock
    suppression: ErasedList | None = None
    profile_answer: ProfileAnswer | None = None
    visitor_answer: VisitorAnswer | None = None
    flush_seconds: float = 2.0
    asset: Callable[[str], Asset | None] | None = None
    limits: Limits = DEFAULT_LIMITS
    prefixes: tuple[str, ...] = ()
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    idle_seconds: float = 10
    glance_seconds: float = 0.2
    access_log: bool = False
    on_failure: Callable[[str], None] = exit_process
    durable: bool = True

    @property
    def ledger(self) -> Path:
        """The ledger's folder."""
        return self.home / "ledger"

    @property
    def published(self) -> Path:
        """The definitions in force."""
        return self.home / "published" / "definitions.json"

    @property
    def socket(self) -> Path:
        """Where our own processes may ask the edge to forget."""
        return self.home / "run" / "edge.sock"
