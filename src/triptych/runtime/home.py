"""The home folder: where each file stands, who may read it, and the keys that are made once."""

from __future__ import annotations

import enum
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from triptych.runtime.errors import Refused
from triptych.vocabulary import Clock, iso

FOLDERS = ("published", "published/versions", "ledger", "cache", "keys", "dmp", "erasure", "run", "logs")
KEYS: tuple[tuple[str, int], ...] = (
    ("keys/hash.key", 16),
    ("keys/profile.key", 16),
    ("erasure/pepper.key", 32),
)
"""Binary keys and their length. ``hash.key`` is SipHash-128's, ``pepper.key`` digests the erased."""

TOKENS = ("keys/internal.key", "keys/django.key")
"""Keys that are text: the front door's internal bearer and Django's secret."""


class HomeKind(enum.StrEnum):
    """What a home is for. Only a demo or test home lets a command move the time."""

    LIVE = "live"
    DEMO = "demo"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one installation, by the names of what stands in it."""

    path: Path

    @property
    def ledger(self) -> Path:
        """The folder of the ledger's monthly files."""
        return self.path / "ledger"

    @property
    def published(self) -> Path:
        """The definitions in force; every version is beside it."""
        return self.path / "published" / "definitions.json"

    @property
    def state(self) -> Path:
        """The engine's database in force: a rebuild swaps the pointer ``state.current``."""
        return _in_force(self.path)

    @property
    def visitors(self) -> Path:
        """The store of visitors in force, which the engine owns too, apart from everything that names a person."""
        return _in_force(self.path / "dmp")

    @property
    def warehouse(self) -> Path:
        """The columnar store, owned by the engine."""
        return self.path / "warehouse.duckdb"

    @property
    def records(self) -> Path:
        """The records people edit, where no ``DATABASE_URL`` moves them."""
        return self.path / "records.sqlite"

    @property
    def deliveries(self) -> Path:
        """The worker's attempts and receipts."""
        return self.path / "deliveries.sqlite"

    @property
    def run(self) -> Path:
        """Sockets and one file a running process."""
        return self.path / "run"

    @property
    def logs(self) -> Path:
        """What the processes say."""
        return self.path / "logs"

    @property
    def erasure(self) -> Path:
        """The erasure list and its key: never in a backup."""
        return self.path / "erasure"

    @property
    def demo(self) -> Path:
        """What the demo world keeps beside its events: progress and truth."""
        return self.path / "demo"

    def key(self, name: str) -> bytes:
        """The bytes of ``keys/<name>.key``. Raises ``Refused`` when the home was never set up."""
        file = self.path / "keys" / f"{name}.key"
        try:
            return file.read_bytes()
        except FileNotFoundError:
            raise Refused("not_set_up", f"{self.path} has no keys: run `triptych setup` first") from None

    def token(self, name: str) -> str:
        """A key that is text: ``internal`` or ``django``."""
        return self.key(name).decode().strip()

    @property
    def pepper(self) -> bytes:
        """The key of the erasure list. Raises ``Refused`` when it is missing: without it nobody stays erased."""
        try:
            return (self.erasure / "pepper.key").read_bytes()
        except FileNotFoundError:
            raise Refused("no_erasure_key", f"{self.erasure} holds no pepper.key") from None

    @property
    def is_set_up(self) -> bool:
        """Whether ``triptych setup`` has finished here once."""
        return (self.path / "home.json").exists()

    @property
    def kind(self) -> HomeKind:
        """What this home is for."""
        file = self.path / "home.json"
        return HomeKind(json.loads(file.read_bytes())["kind"]) if file.exists() else HomeKind.LIVE

    def require_set_up(self) -> None:
        """Raise ``Refused`` unless the home has been set up."""
        if not self.is_set_up:
            raise Refused("not_set_up", f"{self.path} is not set up: run `triptych setup` first")

    def lay(self) -> None:
        """Make folders and keys that are missing, and close what others could read. May run any number of times."""
        os.umask(0o077)
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        for name in FOLDERS:
            (self.path / name).mkdir(mode=0o700, exist_ok=True)
        for name, size in KEYS:
            _make_key(self.path / name, secrets.token_bytes(size))
        for name in TOKENS:
            _make_key(self.path / name, secrets.token_urlsafe(48).encode())

    def mark_set_up(self, kind: HomeKind, clock: Clock) -> None:
        """Write what the home is for. A home keeps its first kind, except that a live one may become a demo."""
        if self.is_set_up and (self.kind is kind or kind is HomeKind.LIVE):
            return
        write_atomically(
            self.path / "home.json", json.dumps({"kind": kind.value, "set_up_at": iso(clock())}).encode() + b"\n"
        )


def _in_force(folder: Path) -> Path:
    """The database that a folder's pointer names."""
    pointer = folder / "state.current"
    return folder / (pointer.read_text().strip() if pointer.exists() else "state.sqlite")


def _make_key(file: Path, value: bytes) -> None:
    if file.exists():
        file.chmod(0o600)
        return
    write_atomically(file, value)


def write_atomically(file: Path, content: bytes) -> None:
    """Write a file of mode 0600 so that a reader, and a power cut, see the old one or the new one."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
