from collections.abc import Callable

import pytest
from django.test import Client

from triptych.web.accounts.models import User

PREFERENCES = {"language": "fr", "time_zone": "Europe/Paris", "theme": "dark", "density": "compact"}


def test_it_keeps_how_the_pages_look_and_speak(logged_in: Callable[[str], Client]) -> None:
    client = logged_in("viewer")
    assert client.post("/accounts/preferences/", PREFERENCES).status_code == 302
    user = User.objects.get(email="viewer@example.org")
    assert (user.language, user.time_zone, user.theme, user.density, user.single_keys) == (
        "fr",
        "Europe/Paris",
        "dark",
        "compact",
        False,
    )
    assert client.get("/accounts/preferences/").headers["Content-Language"] == "fr"


def test_nothing_else_of_an_account_can_be_set_that_way(logged_in: Callable[[str], Client]) -> None:
    client = logged_in("viewer")
    more = {"is_superuser": "on", "is_active": "", "email": "x@example.org", "groups": "1", "id": "99", "name": "X"}
    client.post("/accounts/preferences/", {**PREFERENCES, **more})
    user = User.objects.get(email="viewer@example.org")
    assert (user.is_superuser, user.is_active, user.name) == (False, True, "Viewer")
    assert user.roles == {"viewer"}
    assert client.post("/accounts/preference/", {"name": "is_superuser", "value": "1"}).status_code == 400


@pytest.mark.parametrize(
    ("name", "value"), [("time_zone", "Mars/Olympus"), ("theme", "neon"), ("language", "tlh"), ("density", "")]
)
def test_it_refuses_what_is_not_a_choice(logged_in: Callable[[str], Client], name: str, value: str) -> None:
    client = logged_in("viewer")
    assert client.post("/accounts/preference/", {"name": name, "value": value}).status_code == 400
    assert client.post("/accounts/preferences/", {**PREFERENCES, name: value}).status_code == 422


def test_one_switch_changes_one_preference(logged_in: Callable[[str], Client]) -> None:
    client = logged_in("viewer")
    answer = client.post("/accounts/preference/", {"name": "theme", "value": "dark", "next": "/people/"})
    assert answer.headers["Location"] == "/people/"
    fragment = client.post(
        "/accounts/preference/", {"name": "density", "value": "roomy"}, headers={"hx-request": "true"}
    )
    assert fragment.status_code == 204
    user = User.objects.get(email="viewer@example.org")
    assert (user.theme, user.density, user.language) == ("dark", "roomy", "")


def test_a_stranger_may_choose_a_language_and_is_sent_nowhere_else(db: None) -> None:
    client = Client()
    answer = client.post("/accounts/language/", {"language": "fr", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"
    assert client.get("/accounts/login/").headers["Content-Language"] == "fr"
    assert client.post("/accounts/language/", {"language": "tlh"}).status_code == 400


def test_the_language_of_an_account_wins_over_the_browsers(logged_in: Callable[[str], Client]) -> None:
    client = logged_in("viewer")
    client.post("/accounts/language/", {"language": "fr"})
    answer = client.get("/accounts/preferences/", headers={"accept-language": "en"})
    assert answer.headers["Content-Language"] == "fr"
    assert User.objects.get(email="viewer@example.org").language == "fr"
