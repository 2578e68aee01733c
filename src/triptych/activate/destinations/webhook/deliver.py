"""One attempt at a webhook: the body, the headers, and what the answer means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from triptych.activate.destinations.webhook.sign import key_of, signature
from triptych.activate.errors import KeyMissing, OutgoingError
from triptych.activate.model import Message, Receipt, Status
from triptych.activate.outgoing import Outgoing
from triptych.activate.retry import asked_for
from triptych.vocabulary import MICROSECONDS, iso

_USER_AGENT = "Triptych-Webhooks/1"
_TRY_AGAIN = frozenset({408, 425, 429})


class WebhookSender:
    """Sends the messages of one destination."""

    def __init__(self, url: str, *, key: bytes, outgoing: Outgoing) -> None:
        self._url = url
        self._key = key
        self._outgoing = outgoing

    async def send(self, message: Message, *, now: int) -> Receipt:
        """Try once. A redirect is an answer like another, and not a good one."""
        body = payload(message)
        try:
            answer = await self._outgoing.post(self._url, body=body, headers=self._headers(message, body, now=now))
        except OutgoingError as error:
            return Receipt(Status.DEAD if error.lasting else Status.RETRYING, error.problem.value)
        return receipt(answer.status, answer.headers, now=now)

    async def close(self) -> None:
        """Close the connections."""
        await self._outgoing.close()

    def _headers(self, message: Message, body: bytes, *, now: int) -> dict[str, str]:
        timestamp = now // MICROSECONDS
        return {
            "content-type": "application/json",
            "user-agent": _USER_AGENT,
            "webhook-id": message.delivery_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._key, message_id=message.delivery_id, timestamp=timestamp, body=body),
        }


def payload(message: Message) -> bytes:
    """The body of a message."""
    document: dict[str, object] = {
        "type": f"audience.{message.kind}",
        "audience": message.audience,
        "profile_id": message.profile_id,
        "identifiers": [{"type": each.type.word, "value": each.value} for each in message.identifiers],
        "at": iso(message.at),
        "reason": message.reason,
    }
    if message.into is not None:
        document["into"] = message.into
    return msgspec.json.encode(document)


def receipt(status: int, headers: Mapping[str, str], *, now: int) -> Receipt:
    """What an answer means: 2xx is taken; 408, 425, 429 and 5xx are worth another try; everything else is not."""
    if 200 <= status < 300:
        return Receipt(Status.DELIVERED)
    if status >= 500 or status in _TRY_AGAIN:
        return Receipt(Status.RETRYING, f"http_{status}", asked_for(headers.get("retry-after"), now=now))
    return Receipt(Status.DEAD, f"http_{status}")


def read_secret(keys: Path, destination: str) -> bytes:
    """The signing key of a destination. Raises ``KeyMissing``."""
    try:
        return key_of((keys / f"webhook-{destination}.key").read_text("ascii"))
    except (OSError, ValueError) as error:
        raise KeyMissing(f"the signing secret of {destination} cannot be read: {error}") from error
