"""Files of the home folder that the registry writes: published documents and signing secrets."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from triptych.registry.errors import Problem, RegistryError


def replace_file(file: Path, content: bytes) -> None:
    """Write a file of mode 0600 so that a reader, and a power cut, see the old one whole or the new one whole."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
    _sync_folder(file.parent)


def remove_file(file: Path) -> None:
    """Remove a file for good, if it is there."""
    file.unlink(missing_ok=True)
    if file.parent.exists():
        _sync_folder(file.parent)


def internal_token(home: Path) -> str:
    """The key with which our own processes speak to the front door.

    Raises:
        RegistryError: The home has no keys yet.
    """
    try:
        return (home / "keys" / "internal.key").read_text("ascii").strip()
    except OSError:
        raise RegistryError(Problem.NOT_SET_UP, f"{home} has no keys: run `triptych setup` first") from None


def webhook_secret_file(home: Path, destination: str) -> Path:
    """Where a destination's signing secret is kept."""
    return home / "keys" / f"webhook-{destination}.key"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
