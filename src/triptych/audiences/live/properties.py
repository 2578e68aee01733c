"""The properties that conditions ask about, read out of an event's JSON without reading the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec


class PropertyReader:
    """Reads some top-level properties by name. Of a name that stands twice the first counts, as in the warehouse."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(set(names)))
        fields = [(f"field{index}", object, None) for index in range(len(self.names))]
        wanted = msgspec.defstruct(
            "Wanted", fields, rename={f"field{index}": name for index, name in enumerate(self.names)}, gc=False
        )
        self._decoder = msgspec.json.Decoder(wanted)
        self._marks = [msgspec.json.encode(name) for name in self.names]

    def read(self, document: bytes | None) -> dict[str, object]:
        """The values of the names that are there and not null."""
        if document is None or not self.names:
            return {}
        if b"\\" in document or any(document.count(mark) > 1 for mark in self._marks):
            return self._read_slowly(document)
        try:
            found = self._decoder.decode(document)
        except (msgspec.DecodeError, RecursionError):
            return self._read_slowly(document)
        return {name: getattr(found, f"field{index}") for index, name in enumerate(self.names)}

    def _read_slowly(self, document: bytes) -> dict[str, object]:
        try:
            pairs = json.loads(document, object_pairs_hook=_First, parse_constant=_refuse)
        except (ValueError, RecursionError):
            return {}
        return {name: pairs[name] for name in self.names if name in pairs} if isinstance(pairs, dict) else {}


class _First(dict[str, object]):
    """An object of which the first of two equal names counts."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(reversed(pairs))


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")
