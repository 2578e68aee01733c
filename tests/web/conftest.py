"""The pages in a home of their own, and an account for every role."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django import conf
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import Settings

from triptych.registry.desk import Desk
from triptych.registry.services import setup
from triptych.web.accounts.models import User
from triptych.web.rights import Role

# for good, not by the fixture: it would read back the empty key of a home that is not set up, which Django refuses
conf.settings.SECRET_KEY = "a key for the tests, long enough that Django has nothing to say against it"

PASSWORD = "correct horse battery staple"

Account = Callable[[str], User]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "internal.key").write_text("internal-token-of-this-home")
    return tmp_path


@pytest.fixture(autouse=True)
def _home_of_the_pages(settings: Settings, home: Path) -> None:
    settings.TRIPTYCH_HOME = home
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def desk(db: None, home: Path) -> Desk:
    made = Desk(home=home, actor="cli")
    setup(made)
    return made


@pytest.fixture
def account(db: None) -> Account:
    """Make, or find, the account of a role: its address is ``<role>@example.org``."""

    def make(role: str) -> User:
        found = User.objects.filter(email=f"{role}@example.org").first()
        if found:
            return found
        user = User.objects.create_user(f"{role}@example.org", name=role.title(), password=PASSWORD)
        user.groups.set([Group.objects.get(name=Role(role).value)])
        return user

    return make


@pytest.fixture
def alice(account: Account) -> User:
    return account("admin")


@pytest.fixture
def logged_in(account: Account) -> Callable[[str], Client]:
    """A browser in which the account of a role is logged in."""

    def browse(role: str) -> Client:
        client = Client()
        client.force_login(account(role))
        return client

    return browse
