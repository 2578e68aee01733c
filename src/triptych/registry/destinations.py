"""Changes of destinations, and the secrets that sign what they are sent."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from triptych.activate import outgoing
from triptych.activate.errors import OutgoingError
from triptych.registry import audit, names
from triptych.registry.desk import Desk
from triptych.registry.errors import Problem, RegistryError, invalid
from triptych.registry.model import DestinationCard, NewDestination
from triptych.registry.models import Destination
from triptych.registry.read import destination_card, known
from triptych.registry.recording import changing, noted, refuse_taken
from triptych.registry.storage import remove_file, replace_file, webhook_secret_file

KINDS = ("webhook",)


def add_destination(
    desk: Desk,
    *,
    id: str,
    kind: str,
    url: str,
    allow_private: Sequence[str] = (),
    name: str = "",
) -> NewDestination:
    """Register a destination and answer the secret that signs what it is sent, shown this once.

    ``allow_private`` lists the ``HOST:PORT`` inside our own network that this destination may reach; without it a
    private or loopback address is refused, now and at each delivery.
    """
    names.check_id(id)
    if kind not in KINDS:
        raise invalid("kind", f"kind is one of {', '.join(KINDS)}")
    private = _check_private(allow_private)
    record = Destination(
        id=id,
        name=names.check_name(name, default=id),
        kind=kind,
        url=check_url(url, private),
        allow_private=private,
        created_at=audit.moment(desk.clock()),
    )
    with changing(desk):
        refuse_taken(record, "there is a destination")
        secret = _write_secret(desk, id)
        record.save(force_insert=True)
        audit.append(desk, "add", kind="destination", thing=id, after=_for_audit(record))
    return NewDestination(destination=destination_card(record), secret=secret)


def change_destination(
    desk: Desk,
    id: str,
    *,
    name: str | None = None,
    url: str | None = None,
    allow_private: Sequence[str] | None = None,
    enabled: bool | None = None,
) -> DestinationCard:
    """Change what is given and leave the rest; the address is judged again."""
    with changing(desk):
        record = known(Destination.objects.all(), id)
        with noted(desk, record, "change", _for_audit):
            if name is not None:
                record.name = names.check_name(name, default=id)
            if allow_private is not None:
                record.allow_private = _check_private(allow_private)
            record.url = check_url(record.url if url is None else url, record.allow_private)
            if enabled is not None:
                record.enabled = enabled
    return destination_card(record)


def rotate_destination_secret(desk: Desk, id: str) -> str:
    """Replace the secret that signs what a destination is sent, and answer the new one, this once."""
    with changing(desk):
        record = known(Destination.objects.all(), id)
        secret = _write_secret(desk, record.id)
        audit.append(desk, "rotate_secret", kind="destination", thing=id)
    return secret


def remove_destination(desk: Desk, id: str) -> None:
    """Remove a destination that no audience uses, with its secret. Refused while one does."""
    with changing(desk):
        record = known(Destination.objects.all(), id)
        users = sorted(record.audiences.filter(enabled=True).values_list("id", flat=True))
        if users:
            raise RegistryError(Problem.IN_USE, f"{id!r} is used by {', '.join(users)}", field="id")
        audit.append(desk, "remove", kind="destination", thing=id, before=_for_audit(record))
        record.delete()
    remove_file(webhook_secret_file(desk.home, id))


def check_url(url: str, allow_private: Sequence[str]) -> str:
    """An address that deliveries may be sent to. The client that sends judges the resolved address once more.

    Raises:
        RegistryError: It is no plain address, or one inside our own network that is not allowed.
    """
    try:
        outgoing.check_url(url, allow_private)
    except OutgoingError as error:
        raise invalid("url", error.message) from None
    return url


def _check_private(hosts: Sequence[str]) -> list[str]:
    for each in hosts:
        host, colon, port = each.rpartition(":")
        if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65_536:
            raise invalid("allow_private", f"{each!r} is not HOST:PORT")
    return sorted(set(hosts))


def _write_secret(desk: Desk, id: str) -> str:
    # 32 bytes in base64 behind whsec_: the form of Standard Webhooks
    secret = names.SIGNING_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    replace_file(webhook_secret_file(desk.home, id), secret.encode("ascii"))
    return secret


def _for_audit(record: Destination) -> dict[str, Any]:
    # the path of a webhook's address is often its password: the log keeps the host
    return {
        "name": record.name,
        "kind": record.kind,
        "host": urlsplit(record.url).netloc,
        "allow_private": list(record.allow_private),
        "enabled": record.enabled,
    }
