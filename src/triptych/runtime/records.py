"""The records database as runtime uses it. Importing this starts Django, so the home must have its keys by then."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from triptych.web.boot import migrate, start

start()

from django.contrib.auth.models import Group  # noqa: E402  models can be loaded only after Django has started

from triptych.registry import read, services  # noqa: E402
from triptych.registry.services import Desk, RegistryError  # noqa: E402
from triptych.runtime.errors import Refused  # noqa: E402
from triptych.web.accounts.models import User  # noqa: E402

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

DEMO_ACCOUNTS: tuple[tuple[str, str, str], ...] = (
    ("marketer@example.org", "Maya, marketing", "marketer"),
    ("sales@example.org", "Samir, sales", "sales"),
    ("support@example.org", "Sofia, support", "support"),
    ("media@example.org", "Milo, media", "media"),
    ("engineer@example.org", "Elena, engineering", "engineer"),
    ("privacy@example.org", "Paul, privacy", "privacy"),
    ("viewer@example.org", "Vera, visitor", "viewer"),
)
"""One account a role, for looking around in a demo home."""


@dataclass(frozen=True, slots=True)
class Account:
    """A made account and its password, which is shown once and kept nowhere."""

    email: str
    role: str
    password: str


__all__ = [
    "DEMO_ACCOUNTS",
    "Account",
    "Desk",
    "demo_accounts",
    "make_accounts",
    "migrate",
    "read",
    "refusals",
    "reset_password",
    "services",
]


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the registry refuses into a ``Refused`` with the same code."""
    try:
        yield
    except RegistryError as error:
        raise Refused(error.problem.value, error.message) from None


def make_accounts(*, admin: str, demo: bool) -> tuple[Account, ...]:
    """Make the first administrator and, in a demo home, one account a role. Existing ones are left alone."""
    made = []
    if not User.objects.filter(groups__name="admin").exists():
        made.append(_make(admin, name="Administrator", role="admin", is_demo=demo))
    if demo:
        known = set(User.objects.values_list("email", flat=True))
        made += [
            _make(email, name=name, role=role, is_demo=True)
            for email, name, role in DEMO_ACCOUNTS
            if email not in known
        ]
    return tuple(made)


def reset_password(email: str) -> Account:
    """Give an account a new random password. Raises ``Refused`` when there is none of that address."""
    try:
        user = User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise Refused("no_account", f"there is no account {email}") from None
    password = _password()
    user.set_password(password)
    user.save()
    return Account(email=user.email, role=", ".join(sorted(user.roles)), password=password)


def demo_accounts() -> list[str]:
    """The addresses of the accounts that were made for looking around."""
    return list(User.objects.filter(is_demo=True, is_active=True).values_list("email", flat=True))


def _make(email: str, *, name: str, role: str, is_demo: bool) -> Account:
    password = _password()
    user = User.objects.create_user(email, name=name, password=password)
    user.is_demo = is_demo
    user.save()
    user.groups.add(Group.objects.get(name=role))
    return Account(email=user.email, role=role, password=password)


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
