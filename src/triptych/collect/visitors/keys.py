"""The DMP's own key ring, apart from every key of the house: one file a key, in a folder of its own.

- ``visitor.key`` signs the cookie.
- ``handle.key`` makes the handle, by which a visitor is spoken of: the cookie's value stands nowhere else.
- ``day-YYYYMMDD.key`` makes the ids of a day's observations. Destroyed after eight days: then nobody, not even with all
  other keys and the whole named stream, can find an observation by a message id.
- ``contract-<id>.key`` makes what a partner may see of a visitor. Destroyed with the contract.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from triptych.vocabulary import MICROSECONDS

DAYS_KEPT = 8
"""How many days' keys are kept: a retry of an event is known for that long. Clients give up after twelve hours."""

_KEY_BYTES = 32
_DAY = re.compile(r"day-(\d{8})\.key")
_CONTRACT = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)


class KeyRing:
    """The keys in ``dmp/keys``: made when they are first needed, read once, destroyed by file.

    Several processes may hold a ring on one folder: a key is made under a name of its own and linked into place, so
    that two that make the same one end with the same one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, bytes] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.visitor = self._key("visitor")
        self.handle = self._key("handle")

    @classmethod
    def of_home(cls, home: Path) -> KeyRing:
        """The ring of a home folder."""
        (home / "dmp").mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(home / "dmp" / "keys")

    def handle_of(self, visitor: str) -> str:
        """The handle of a visitor: sixteen hexadecimal digits."""
        return handle_of(self.handle, visitor)

    def day(self, day: date) -> bytes:
        """The key of a day's observation ids."""
        return self._key(f"day-{day:%Y%m%d}")

    def contract(self, contract: str) -> bytes | None:
        """The key of a contract, ``None`` where it was never made or is destroyed. Asked of the disk each time."""
        file = self._file(_named(contract))
        try:
            return file.read_bytes()
        except FileNotFoundError:
            return None

    def make_contract(self, contract: str) -> bytes:
        """The key of a contract, made if there is none."""
        return self._made(_named(contract))

    def destroy_contract(self, contract: str) -> bool:
        """Destroy a contract's key. True when there was one."""
        return self._destroy(self._file(_named(contract)))

    def sweep(self, today: date) -> int:
        """Destroy the keys of days that are over for long enough, and answer how many those were."""
        first = today - timedelta(days=DAYS_KEPT - 1)
        gone = 0
        for file in sorted(self._folder.glob("day-*.key")):
            found = _DAY.fullmatch(file.name)
            if found is not None and found[1] < f"{first:%Y%m%d}":
                self._kept.pop(file.stem, None)
                gone += self._destroy(file)
        return gone

    def _key(self, name: str) -> bytes:
        kept = self._kept.get(name)
        if kept is None:
            kept = self._kept[name] = self._made(name)
        return kept

    def _made(self, name: str) -> bytes:
        """The bytes of a key's file, which is made when it is not there."""
        file = self._file(name)
        with suppress(FileNotFoundError):
            return file.read_bytes()
        fresh = self._folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(_KEY_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        with suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
        self._sync()
        return file.read_bytes()

    def _destroy(self, file: Path) -> bool:
        """Overwrite a key and take its file away."""
        try:
            descriptor = os.open(file, os.O_WRONLY)
        except FileNotFoundError:
            return False
        try:
            os.write(descriptor, bytes(_KEY_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        file.unlink(missing_ok=True)
        self._sync()
        return True

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.key"


def handle_of(key: bytes, visitor: str) -> str:
    """The handle of a visitor under a handle key.

    >>> len(handle_of(b"k", "v_" + "0" * 32))
    16
    """
    return hmac.digest(key, visitor.encode(), "sha256").hex()[:16]


def pseudonym(key: bytes, visitor: str) -> str:
    """What a partner sees of a visitor under a contract's key: 64 hexadecimal digits."""
    return hmac.digest(key, visitor.encode(), "sha256").hex()


def observation_id(key: bytes, source: str, message_id: str) -> str:
    """The id of an observation under a day's key: 32 hexadecimal digits."""
    content = f"{source}\0{message_id}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, content, "sha256").hex()[:32]


def day_of(instant: int) -> date:
    """The day of an instant, UTC."""
    return datetime.fromtimestamp(instant // MICROSECONDS, UTC).date()


def _named(contract: str) -> str:
    """The name of a contract's key. Raises ``ValueError`` for what cannot be part of a file's name."""
    if not _CONTRACT.fullmatch(contract):
        raise ValueError(f"{contract[:80]!r} is no contract's id")
    return f"contract-{contract}"
