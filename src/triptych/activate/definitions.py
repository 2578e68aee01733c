"""What the worker reads of the published definitions: destinations, and the purpose of each audience."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from triptych.activate.model import Destination


class _Audience(msgspec.Struct, frozen=True):
    id: str
    purpose: str


class _Document(msgspec.Struct, frozen=True):
    version: int = 0
    audiences: tuple[_Audience, ...] = ()
    destinations: tuple[Destination, ...] = ()


class Published:
    """The definitions in force, looked at again when the file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] = (0, 0)
        self.destinations: Mapping[str, Destination] = {}
        self.purposes: Mapping[str, str] = {}

    @property
    def loaded(self) -> bool:
        """Whether any version has been read."""
        return self._seen != (0, 0)

    def refresh(self) -> bool:
        """Read the file if it is another one. Answers whether it was; an unreadable file changes nothing."""
        try:
            status = self._path.stat()
            if (status.st_mtime_ns, status.st_ino) == self._seen:
                return False
            document = msgspec.json.decode(self._path.read_bytes(), type=_Document)
        except (OSError, msgspec.MsgspecError):
            return False
        self._seen = (status.st_mtime_ns, status.st_ino)
        self.destinations = {each.id: each for each in document.destinations if each.enabled}
        self.purposes = {each.id: each.purpose for each in document.audiences}
        return True
