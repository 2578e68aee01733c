"""The signature of Standard Webhooks: HMAC-SHA256 over id, timestamp and body, in base64, after its version."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
TOLERANCE = 300
"""Seconds that a timestamp may be off; a receiver refuses what is older, as it may be a replay."""


def new_secret() -> str:
    """A fresh secret, as a receiver's library takes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The key that a secret stands for. Raises ``ValueError`` for one that cannot be read."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook secret is whsec_ and base64") from error
    if not 24 <= len(key) <= 64:
        raise ValueError("a webhook secret has 24 to 64 bytes")
    return key


def signature(key: bytes, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of the header ``webhook-signature``.

    >>> signature(b"k" * 24, message_id="msg_1", timestamp=1, body=b"{}")
    'v1,Vmlv3+JA6+uwIIAIu7e/H4EIIl5fJFzZp8cyLkfxmYs='
    """
    signed = b"%b.%d.%b" % (message_id.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def verify(key: bytes, *, headers: dict[str, str], body: bytes, now: int) -> bool:
    """Whether a message is ours, unchanged and fresh; what a receiver does. ``now`` is in seconds since 1970."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(now - int(timestamp)) > TOLERANCE:
        return False
    wanted = signature(key, message_id=message_id, timestamp=int(timestamp), body=body)
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(wanted.encode(), each.encode()) for each in given)
