"""Everything that changes an account: for the command line and the API. Each change is in the audit log."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from triptych.registry import audit
from triptych.registry.desk import Desk
from triptych.registry.errors import Problem, RegistryError, invalid
from triptych.web.accounts.models import Token, User
from triptych.web.rights import Role

TOKEN_PREFIX = "tk_"  # noqa: S105  how a token begins, not one
MAX_TOKEN_DAYS = 730

DEMO_ACCOUNTS: tuple[tuple[str, str, Role], ...] = (
    ("admin@example.org", "Alma Admin", Role.ADMIN),
    ("marketer@example.org", "Maya Marketer", Role.MARKETER),
    ("sales@example.org", "Samir Sales", Role.SALES),
    ("support@example.org", "Sofia Support", Role.SUPPORT),
    ("procurement@example.org", "Petra Procurement", Role.PROCUREMENT),
    ("agent@example.org", "Anton Agent", Role.AGENT),
    ("media@example.org", "Milo Media", Role.MEDIA),
    ("engineer@example.org", "Elena Engineer", Role.ENGINEER),
    ("privacy@example.org", "Paul Privacy", Role.PRIVACY),
    ("viewer@example.org", "Vera Viewer", Role.VIEWER),
)
"""One account a role, for looking around. `serve` refuses a public address while one of them exists."""

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


class NewAccount(msgspec.Struct, frozen=True):
    """An account that was made. The password is shown this once; it is empty where an old one stays."""

    email: str
    role: str
    password: str


class AccountCard(msgspec.Struct, frozen=True):
    """An account as its administrators read it."""

    number: int
    email: str
    name: str
    roles: tuple[str, ...]
    divisions: tuple[str, ...]
    active: bool
    demo: bool


class TokenCard(msgspec.Struct, frozen=True):
    """An API token as its owner reads it: never the token itself."""

    number: int
    name: str
    hint: str
    created_at: str
    used_at: str | None
    expires_at: str | None


def accounts() -> tuple[AccountCard, ...]:
    """Every account, by address."""
    return tuple(
        account_card(user) for user in User.objects.order_by("email").prefetch_related("groups", "memberships")
    )


def create_account(
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    password: str | None = None,
    demo: bool = False,
    by: User | None = None,
) -> NewAccount:
    """Make an account with these roles, and with a random password unless one is given.

    Raises:
        RegistryError: The address is none, or taken; the password is too weak; there is no role.
    """
    address = _check_email(email)
    held = sorted(set(roles))
    if not held:
        raise invalid("roles", "an account has at least one role")
    secret = _check_password(password) if password is not None else random_password()
    with transaction.atomic():
        if User.objects.filter(email=address).exists():
            raise RegistryError(Problem.EXISTS, "an account with this address exists", field="email")
        user = User.objects.create_user(address, name=_check_name(name), password=secret)
        user.is_demo = demo
        user.save()
        user.groups.set(Group.objects.filter(name__in=[role.value for role in held]))
        note(user, "add", by=by, after={"roles": [role.value for role in held], "demo": demo})
    return NewAccount(email=address, role=", ".join(held), password=secret)


def create_admin(email: str, name: str = "Administrator", password: str | None = None) -> NewAccount:
    """Make an administrator."""
    return create_account(email=email, name=name, roles=[Role.ADMIN], password=password)


def create_demo_accounts() -> tuple[NewAccount, ...]:
    """Make the accounts of a demo home that are missing, with random passwords."""
    taken = set(User.objects.values_list("email", flat=True))
    return tuple(
        create_account(email=email, name=name, roles=[role], demo=True)
        for email, name, role in DEMO_ACCOUNTS
        if email not in taken
    )


def demo_accounts_exist() -> bool:
    """Whether somebody could log in to an account of the demo."""
    return User.objects.filter(is_demo=True, is_active=True).exists()


def set_password(email: str, password: str | None = None, *, by: User | None = None) -> str:
    """Give an account a password, a random one unless it is given, and answer it. Its sessions and tokens end.

    Raises:
        RegistryError: There is no such account, or the password is too weak.
    """
    user = _known(email)
    secret = _check_password(password, user) if password is not None else random_password()
    with transaction.atomic():
        user.set_password(secret)
        user.save()
        user.tokens.all().delete()
        note(user, "set_password", by=by)
    return secret


def change_account(
    email: str, *, name: str | None = None, roles: Iterable[Role] | None = None, active: bool | None = None, by: User
) -> AccountCard:
    """Change an account. The last active administrator stays one.

    Raises:
        RegistryError: There is no such account, or nobody would be left to administer.
    """
    user = _known(email)
    with transaction.atomic():
        before = {"roles": sorted(user.roles), "active": user.is_active}
        if name is not None:
            user.name = _check_name(name)
        if active is not None:
            user.is_active = active
        user.save()
        if roles is not None:
            user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
        if not User.objects.filter(groups__name=Role.ADMIN.value, is_active=True).exists():
            raise RegistryError(Problem.IN_USE, "somebody must be left who administers", field="roles")
        fresh = User.objects.get(pk=user.pk)
        after = {"roles": sorted(fresh.roles), "active": fresh.is_active}
        note(user, "change", by=by, before=before, after=after)
    return account_card(fresh)


def create_token(user: User, name: str, *, days: int | None = 365) -> str:
    """Make a key to the management API and answer it, this once. It may do what its owner may."""
    if not 0 < len(name.strip()) <= 80:
        raise invalid("name", "a token has a name of 1 to 80 characters")
    if days is not None and not 1 <= days <= MAX_TOKEN_DAYS:
        raise invalid("days", f"a token lives 1 to {MAX_TOKEN_DAYS} days")
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        record = Token.objects.create(
            owner=user,
            name=name.strip(),
            digest=digest(token),
            hint=token[:7] + "…",
            expires_at=None if days is None else timezone.now() + timedelta(days=days),
        )
        note(user, "add_token", by=user, after={"token": record.pk})
    return token


def token_for(email: str, name: str, *, days: int | None = 365) -> str:
    """Make a key to the management API for the account of an address. Raises ``RegistryError`` for an unknown one."""
    return create_token(_known(email), name, days=days)


def tokens(user: User) -> tuple[TokenCard, ...]:
    """The tokens of an account, newest first."""
    return tuple(token_card(record) for record in user.tokens.order_by("-pk"))


def revoke_token(user: User, number: int) -> None:
    """End one of an account's own tokens. Raises ``RegistryError`` when it has none of that number."""
    with transaction.atomic():
        deleted, _rows = Token.objects.filter(owner=user, pk=number).delete()
        if not deleted:
            raise RegistryError(Problem.NOT_FOUND, f"there is no token {number}", field="number")
        note(user, "revoke_token", by=user, after={"token": number})


def owner_of(token: str) -> User | None:
    """The account whose live token this is, if it is one. Noted as used at most once a minute."""
    if not token.startswith(TOKEN_PREFIX):
        return None
    record = Token.objects.select_related("owner").filter(digest=digest(token)).first()
    now = timezone.now()
    if record is None or not record.owner.is_active or (record.expires_at and record.expires_at <= now):
        return None
    if record.used_at is None or now - record.used_at > timedelta(minutes=1):
        Token.objects.filter(pk=record.pk).update(used_at=now)
    return record.owner


def digest(token: str) -> str:
    """What is kept of a token. It has 256 bits of chance, so one plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def random_password() -> str:
    """A password of about 79 bits that can be read aloud."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def note(user: User, action: str, *, by: User | None, before: Any = None, after: Any = None) -> None:
    """Put a change of an account into the audit log, by number: a name is personal data."""
    desk = Desk(home=settings.TRIPTYCH_HOME, actor="cli" if by is None else f"user:{by.pk}")
    with transaction.atomic():
        audit.append(desk, action, kind="account", thing=f"user:{user.pk}", before=before, after=after)


def account_card(user: User) -> AccountCard:
    """A record of an account as its card."""
    return AccountCard(
        number=user.pk,
        email=user.email,
        name=user.name,
        roles=tuple(sorted(user.roles)),
        divisions=tuple(sorted(user.divisions)),
        active=user.is_active,
        demo=user.is_demo,
    )


def token_card(record: Token) -> TokenCard:
    """A record of a token as its card."""
    return TokenCard(
        number=record.pk,
        name=record.name,
        hint=record.hint,
        created_at=record.created_at.isoformat(),
        used_at=record.used_at.isoformat() if record.used_at else None,
        expires_at=record.expires_at.isoformat() if record.expires_at else None,
    )


def _known(email: str) -> User:
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise RegistryError(Problem.NOT_FOUND, "there is no account with this address", field="email")
    return user


def _check_email(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise invalid("email", "this is no mail address") from None
    return address


def _check_name(name: str) -> str:
    if not 0 < len(name.strip()) <= 120 or not name.strip().isprintable():
        raise invalid("name", "a name has 1 to 120 characters")
    return name.strip()


def _check_password(password: str, user: User | None = None) -> str:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise invalid("password", " ".join(error.messages)) from None
    return password
