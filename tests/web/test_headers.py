from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.rights.expected import ROWS
from triptych.registry.desk import Desk
from triptych.web.accounts.models import User


def test_every_address_carries_the_security_headers(desk: Desk, alice: User) -> None:
    client = Client(raise_request_exception=False)
    for row in ROWS:
        client.force_login(alice)
        answer = client.generic(row.method, reverse(row.name, kwargs=row.parts))
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, row.name
        for directive in ("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"):
            assert directive in policy, row.name
        assert headers["X-Content-Type-Options"] == "nosniff", row.name
        assert headers["X-Frame-Options"] == "DENY", row.name
        assert headers["Referrer-Policy"] == "same-origin", row.name
        assert "no-store" in headers["Cache-Control"] or "private" in headers["Cache-Control"], row.name
        assert "Access-Control-Allow-Origin" not in headers, row.name


def test_an_address_that_does_not_exist_carries_them_too(db: None) -> None:
    answer = Client().get("/nowhere/")
    assert answer.status_code in {302, 404}
    assert "Content-Security-Policy" in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(logged_in: Callable[[str], Client]) -> None:
    client = logged_in("admin")
    client.get("/accounts/preferences/")
    for name in ("triptych", "triptych-csrf"):
        cookie = client.cookies[name]
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_it_answers_to_its_own_names_alone(db: None, host: str) -> None:
    assert Client().get("/healthz", headers={"host": host}).status_code == 400


def test_health_says_what_is_missing(db: None) -> None:
    assert Client().get("/healthz").json() == {"ready": True}
