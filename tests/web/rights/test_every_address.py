"""Every address × every role × nobody, against the table in ``expected``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.web.conftest import Account
from tests.web.rights.expected import ROWS, Row
from triptych.registry.desk import Desk
from triptych.web.accounts.models import User
from triptych.web.accounts.services import create_token
from triptych.web.rights import Role

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROLES = tuple(Role)


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}"


def call(client: Client, row: Row, **headers: str) -> int:
    # an empty object is JSON for the API and no field at all for a form
    api = row.name.startswith("api:")
    data, kind = (b"{}", "application/json") if api else (b"unknown=1", "application/x-www-form-urlencoded")
    path = reverse(row.name, kwargs=row.parts)
    return client.generic(row.method, path, data=data, content_type=kind, headers=headers).status_code


def wrong(client: Client, want: Callable[[Row], int], *, token: str = "", user: User | None = None) -> list[str]:
    """The rows that are not answered as they should be, one line each."""
    found = []
    for row in ROWS:
        if user is not None:
            client.force_login(user)  # one of the rows logs out
        status = call(client, row, authorization=f"Bearer {token}")
        if status != want(row):
            found.append(f"{row.method} {row.name}: {status}, not {want(row)}")
    return found


def test_every_address_has_a_row() -> None:
    known = {row.name for row in ROWS}
    assert sorted(set(names(get_resolver().url_patterns)) ^ known) == []


def test_a_stranger_sees_what_is_for_anybody_and_nothing_else(desk: Desk) -> None:
    def want(row: Row) -> int:
        return row.status if row.who == "anybody" else 401 if row.name.startswith("api:") else 302

    assert wrong(Client(raise_request_exception=False), want) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_what_the_table_says_and_nothing_else(desk: Desk, account: Account, role: Role) -> None:
    user = account(role)

    def want(row: Row) -> int:
        return row.status if row.who == "anybody" or role in row.who.split() else 403

    assert wrong(Client(raise_request_exception=False), want, token=create_token(user, "test"), user=user) == []


def test_a_method_without_a_row_does_nothing(desk: Desk, account: Account) -> None:
    user = account("admin")
    token = create_token(user, "test")
    client = Client(raise_request_exception=False)
    client.force_login(user)
    listed = {(row.method, row.name) for row in ROWS}
    taken = [
        f"{method} {row.name}"
        for row in ROWS
        for method in METHODS
        if (method, row.name) not in listed
        and call(client, row._replace(method=method), authorization=f"Bearer {token}") != 405
    ]
    assert taken == []


def test_an_account_that_is_switched_off_does_nothing_more(desk: Desk, account: Account) -> None:
    user = account("admin")
    token = create_token(user, "test")
    client = Client(raise_request_exception=False)
    client.force_login(user)
    user.is_active = False
    user.save()

    def want(row: Row) -> int:
        return row.status if row.who == "anybody" else 401 if row.name.startswith("api:") else 302

    assert wrong(client, want, token=token) == []
