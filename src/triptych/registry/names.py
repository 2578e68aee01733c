"""Names and keys that the registry gives: what an id may look like, how a key is made and kept."""

from __future__ import annotations

import hashlib
import re
import secrets

from triptych.registry.errors import invalid

WRITE_PREFIX = "wk_"
SECRET_PREFIX = "sk_"  # noqa: S105  how a secret begins, not one
SIGNING_PREFIX = "whsec_"
_ID = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?")


def check_id(value: str) -> str:
    """An id of a source, audience or destination: it becomes part of file names, addresses and commands.

    Raises:
        RegistryError: It is not lower-case letters, digits, ``-`` and ``_``, at most 40 of them.
    """
    if not _ID.fullmatch(value):
        raise invalid("id", "an id has 1 to 40 of a-z, 0-9, - and _, and starts and ends with a letter or digit")
    return value


def check_name(value: str, *, default: str) -> str:
    """A name that people read, without line breaks; the id when it is empty.

    Raises:
        RegistryError: It is too long, or has characters that do not print.
    """
    name = value.strip() or default
    if len(name) > 80 or not name.isprintable():
        raise invalid("name", "a name has at most 80 characters, all of which print")
    return name


def new_write_key() -> str:
    """A public key: it names a source, and authorises nothing else."""
    return WRITE_PREFIX + secrets.token_hex(16)


def new_secret_key() -> str:
    """A server's key, 256 bits of chance."""
    return SECRET_PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret key. It has 256 bits of chance, so one plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hint(secret: str) -> str:
    """The beginning of a secret key, by which people tell two of them apart."""
    return secret[:7] + "…"
