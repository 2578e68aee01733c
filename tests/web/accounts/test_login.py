import time
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.web.conftest import PASSWORD, Account
from triptych.web import settings as ours
from triptych.web.accounts.models import User

LOGIN = "/accounts/login/"


def log_in(client: Client, email: str, password: str = PASSWORD, *, forwarded: str = "192.0.2.9") -> int:
    body = {"username": email, "password": password}
    return client.post(LOGIN, body, headers={"x-forwarded-for": forwarded}).status_code


def test_it_lets_in_whoever_knows_the_password_whatever_the_case_of_the_address(alice: User) -> None:
    client = Client()
    assert log_in(client, "Admin@Example.org") == 302
    assert client.get(reverse("accounts:preferences")).status_code == 200


def test_it_says_the_same_of_a_wrong_password_and_of_nobody(alice: User) -> None:
    client = Client()
    wrong = client.post(LOGIN, {"username": alice.email, "password": "wrong"})
    nobody = client.post(LOGIN, {"username": "nobody@example.org", "password": "wrong"})
    assert wrong.status_code == nobody.status_code == 200
    assert wrong.context["form"].errors == nobody.context["form"].errors


def test_an_account_that_is_switched_off_looks_like_none(alice: User) -> None:
    alice.is_active = False
    alice.save()
    answer = Client().post(LOGIN, {"username": alice.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert not answer.wsgi_request.user.is_authenticated


def test_guessing_is_slowed_down_and_no_header_helps(alice: User) -> None:
    client = Client()
    statuses = [log_in(client, alice.email, "wrong", forwarded=f"192.0.2.{number}") for number in range(11)]
    assert statuses == [200] * 10 + [429]
    right = client.post(LOGIN, {"username": alice.email, "password": PASSWORD})
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 0
    assert right.context["blocked_seconds"] > 0
    assert log_in(client, "bob@example.org", "wrong") == 200


def test_the_session_has_a_new_id_after_login(alice: User) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["triptych"] = session.session_key or ""
    log_in(client, alice.email)
    assert client.cookies["triptych"].value != session.session_key


def test_a_login_does_not_lead_out_of_the_house(alice: User) -> None:
    answer = Client().post(f"{LOGIN}?next=https://example.com/", {"username": alice.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_logging_out_takes_a_post(logged_in: Callable[[str], Client]) -> None:
    client = logged_in("admin")
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/accounts/preferences/").status_code == 302


@pytest.mark.parametrize(
    ("setting", "seconds"), [("SESSION_IDLE_SECONDS", 7_201), ("SESSION_ABSOLUTE_SECONDS", 43_201)]
)
def test_a_session_ends_when_it_is_not_used_and_in_any_case_after_half_a_day(
    logged_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch, setting: str, seconds: int
) -> None:
    client = logged_in("admin")
    client.get("/accounts/preferences/")
    now = time.time()
    step = 3_000 if setting == "SESSION_ABSOLUTE_SECONDS" else seconds
    for passed in range(step, seconds + step, step):
        monkeypatch.setattr(time, "time", lambda passed=passed: now + passed)
        status = client.get("/accounts/preferences/").status_code
    assert status == 302


def test_a_forgotten_tab_that_polls_does_not_keep_the_session(
    logged_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = logged_in("admin")
    client.get("/accounts/preferences/")
    now = time.time()
    for passed in range(600, 8_400, 600):
        monkeypatch.setattr(time, "time", lambda passed=passed: now + passed)
        answer = client.get("/accounts/preferences/", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/")
    assert "Location" not in answer.headers


def test_a_new_password_ends_every_other_session(alice: User) -> None:
    here, elsewhere = Client(), Client()
    log_in(here, alice.email)
    log_in(elsewhere, alice.email)
    new = "a longer and quite different one"
    answer = here.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert answer.status_code == 302
    assert here.get("/accounts/preferences/").status_code == 200
    assert elsewhere.get("/accounts/preferences/").status_code == 302


@pytest.mark.parametrize("weak", ["short", "password1234", "123456789012"])
def test_it_refuses_a_weak_password(alice: User, weak: str) -> None:
    client = Client()
    client.force_login(alice)
    client.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": weak, "new_password2": weak})
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_passwords_are_kept_by_argon2(db: None, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ours.PASSWORD_HASHERS
    user = User.objects.create_user("bob@example.org", name="Bob", password=PASSWORD)
    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password(PASSWORD)


def test_a_post_without_its_token_or_from_elsewhere_is_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post("/accounts/preference/", {"name": "theme", "value": "dark"}).status_code == 403
    client.get("/accounts/preferences/")
    token = client.cookies["triptych-csrf"].value
    foreign = client.post(
        "/accounts/preference/",
        {"name": "theme", "value": "dark", "csrfmiddlewaretoken": token},
        headers={"origin": "https://evil.example"},
    )
    assert foreign.status_code == 403
    ours = client.post("/accounts/preference/", {"name": "theme", "value": "dark", "csrfmiddlewaretoken": token})
    assert ours.status_code == 302


def test_tidying_removes_sessions_that_ended(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    Session.objects.update(expire_date="2020-01-01T00:00Z")
    call_command("tidy")
    assert not Session.objects.exists()


def test_every_role_has_an_account_to_test_with(account: Account) -> None:
    assert account("viewer").roles == {"viewer"}


def test_nobody_costs_as_much_work_as_somebody(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    work: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        work.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    costs = []
    for address in (alice.email, "nobody@example.org"):
        work.clear()
        log_in(Client(), address, "wrong")
        costs.append(len(work))
    assert costs == [1, 1]
