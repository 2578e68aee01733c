"""Many strings looked for at once in every byte below the wall, in each form that a string is commonly hidden in."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tests.journeys.search import contents_of

_HEAD = 8
_STRETCH = 4 << 20
_DIGESTS = ("md5", "sha1", "sha256")


def forms(value: str) -> Iterator[bytes]:
    """A value as it is, in lower case, and by the common digests of both: bare, in hexadecimal and in base64."""
    for plain in {value, value.lower()}:
        yield plain.encode()
        for name in _DIGESTS:
            digest = hashlib.new(name, plain.encode(), usedforsecurity=False).digest()
            yield digest
            yield digest.hex().encode()
            yield base64.b64encode(digest).rstrip(b"=")
            yield base64.urlsafe_b64encode(digest).rstrip(b"=")


class Needles:
    """What to look for. Contents are looked at as they are, and in lower case."""

    def __init__(self, values: Iterable[str]) -> None:
        self._of: defaultdict[bytes, list[tuple[bytes, str]]] = defaultdict(list)
        for value in values:
            assert len(value) >= _HEAD, f"{value!r} is too short to be told from chance"
            for form in set(forms(value)):
                self._of[form[:_HEAD]].append((form, value))
        self._heads = np.sort(np.frombuffer(b"".join(self._of), np.uint64))

    def __len__(self) -> int:
        return sum(map(len, self._of.values()))

    def found_in(self, content: bytes) -> set[str]:
        """The values that stand in a content, in whatever form."""
        return {value for text in {content, content.lower()} for value in self._search(text)}

    def found_below(self, *places: Path) -> set[tuple[str, str]]:
        """The values that stand in files and folders, frames and cells opened: where, and which."""
        files = [file for place in places for file in ([place] if place.is_file() else sorted(place.rglob("*")))]
        found: set[tuple[str, str]] = set()
        for file in files:
            if file.is_file():
                for _, content in contents_of(file):
                    found |= {(str(file), value) for value in self.found_in(content)}
        return found

    def _search(self, content: bytes) -> Iterator[str]:
        for start in range(0, max(1, len(content) - _HEAD + 1), _STRETCH):
            stretch = content[start : start + _STRETCH + _HEAD - 1]
            if len(stretch) < _HEAD:
                return
            for place in self._candidates(np.frombuffer(stretch, np.uint8)):
                at = start + int(place)
                for form, value in self._of[content[at : at + _HEAD]]:
                    if content.startswith(form, at):
                        yield value

    def _candidates(self, stretch: NDArray[np.uint8]) -> NDArray[np.intp]:
        """The places at which some needle may begin."""
        windows = np.ascontiguousarray(sliding_window_view(stretch, _HEAD)).view(np.uint64).ravel()
        spots = np.searchsorted(self._heads, windows)
        spots[spots == self._heads.size] = 0
        return np.flatnonzero(self._heads[spots] == windows)
