"""What is recorded of colleagues: their account, their failed logins, their API tokens."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from triptych.web.rights import Role


class UserManager(BaseUserManager["User"]):
    """Makes and finds accounts by their mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The account that logs in with this address."""
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, *, name: str, password: str | None = None) -> User:
        """Make an account. Without a password nobody can log in to it."""
        user = self.model(email=email.strip().lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A colleague who logs in with a mail address. Roles are groups; rights are the table of ``web.rights``."""

    class Theme(models.TextChoices):
        """Which of the two themes the pages wear."""

        SYSTEM = "system", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        """How high a row of a table is."""

        COMPACT = "compact", _("Compact")
        REGULAR = "regular", _("Regular")
        ROOMY = "roomy", _("Roomy")

    email = models.EmailField(unique=True, error_messages={"unique": _("An account with this address exists.")})
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    language = models.CharField(max_length=5, blank=True, choices=[("en", "English"), ("fr", "Français")])
    time_zone = models.CharField(max_length=64, blank=True)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(max_length=8, choices=Density, default=Density.REGULAR)
    single_keys = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        """The colleague's name."""
        return self.name

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The account's roles, read once for each loaded account."""
        known = {role.value for role in Role}
        return frozenset(Role(group.name) for group in self.groups.all() if group.name in known)

    @cached_property
    def divisions(self) -> frozenset[str]:
        """The divisions that the colleague belongs to, read once for each loaded account."""
        return frozenset(each.division_id for each in self.memberships.all())


class LoginFailure(models.Model):
    """How often a login went wrong for one account from one address. The account is a digest: it may not exist."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """The number of failures."""
        return f"{self.failures} failures"


class Token(models.Model):
    """A key to the management API. It may do what its owner may, never more; only its digest is kept."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """The token's name."""
        return self.name


class Habit(models.Model):
    """The columns that one colleague chose for one list. Without one, a list is as it is declared."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="habits")
    page = models.SlugField(max_length=60)
    columns: models.JSONField[list[str]] = models.JSONField(default=list)

    class Meta:
        """One habit for a colleague and a list."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "page"], name="accounts_habit_once"),
        ]

    def __str__(self) -> str:
        """The list."""
        return self.page
