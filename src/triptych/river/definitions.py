"""The published definitions by version, as the river reads them: sources with their rules, and the whole document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import structlog

from triptych.audiences import Definition
from triptych.collect.errors import DefinitionsUnreadable
from triptych.collect.model import Source
from triptych.collect.published import PublishedSources, parse
from triptych.river.plans import Rules


class _Audiences(msgspec.Struct, frozen=True):
    audiences: tuple[Definition, ...] = ()


_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Version:
    """One version of the definitions: its number, and the document that the other rooms read their part of."""

    number: int
    document: bytes

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Its sources by id."""
        try:
            published = parse(self.document) if self.document else PublishedSources(self.number)
        except DefinitionsUnreadable as error:
            _log.error("definitions_unreadable", version=self.number, error=str(error))
            published = PublishedSources(self.number)
        return {source.id: source for source in published.sources}

    @cached_property
    def audiences(self) -> tuple[Definition, ...]:
        """Its audiences."""
        if not self.document:
            return ()
        try:
            return msgspec.json.decode(self.document, type=_Audiences).audiences
        except msgspec.MsgspecError as error:
            _log.error("audiences_unreadable", version=self.number, error=str(error))
            return ()

    @cached_property
    def rules(self) -> dict[str, Rules]:
        """What each source may send, as it is asked for."""
        return {}

    def rules_of(self, source: str) -> Rules | None:
        """What a source may send; nothing for an unknown one."""
        if source not in self.rules and source in self.sources:
            self.rules[source] = Rules.of(self.sources[source])
        return self.rules.get(source)


class Definitions:
    """Every version that was ever published, read when it is asked for."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "published" / "versions"
        self._current = home / "published" / "definitions.json"
        self._versions: dict[int, Version] = {}

    def version(self, number: int) -> Version:
        """A version by its number; an empty one where nothing was kept."""
        if number not in self._versions:
            self._versions[number] = Version(number, self._read(number))
        return self._versions[number]

    def source(self, number: int, source: str) -> Source | None:
        """A source as a version has it."""
        return self.version(number).sources.get(source)

    def is_literal(self, number: int, source: str) -> bool:
        """Whether a source keeps its clients' times to the letter."""
        found = self.source(number, source)
        return found is not None and found.clock == "literal"

    def _read(self, number: int) -> bytes:
        for path in (self._folder / f"{number}.json", self._current):
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue
            if path != self._current or _number(content) == number:
                return content
        _log.error("definitions_missing", version=number)
        return b""


def _number(content: bytes) -> int:
    try:
        return parse(content).version
    except DefinitionsUnreadable:
        return -1
