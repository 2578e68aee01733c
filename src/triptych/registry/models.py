"""The records of what people define. No secret is among them: a source keeps a digest, a destination a file."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from triptych.vocabulary import Basis, IdentifierType, Party

ABOUT = ("customers", "everyone", "suppliers")
"""Whom an audience of people may hold."""


class Source(models.Model):
    """Where events come from: a shop, an app, a call centre. Its keys say what may be believed of it."""

    id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    party = models.PositiveSmallIntegerField(choices=[(party.value, party.word) for party in Party])
    basis = models.CharField(max_length=20, choices=[(basis.value, basis.value) for basis in Basis])
    consent = models.CharField(max_length=10, choices=[("signalled", "signalled"), ("gated", "gated")])
    write_key = models.CharField(max_length=40, unique=True)
    secret_digest = models.CharField(max_length=64, unique=True)
    secret_hint = models.CharField(max_length=16)
    enabled = models.BooleanField(default=True)
    clock = models.CharField(max_length=10, choices=[("corrected", "corrected"), ("literal", "literal")])
    allowed_events = models.JSONField(default=list)
    plan: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)
    max_event_bytes = models.PositiveIntegerField(default=32_768)
    categories = models.JSONField(default=list)
    campaigns = models.JSONField(default=list)
    tcf_vendor = models.PositiveIntegerField(default=0)
    internal = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        """Sources are listed by id."""

        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        """The source's name."""
        return self.name


class RetiringKey(models.Model):
    """A key that was replaced, and is taken until it ends, so that clients can change theirs without a gap."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="retiring")
    kind = models.CharField(max_length=6, choices=[("write", "write"), ("secret", "secret")])
    value = models.CharField(max_length=64, unique=True)  # the write key itself, or the secret key's digest
    until = models.DateTimeField()

    def __str__(self) -> str:
        """What kind of key, and when it ends."""
        return f"{self.kind} key until {self.until:%Y-%m-%d %H:%M}"


class Purpose(models.Model):
    """What data may be used for. The names are the vocabulary's; the texts are the company's own."""

    name = models.CharField(primary_key=True, max_length=40)
    title = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    text_version = models.PositiveIntegerField(default=1)
    enabled = models.BooleanField(default=True)

    class Meta:
        """Purposes are listed by name."""

        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        """The purpose's title."""
        return self.title


class Destination(models.Model):
    """Where entries and exits of audiences are sent. Its signing secret is a file in ``keys/``, shown once."""

    id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=[("webhook", "webhook")])
    url = models.URLField(max_length=500)
    allow_private = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        """Destinations are listed by id."""

        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        """The destination's name."""
        return self.name


class Definition(models.Model):
    """Who is in: in its readable form, and as the tree that was read from it."""

    id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    text = models.TextField()
    tree: models.JSONField[dict[str, Any]] = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Definitions are listed by id."""

        abstract = True
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        """The definition's name."""
        return self.name


class Audience(Definition):
    """Which people are in, for one purpose; entries and exits go to destinations."""

    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="audiences")
    destinations = models.ManyToManyField(Destination, related_name="audiences", blank=True)
    about = models.CharField(max_length=10, default="customers", choices=[(word, word) for word in ABOUT])


class Segment(Definition):
    """Which visitors are in, for one purpose."""

    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="segments")


class Contract(models.Model):
    """What a partner lets us use of what it knows: what for, and until when. Never resold, never joined to names."""

    id = models.SlugField(primary_key=True, max_length=40)
    partner = models.CharField(max_length=80)
    party = models.PositiveSmallIntegerField(choices=[(2, Party(2).word), (3, Party(3).word)])
    purposes = models.JSONField(default=list)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    resale = models.BooleanField(default=False)
    joining = models.BooleanField(default=False)
    codes = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        """Contracts are listed by id."""

        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        """The partner's name."""
        return self.partner


class IdentityRule(models.Model):
    """How many values of one identifier type a person may have, and within how many days they are counted."""

    type = models.PositiveSmallIntegerField(
        primary_key=True, choices=[(kind.value, kind.word) for kind in IdentifierType]
    )
    most = models.PositiveIntegerField(null=True)
    window_days = models.PositiveIntegerField(null=True)

    class Meta:
        """Rules are listed strongest type first."""

        ordering: ClassVar[list[str]] = ["type"]

    def __str__(self) -> str:
        """The type that the rule is about."""
        return IdentifierType(self.type).word


class BlockedValue(models.Model):
    """A value, or a pattern of values, that never identifies anybody: ``unknown@example.com``, a run of zeros."""

    type = models.PositiveSmallIntegerField(choices=[(kind.value, kind.word) for kind in IdentifierType], null=True)
    pattern = models.CharField(max_length=200)
    regular = models.BooleanField(default=False)

    class Meta:
        """The same pattern is blocked once for a type."""

        ordering: ClassVar[list[str]] = ["pattern"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("type", "pattern", "regular", name="registry_blocked_once"),
        ]

    def __str__(self) -> str:
        """The pattern."""
        return self.pattern


class Published(models.Model):
    """One version of the definitions that was published: its number, its time, its file's digest."""

    version = models.PositiveIntegerField(primary_key=True)
    published_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)

    class Meta:
        """The newest version comes first."""

        ordering: ClassVar[list[str]] = ["-version"]

    def __str__(self) -> str:
        """The version's number."""
        return f"version {self.version}"


class AuditEntry(models.Model):
    """One thing that a colleague or the command line changed. Each entry's hash covers the one before it."""

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    thing = models.CharField(max_length=80)
    before: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)
    after: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """The newest entry comes first."""

        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        """Who did what."""
        return f"{self.actor} {self.action} {self.kind} {self.thing}"
