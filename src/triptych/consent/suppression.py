"""The list of the erased: keyed digests that keep a person out after a replay and a restore.

The list and its key stand in the folder ``erasure``, which no backup contains; it is only ever added to. Everyone who
lets data in asks it: the edge before the append, the engine before it admits a row.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from triptych.consent import store
from triptych.consent.errors import ErasureListUnreadable
from triptych.consent.rights import Certificate
from triptych.vocabulary import Identifier, IdentifierType

_GLANCE = 0.2  # seconds between two looks at the file
_REMEMBERED = 200_000  # answers kept, so that a busy visitor costs one digest


class Suppression:
    """Who was erased, asked by identifier. It can tell whether a value is on the list, never which values are."""

    def __init__(
        self, *, erased: store.ErasedStore, pepper: bytes, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = erased
        self._pepper = pepper
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._digests: set[str] = set()
        self._answers: dict[tuple[int, str], bool] = {}
        self._seen = 0
        self._looked = float("-inf")
        self.refresh()

    @classmethod
    def open(cls, folder: Path, *, monotonic: Callable[[], float] = time.monotonic) -> Suppression:
        """The list in ``folder``, which must hold its key ``pepper.key``.

        Raises:
            ErasureListUnreadable: The key is missing, too short, or not the one that the list was made with.
        """
        pepper = _read_pepper(folder / "pepper.key")
        check = hashlib.blake2b(b"triptych erasure list", key=pepper, digest_size=16).hexdigest()
        return cls(erased=store.ErasedStore(folder / "erased.sqlite", check=check), pepper=pepper, monotonic=monotonic)

    def digest(self, kind: IdentifierType | int, value: str) -> str:
        """The keyed digest of a normalised value, 32 hexadecimal figures (BLAKE2b, RFC 7693, in its keyed mode)."""
        return hashlib.blake2b(b"%d\0%b" % (kind, value.encode()), key=self._pepper, digest_size=16).hexdigest()

    def is_erased(self, kind: IdentifierType | int, value: str) -> bool:
        """Whether the person of this normalised value was erased; what another process added is seen in a second."""
        if self._monotonic() - self._looked > _GLANCE:
            self.refresh()
        if not self._digests:
            return False
        key = (int(kind), value)
        answers = self._answers  # a refresh in another thread starts a new one: never write old news into it
        known = answers.get(key)
        if known is None:
            known = self.digest(kind, value) in self._digests
            if len(answers) >= _REMEMBERED:
                answers.clear()
            answers[key] = known
        return known

    def holds(self, digest: str) -> bool:
        """Whether a digest stands on the list."""
        return digest in self._digests

    def refresh(self) -> bool:
        """Look at the file, which costs microseconds when nothing changed. True when there was something new."""
        with self._lock:
            self._looked = self._monotonic()
            fresh, self._seen = self._store.digests_after(self._seen)
            if not fresh:
                return False
            self._digests |= set(fresh)
            self._answers = {}
            return True

    def add(self, request_id: str, identifiers: Iterable[Identifier], at: int) -> list[str]:
        """Put every identifier of an erased person on the list, durably, and answer their digests.

        May be asked again for the same request: what stands there already is not added twice.
        """
        digests = [self.digest(identifier.type, identifier.value) for identifier in identifiers]
        self._store.add(request_id, digests, at)
        self.refresh()
        return digests

    def requests(self) -> dict[str, list[str]]:
        """The digests on the list by the request that put them there, oldest first: what ``restore`` erases again."""
        return self._store.requests()

    def save(self, certificate: Certificate) -> None:
        """Keep the certificate of an erasure beside the list, as it stands now."""
        self._store.save(certificate)

    def certificates(self) -> Sequence[Certificate]:
        """The certificates of all erasures, oldest first. Those with rooms outstanding have work left."""
        return self._store.certificates()

    def __len__(self) -> int:
        """How many identifiers stand on the list."""
        return len(self._digests)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()


def _read_pepper(file: Path) -> bytes:
    try:
        pepper = file.read_bytes()
    except OSError as error:
        raise ErasureListUnreadable(f"the key of the erasure list cannot be read: {error}") from error
    if not 16 <= len(pepper) <= 64:
        raise ErasureListUnreadable(f"{file.name} holds {len(pepper)} bytes; 16 to 64 are needed")
    return pepper
