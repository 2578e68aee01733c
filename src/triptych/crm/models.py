"""The records of the relation. A party is a person or an organisation, whatever roles it has for us."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from triptych.crm.numbers import uuid7
from triptych.crm.stages.rules import Stage

STAGES = [(stage.value, stage.value) for stage in Stage]


class Division(models.Model):
    """A part of the company that deals with parties: a shop, a department."""

    id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=[("shop", "shop"), ("department", "department")])

    class Meta:
        """Divisions are listed by id."""

        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        """The division's name."""
        return self.name


class DivisionMember(models.Model):
    """A colleague who belongs to a division, and reads its private notes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    division = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="members")

    class Meta:
        """A colleague is in a division once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "division"], name="crm_member_once"),
        ]

    def __str__(self) -> str:
        """Which division."""
        return self.division_id


class Party(models.Model):
    """Somebody we deal with: a person or an organisation. Its id is the ``crm_id`` of the portrait."""

    class Kind(models.TextChoices):
        """What a party is."""

        PERSON = "person"
        ORGANISATION = "organisation"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    serial = models.BigIntegerField(unique=True)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=200)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8, blank=True)
    city = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    registration = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1)
    stage = models.CharField(max_length=16, choices=STAGES, default=Stage.FIRST_CONTACT.value)
    stage_reason: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    stage_until = models.DateTimeField(null=True)
    facts: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    last_contact_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=True
    )
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        """Every way in which a list is sorted has its index, for pages that go on after a key; some filters too."""

        verbose_name_plural = "parties"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "sort_name", "id"], name="crm_party_by_name"),
            models.Index(fields=["kind", "stage", "sort_name", "id"], name="crm_party_by_stage"),
            models.Index(fields=["kind", "city", "sort_name", "id"], name="crm_party_by_city"),
            models.Index(fields=["kind", "changed_at", "id"], name="crm_party_by_change"),
            models.Index(fields=["kind", "last_contact_at", "id"], name="crm_party_by_contact"),
            models.Index(fields=["kind", "stage", "last_contact_at", "id"], name="crm_party_stage_contact"),
            models.Index(fields=["kind", "city", "last_contact_at", "id"], name="crm_party_city_contact"),
            models.Index(fields=["stage_until"], name="crm_party_stage_due", condition=Q(stage_until__isnull=False)),
            models.Index(fields=["id"], name="crm_party_put_away", condition=Q(deleted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        """The party's name."""
        return self.name


class Counter(models.Model):
    """A number that only rises: the next party's, so that an erased one's is never given again; the worker's place."""

    name = models.CharField(primary_key=True, max_length=20)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        """The name and the number."""
        return f"{self.name}: {self.value}"


class PartyRole(models.Model):
    """What a party is to us, and from when to when."""

    class Role(models.TextChoices):
        """The roles."""

        CUSTOMER = "customer"
        SUPPLIER = "supplier"
        SERVICE_PROVIDER = "service_provider"
        PROSPECT = "prospect"

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=16, choices=Role)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        """A party has a role once at a time."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["party", "role"], condition=Q(until__isnull=True), name="crm_role_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["role", "party"], condition=Q(until__isnull=True), name="crm_role_now"),
        ]

    def __str__(self) -> str:
        """The role."""
        return self.role


class ContactPoint(models.Model):
    """How a party is reached: a mail address, a telephone number, a postal address. Couples may share one."""

    class Kind(models.TextChoices):
        """The kinds of contact point."""

        EMAIL = "email"
        PHONE = "phone"
        ADDRESS = "address"

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="contact_points", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    raw = models.CharField(max_length=300)
    normalised = models.CharField(max_length=300)
    primary = models.BooleanField(default=False)

    class Meta:
        """A party has a contact point once; others may have it too."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["party", "kind", "normalised"], name="crm_contact_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["normalised", "kind", "party"], name="crm_contact_value"),
        ]

    def __str__(self) -> str:
        """The contact point as it was written."""
        return self.raw


class Affiliation(models.Model):
    """A person who works in an organisation, now or then."""

    person = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="employers")
    organisation = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="people")
    title = models.CharField(max_length=120, blank=True)
    primary = models.BooleanField(default=False)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        """A person is in an organisation once at a time."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "organisation"], condition=Q(until__isnull=True), name="crm_affiliation_once"
            ),
        ]

    def __str__(self) -> str:
        """What the person does there."""
        return self.title


class Standing(models.Model):
    """How one division stands with a party: who owns it there, and in which stage the division sees it."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="standings", db_index=False)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="standings", db_index=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    stage = models.CharField(max_length=16, choices=STAGES, blank=True)
    since = models.DateTimeField()

    class Meta:
        """One standing for a party and a division."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["party", "division"], name="crm_standing_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["division", "party"], name="crm_standing_division"),
            models.Index(fields=["owner", "party"], name="crm_standing_owner"),
            models.Index(fields=["division", "stage", "party"], name="crm_standing_stage"),
        ]

    def __str__(self) -> str:
        """The division and its stage."""
        return f"{self.division_id}: {self.stage}"


class Interaction(models.Model):
    """Something that happened between a party and us, online or offline."""

    class Kind(models.TextChoices):
        """The kinds of interaction."""

        CALL = "call"
        VISIT = "visit"
        LETTER = "letter"
        MAIL = "mail"
        CHAT = "chat"
        MEETING = "meeting"
        NOTE = "note"

    class Outcome(models.TextChoices):
        """What came of it."""

        REACHED = "reached"
        NOT_REACHED = "not_reached"
        INFORMED = "informed"
        AGREED = "agreed"
        DECLINED = "declined"
        COMPLAINT = "complaint"
        RESOLVED = "resolved"

    class Direction(models.TextChoices):
        """Who began it."""

        IN = "in"
        OUT = "out"
        NONE = "none"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="interactions", db_index=False)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="interactions", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    direction = models.CharField(max_length=4, choices=Direction)
    online = models.BooleanField()
    occurred_at = models.DateTimeField()
    duration_s = models.PositiveIntegerField(null=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    next_due = models.DateField(null=True)
    next_done_at = models.DateTimeField(null=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    external_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first: a party's, all, a kind's, a division's, an author's, those with a step; steps by due day."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="crm_interaction_external_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["party", "occurred_at", "id"], name="crm_interaction_by_party"),
            models.Index(fields=["occurred_at", "id"], name="crm_interaction_by_time"),
            models.Index(fields=["kind", "occurred_at", "id"], name="crm_interaction_by_kind"),
            models.Index(fields=["division", "occurred_at", "id"], name="crm_interaction_by_division"),
            models.Index(fields=["author", "occurred_at", "id"], name="crm_interaction_by_author"),
            models.Index(fields=["outcome", "occurred_at", "id"], name="crm_interaction_by_outcome"),
            models.Index(fields=["next_due", "id"], name="crm_interaction_by_due", condition=Q(next_due__isnull=False)),
            models.Index(
                fields=["occurred_at", "id", "next_due"],
                name="crm_interaction_steps",
                condition=Q(next_due__isnull=False),
            ),
            models.Index(
                fields=["author", "next_due", "id"],
                name="crm_interaction_due",
                condition=Q(next_due__isnull=False, next_done_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """The kind and the subject."""
        return f"{self.kind}: {self.subject}"


class PrivateNote(models.Model):
    """What a division keeps to itself about a party. It stands nowhere else: in no event, search, count or export."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="private_notes", db_index=False)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="private_notes", db_index=False)
    interaction = models.ForeignKey(Interaction, null=True, on_delete=models.CASCADE, related_name="private_notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """A division's notes on a party, in the order of time."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["party", "division", "at"], name="crm_note_by_party"),
        ]

    def __str__(self) -> str:
        """Whose note; never its text."""
        return f"note of {self.division_id}"


class FieldChange(models.Model):
    """One change of one field of a party: who changed it, when, from what to what."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="changes", db_index=False)
    field = models.CharField(max_length=40)
    before: models.JSONField[Any] = models.JSONField(null=True)
    after: models.JSONField[Any] = models.JSONField(null=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    version = models.PositiveIntegerField()

    class Meta:
        """A party's changes by the version that they made."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["party", "version"], name="crm_change_by_party"),
        ]

    def __str__(self) -> str:
        """The field."""
        return self.field


class Outbox(models.Model):
    """An event on its way to the front door, made in the transaction of the edit that it tells of."""

    id = models.BigAutoField(primary_key=True)
    party = models.UUIDField(db_index=True)
    payload = models.TextField()
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    refused = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        """What waits is found without looking at what was sent."""

        verbose_name_plural = "outbox"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], name="crm_outbox_waiting", condition=Q(sent_at__isnull=True)),
        ]

    def __str__(self) -> str:
        """The event's message id."""
        return self.message_id

    @property
    def message_id(self) -> str:
        """The id under which the front door knows the event, however often it is sent."""
        return f"crm-{self.id}"
