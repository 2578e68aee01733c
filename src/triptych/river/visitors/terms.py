"""The published definitions as this river reads them: the operator's words, contracts, segments, by version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec
import structlog

from triptych.audiences.segments.model import SegmentDefinition, definitions
from triptych.collect.visitors import Category
from triptych.dmp.partners import Contract
from triptych.river.definitions import Definitions

_log = structlog.get_logger(__name__)


class _Source(msgspec.Struct, frozen=True):
    categories: tuple[Category, ...] = ()
    campaigns: tuple[str, ...] = ()


class _Document(msgspec.Struct, frozen=True):
    sources: tuple[_Source, ...] = ()
    contracts: tuple[Contract, ...] = ()


_DECODER = msgspec.json.Decoder(_Document)


@dataclass(frozen=True)
class Terms:
    """One version: the words that may be said of a page, the campaigns, the contracts with partners, the segments."""

    categories: frozenset[str] = frozenset()
    campaigns: frozenset[str] = frozenset()
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    document: bytes = b""

    @cached_property
    def segments(self) -> tuple[SegmentDefinition, ...]:
        """The segments."""
        try:
            return definitions(self.document) if self.document else ()
        except msgspec.MsgspecError as error:
            _log.error("segments_unreadable", error=str(error))
            return ()

    @classmethod
    def of(cls, document: bytes) -> Terms:
        """The terms of a published document."""
        try:
            found = _DECODER.decode(document) if document else _Document()
        except msgspec.MsgspecError as error:
            _log.error("terms_unreadable", error=str(error))
            found = _Document()
        return cls(
            categories=frozenset(each.category for source in found.sources for each in source.categories),
            campaigns=frozenset(code for source in found.sources for code in source.campaigns),
            contracts={contract.id: contract for contract in found.contracts},
            document=document,
        )


class Published:
    """Every version that was ever published, read when it is asked for."""

    def __init__(self, home: Path) -> None:
        self._definitions = Definitions(home)
        self._versions: dict[int, Terms] = {-1: Terms()}

    def version(self, number: int) -> Terms:
        """A version by its number; an empty one where nothing was kept."""
        found = self._versions.get(number)
        if found is None:
            found = self._versions[number] = Terms.of(self._definitions.version(number).document)
        return found
