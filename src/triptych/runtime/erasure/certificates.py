"""Certificates as several processes write them: read, change and save under one lock."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from triptych.consent import Certificate, RoomReport, Suppression
from triptych.runtime.home import Home


@contextmanager
def _locked(home: Home) -> Iterator[None]:
    descriptor = os.open(home.erasure / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@dataclass(slots=True)
class Watch:
    """Tells cheaply whether the erasure list's file has changed since the last time."""

    home: Home
    seen: tuple[tuple[int, int], ...] = ()

    def changed(self) -> bool:
        """Whether it has; true the first time."""
        now = tuple(_place(self.home.erasure / name) for name in ("erased.sqlite", "erased.sqlite-wal"))
        fresh, self.seen = now != self.seen, now
        return fresh


def _place(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def all_of(home: Home) -> Sequence[Certificate]:
    """Every certificate, oldest first."""
    with closing(Suppression.open(home.erasure)) as suppression:
        return suppression.certificates()


def find(home: Home, request_id: str) -> Certificate | None:
    """The certificate of a request as it stands now."""
    return next((each for each in all_of(home) if each.request_id == request_id), None)


def save(home: Home, certificate: Certificate) -> None:
    """Keep a new certificate."""
    with _locked(home), closing(Suppression.open(home.erasure)) as suppression:
        suppression.save(certificate)


def report(home: Home, request_id: str, *reports: RoomReport) -> Certificate:
    """Put rooms' reports into a certificate, whatever other processes reported meanwhile."""
    with _locked(home), closing(Suppression.open(home.erasure)) as suppression:
        certificate = next(each for each in suppression.certificates() if each.request_id == request_id)
        for each in reports:
            certificate = certificate.with_report(each)
        suppression.save(certificate)
        return certificate


def outstanding(home: Home, rooms: Sequence[str]) -> list[tuple[Certificate, list[RoomReport]]]:
    """The certificates that have work for one of the rooms, with that work."""
    found = []
    for certificate in all_of(home):
        work = [each for each in certificate.outstanding if each.room in rooms]
        if work:
            found.append((certificate, work))
    return found
