"""The properties that conditions ask about, read out of events' JSON without reading the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from operator import attrgetter

import msgspec

_NOTHING = b"{}"


class PropertyReader:
    """Reads some top-level properties by name. Of a name that stands twice the first counts, as in the warehouse."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(set(names)))
        fields = [f"field{index}" for index in range(len(self.names))]
        wanted = msgspec.defstruct(
            "Wanted",
            [(field, object, msgspec.UNSET) for field in fields],
            rename=dict(zip(fields, self.names, strict=True)),
            gc=False,
        )
        self._getters = [attrgetter(field) for field in fields]
        self._decoder = msgspec.json.Decoder(wanted)
        self._marks = [msgspec.json.encode(name) for name in self.names]

    def read(self, documents: Sequence[bytes | None]) -> dict[str, list[object]]:
        """The values of each name, one a document; None where it is absent or null."""
        given = [document or _NOTHING for document in documents]
        try:
            found = [self._decoder.decode(document) for document in given]
        except (msgspec.DecodeError, RecursionError):
            return self._read_slowly(given, range(len(given)), {name: [None] * len(given) for name in self.names})
        columns = {name: list(map(get, found)) for name, get in zip(self.names, self._getters, strict=True)}
        doubtful = self._doubtful(given, columns)
        for values in columns.values():
            if msgspec.UNSET in values:
                values[:] = [None if value is msgspec.UNSET else value for value in values]
        return self._read_slowly(given, doubtful, columns) if doubtful else columns

    def _doubtful(self, documents: list[bytes], columns: dict[str, list[object]]) -> Sequence[int]:
        """The documents in which a name may stand twice, or be written with escapes. Looks at all of them at once."""
        whole = b"\n".join(documents)
        once = all(
            whole.count(mark) == len(documents) - columns[name].count(msgspec.UNSET)
            for mark, name in zip(self._marks, self.names, strict=True)
        )
        if once and b"\\" not in whole:
            return ()
        return [
            row
            for row, document in enumerate(documents)
            if b"\\" in document or any(document.count(mark) > 1 for mark in self._marks)
        ]

    def _read_slowly(
        self, documents: list[bytes], rows: Iterable[int], columns: dict[str, list[object]]
    ) -> dict[str, list[object]]:
        for row in rows:
            try:
                found = json.loads(documents[row], object_pairs_hook=_First, parse_constant=_refuse)
            except (ValueError, RecursionError):
                found = None
            for name in self.names:
                columns[name][row] = found.get(name) if isinstance(found, dict) else None
        return columns


class _First(dict[str, object]):
    """An object of which the first of two equal names counts."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(reversed(pairs))


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")
