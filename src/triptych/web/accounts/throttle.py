"""How often a password may be guessed: for one account from one address, and from one address for all accounts.

Each attempt is counted before the password is looked at, so that a hundred at once are a hundred. From the limit on
every further failure doubles the wait. The address is the connection's own: what a header claims is not believed.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from triptych.web.accounts.models import LoginFailure

FREE = 10
"""Attempts on one account from one address before the first wait."""

FREE_FOR_ADDRESS = 100
"""Attempts from one address on any account before the first wait."""

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=24)

_SALT = "triptych.web.accounts.throttle"


def attempt(account: str, address: str, *, now: datetime) -> int:
    """Count an attempt, and answer 0, or the seconds to wait when it may not be made at all."""
    with transaction.atomic():
        keys = ((_key(account, address), FREE), (_key("", address), FREE_FOR_ADDRESS))
        rows = [(_row(key, now), free) for key, free in keys]
        wait = max(_left(row, now) for row, _ in rows)
        if wait:
            return wait
        for row, free in rows:
            row.failures += 1
            row.last_at = now
            if row.failures >= free:
                row.blocked_until = now + min(FIRST_WAIT * 2 ** min(row.failures - free, 16), LONGEST_WAIT)
            row.save()
    return 0


def succeeded(account: str, address: str) -> None:
    """Forget the failures of an account from an address, and take the one attempt off the address."""
    with transaction.atomic():
        LoginFailure.objects.filter(key=_key(account, address)).delete()
        row = LoginFailure.objects.select_for_update().filter(key=_key("", address)).first()
        if row:
            row.failures = max(0, row.failures - 1)
            row.save()


def tidy(*, now: datetime) -> None:
    """Forget what no longer counts."""
    LoginFailure.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()


def _row(key: str, now: datetime) -> LoginFailure:
    LoginFailure.objects.get_or_create(key=key, defaults={"last_at": now})
    row = LoginFailure.objects.select_for_update().get(key=key)
    if now - row.last_at > FORGOTTEN_AFTER:
        row.failures, row.blocked_until = 0, None
    return row


def _left(row: LoginFailure, now: datetime) -> int:
    if row.blocked_until is None or row.blocked_until <= now:
        return 0
    return max(1, round((row.blocked_until - now).total_seconds()))


def _key(account: str, address: str) -> str:
    # a digest: the account may not exist, and may be somebody's address that was typed by mistake
    return salted_hmac(_SALT, f"{account.strip().lower()}\0{_network(address)}", algorithm="sha256").hexdigest()


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:  # one subscriber has 2^64 of them
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(parsed)
