"""The sources, as the registry published them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from triptych.collect.errors import DefinitionsUnreadable
from triptych.collect.model import Source


class PublishedContract(msgspec.Struct, frozen=True):
    """A partner's contract, as far as the front door has to know it: when it is in force. Instants; 0 is never.

    ``ends_at`` is what was agreed, ``ended_at`` an earlier end.
    """

    id: str
    starts_at: int = 0
    ends_at: int = 0
    ended_at: int = 0

    def is_in_force(self, now: int) -> bool:
        """Whether the contract has begun and not ended at ``now``."""
        return self.starts_at <= now and not any(0 < end <= now for end in (self.ends_at, self.ended_at))


class PublishedSources(msgspec.Struct, frozen=True):
    """One version of the published definitions, as far as the front door reads them."""

    version: int
    sources: tuple[Source, ...] = ()
    published_at: int = 0
    contracts: tuple[PublishedContract, ...] = ()


_DECODER = msgspec.json.Decoder(PublishedSources)


def parse(content: bytes) -> PublishedSources:
    """The sources of a published document.

    Raises:
        DefinitionsUnreadable: The bytes are no such document.
    """
    try:
        return _DECODER.decode(content)
    except msgspec.MsgspecError as error:
        raise DefinitionsUnreadable(str(error)) from error


def load(path: Path) -> PublishedSources:
    """The sources of the published file at ``path``.

    Raises:
        DefinitionsUnreadable: There is no such file, or it holds no such document.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DefinitionsUnreadable(str(error)) from error
    return parse(content)
