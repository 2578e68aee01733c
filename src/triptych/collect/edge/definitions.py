"""The published definitions in force, and whose keys they hold."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from pathlib import Path

from triptych.collect.errors import DefinitionsUnreadable
from triptych.collect.model import Source
from triptych.collect.published import PublishedSources, load


class Keyring:
    """Sources by their keys. Secrets are known by digest only."""

    def __init__(self, published: PublishedSources) -> None:
        self.version = published.version
        self._by_write_key: dict[str, tuple[Source, int]] = {}
        self._by_secret: dict[str, tuple[str, Source, int]] = {}
        self._by_id = {source.id: source for source in published.sources}
        self._contracts = {contract.id: contract for contract in published.contracts}
        for source in published.sources:
            for old in source.retiring:
                if old.kind.startswith("secret"):
                    self._by_secret[old.key] = (old.key, source, old.until)
                else:
                    self._by_write_key[old.key] = (source, old.until)
        for source in published.sources:
            self._by_write_key[source.write_key] = (source, 0)
            if source.secret_digest:
                self._by_secret[source.secret_digest] = (source.secret_digest, source, 0)

    def by_id(self, name: str) -> Source | None:
        """The source of this name, for our own processes."""
        return self._by_id.get(name)

    def is_in_force(self, contract: str, now: int) -> bool:
        """Whether a partner's contract has begun and not ended."""
        found = self._contracts.get(contract)
        return found is not None and found.is_in_force(now)

    def by_write_key(self, key: str, now: int) -> Source | None:
        """The source that this public key names."""
        found = self._by_write_key.get(key)
        return None if found is None or 0 < found[1] <= now else found[0]

    def by_secret(self, secret: str, now: int) -> Source | None:
        """The source that this secret key proves."""
        digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
        found = self._by_secret.get(digest)
        if found is None or not hmac.compare_digest(found[0], digest) or 0 < found[2] <= now:
            return None
        return found[1]


class Definitions:
    """Watches the published file. A version once read stays in force while the file cannot be read."""

    def __init__(
        self,
        path: Path,
        *,
        glance: float,
        on_change: Callable[[int], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._glance = glance
        self._on_change = on_change
        self._monotonic = monotonic
        self._looked = float("-inf")
        self._stamp: tuple[int, int, int] | None = None
        self.keyring: Keyring | None = None
        self.readable = False

    def current(self) -> Keyring | None:
        """The keys in force; the file is looked at when the last look is old."""
        if self.keyring is None or self._monotonic() - self._looked > self._glance:
            self.refresh()
        return self.keyring

    def refresh(self) -> bool:
        """Look at the file now, and read it when it is another one. True when the keys changed."""
        self._looked = self._monotonic()
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
            if stamp == self._stamp:
                self.readable = True
                return False
            published = load(self._path)
        except (OSError, DefinitionsUnreadable):
            self.readable = False
            return False
        self._stamp = stamp
        self.readable = True
        is_new = self.keyring is None or self.keyring.version != published.version
        self.keyring = Keyring(published)
        if is_new:
            self._on_change(published.version)
        return True
