"""A caller of the API: the token of a role's account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from django.test import Client

from tests.web.conftest import Account
from triptych.registry.desk import Desk
from triptych.web.accounts.services import create_token


@dataclass
class Caller:
    """Calls with one token, and answers status and JSON."""

    token: str
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        answer = self.client.generic(
            method,
            f"/api/v1/{path}",
            data=body if isinstance(body, bytes) else b"" if body is None else _json(body),
            content_type="application/json",
            headers={"authorization": f"Bearer {self.token}", **headers},
        )
        return answer.status_code, answer.json() if answer.content else None


def _json(body: Any) -> bytes:
    return msgspec.json.encode(body)


@pytest.fixture
def caller(desk: Desk, account: Account) -> Callable[[str], Caller]:
    def make(role: str) -> Caller:
        return Caller(create_token(account(role), "test"))

    return make


@pytest.fixture
def alice_calls(caller: Callable[[str], Caller]) -> Caller:
    return caller("admin")
