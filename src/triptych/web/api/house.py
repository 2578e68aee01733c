"""The API's answers about tokens, accounts, purposes, guards, versions and the audit log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from triptych.registry import read
from triptych.registry import services as registry
from triptych.registry.errors import Problem, RegistryError, invalid
from triptych.web.accounts import services
from triptych.web.accounts.current import colleague
from triptych.web.accounts.models import User
from triptych.web.api.bodies import AccountChange, NewAccount, NewBlock, NewToken, given
from triptych.web.desk import desk_of


def tokens(request: HttpRequest) -> dict[str, Any]:
    """One's own tokens, newest first; never the tokens themselves."""
    return {"tokens": services.tokens(colleague(request))}


def add_token(request: HttpRequest, body: NewToken) -> dict[str, str]:
    """Make a token. The answer holds it, this once; it may do what its owner may."""
    return {"token": services.create_token(colleague(request), body.name, days=body.days)}


def revoke_token(request: HttpRequest, *, number: int) -> None:
    """End one of one's own tokens."""
    services.revoke_token(colleague(request), number)


def purposes(request: HttpRequest) -> dict[str, Any]:
    """Every purpose with its text."""
    del request
    return {"purposes": read.purposes()}


def guards(request: HttpRequest) -> dict[str, Any]:
    """What was decided about identity: limits and blocked values."""
    del request
    decided = read.guards()
    return {"limits": decided.limits, "blocked": decided.blocked}


def block(request: HttpRequest, body: NewBlock) -> dict[str, int]:
    """Let a value, or a pattern of values, identify nobody."""
    try:
        kind = body.kind
    except KeyError:
        raise invalid("type", f"{body.type!r} is no identifier type") from None
    return {"number": registry.block_value(desk_of(request), pattern=body.pattern, type=kind, regular=body.regular)}


def unblock(request: HttpRequest, *, number: int) -> None:
    """Let a blocked value identify again."""
    registry.unblock_value(desk_of(request), number)


def accounts(request: HttpRequest) -> dict[str, Any]:
    """Every account with its roles."""
    del request
    return {"accounts": services.accounts()}


def add_account(request: HttpRequest, body: NewAccount) -> services.NewAccount:
    """Make an account. The answer holds its password, this once."""
    return services.create_account(email=body.email, name=body.name, roles=body.roles, by=colleague(request))


def change_account(request: HttpRequest, body: AccountChange, *, number: int) -> services.AccountCard:
    """Change name, roles or whether it may log in. The last administrator stays one."""
    user = User.objects.filter(pk=number).first()
    if user is None:
        raise RegistryError(Problem.NOT_FOUND, f"there is no account {number}", field="number")
    values: dict[str, Any] = given(body)
    return services.change_account(user.email, by=colleague(request), **values)


def versions(request: HttpRequest) -> dict[str, Any]:
    """The newest published versions of the definitions."""
    del request
    return {"versions": read.versions()}


def audit(request: HttpRequest) -> dict[str, Any]:
    """The newest entries of the audit log: query `kind`, `thing`."""
    return {"audit": read.audit(kind=request.GET.get("kind", ""), thing=request.GET.get("thing", ""))}
