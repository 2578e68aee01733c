"""What is defined, as frozen cards: the same for the command line, the API and the pages."""

from __future__ import annotations

from datetime import datetime

from triptych.registry import models
from triptych.registry.errors import Problem, RegistryError
from triptych.registry.model import (
    AudienceCard,
    AuditCard,
    Blocked,
    DestinationCard,
    Guards,
    Limit,
    PurposeCard,
    RetiringCard,
    SourceCard,
    VersionCard,
)
from triptych.vocabulary import IdentifierType, Party


def sources() -> tuple[SourceCard, ...]:
    """Every source, by id; those that are switched off too."""
    return tuple(source_card(record) for record in models.Source.objects.prefetch_related("retiring"))


def source(id: str) -> SourceCard:  # noqa: A002  the word of the interface
    """One source. Raises ``RegistryError`` for an unknown one."""
    record = models.Source.objects.prefetch_related("retiring").filter(id=id).first()
    if record is None:
        raise unknown("source", id)
    return source_card(record)


def audiences(*, removed: bool = False) -> tuple[AudienceCard, ...]:
    """Every audience, by id; ``removed`` ones on demand."""
    records = models.Audience.objects.prefetch_related("destinations")
    return tuple(audience_card(record) for record in (records if removed else records.filter(enabled=True)))


def audience(id: str) -> AudienceCard:  # noqa: A002  the word of the interface
    """One audience, also a removed one. Raises ``RegistryError`` for an unknown one."""
    record = models.Audience.objects.prefetch_related("destinations").filter(id=id).first()
    if record is None:
        raise unknown("audience", id)
    return audience_card(record)


def destinations() -> tuple[DestinationCard, ...]:
    """Every destination, by id; those that are switched off too."""
    return tuple(destination_card(record) for record in models.Destination.objects.prefetch_related("audiences"))


def destination(id: str) -> DestinationCard:  # noqa: A002  the word of the interface
    """One destination. Raises ``RegistryError`` for an unknown one."""
    record = models.Destination.objects.prefetch_related("audiences").filter(id=id).first()
    if record is None:
        raise unknown("destination", id)
    return destination_card(record)


def purposes() -> tuple[PurposeCard, ...]:
    """Every purpose, by name."""
    return tuple(
        PurposeCard(
            name=record.name,
            title=record.title,
            text=record.text,
            text_version=record.text_version,
            enabled=record.enabled,
        )
        for record in models.Purpose.objects.all()
    )


def guards() -> Guards:
    """What was decided about identity."""
    return Guards(
        limits=tuple(
            Limit(type=IdentifierType(rule.type).word, most=rule.most, window_days=rule.window_days)
            for rule in models.IdentityRule.objects.all()
        ),
        blocked=tuple(
            Blocked(
                pattern=value.pattern,
                type="" if value.type is None else IdentifierType(value.type).word,
                regular=value.regular,
                number=value.pk,
            )
            for value in models.BlockedValue.objects.order_by("pk")
        ),
    )


def versions(limit: int = 50) -> tuple[VersionCard, ...]:
    """The newest published versions, newest first."""
    return tuple(
        VersionCard(
            version=record.version,
            published_at=instant(record.published_at),
            actor=record.actor,
            digest=record.digest,
        )
        for record in models.Published.objects.all()[:limit]
    )


def audit(limit: int = 100, *, kind: str = "", thing: str = "") -> tuple[AuditCard, ...]:
    """The newest entries of the audit log, newest first, of everything or of one thing."""
    records = models.AuditEntry.objects.all()
    if kind:
        records = records.filter(kind=kind)
    if thing:
        records = records.filter(thing=thing)
    return tuple(
        AuditCard(
            number=record.number,
            at=instant(record.at),
            actor=record.actor,
            action=record.action,
            kind=record.kind,
            thing=record.thing,
            before=record.before,
            after=record.after,
        )
        for record in records[:limit]
    )


def unknown(kind: str, id: str) -> RegistryError:  # noqa: A002  the word of the interface
    """The refusal of a name that nothing has."""
    return RegistryError(Problem.NOT_FOUND, f"there is no {kind} {id!r}", field="id")


def instant(moment: datetime) -> int:
    """Django's time as microseconds since 1970."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def source_card(record: models.Source) -> SourceCard:
    """A record of a source as its card."""
    return SourceCard(
        id=record.id,
        name=record.name,
        party=Party(record.party).word,
        basis=record.basis,
        consent=record.consent,
        write_key=record.write_key,
        secret_hint=record.secret_hint,
        enabled=record.enabled,
        clock=record.clock,
        allowed_events=tuple(record.allowed_events),
        plan=record.plan,
        max_event_bytes=record.max_event_bytes,
        internal=record.internal,
        created_at=instant(record.created_at),
        retiring=tuple(RetiringCard(kind=key.kind, until=instant(key.until)) for key in record.retiring.all()),
    )


def audience_card(record: models.Audience) -> AudienceCard:
    """A record of an audience as its card."""
    return AudienceCard(
        id=record.id,
        name=record.name,
        purpose=record.purpose_id,
        destinations=tuple(sorted(each.id for each in record.destinations.all())),
        text=record.text,
        tree=record.tree,
        version=record.version,
        enabled=record.enabled,
        created_at=instant(record.created_at),
        changed_at=instant(record.changed_at),
    )


def destination_card(record: models.Destination) -> DestinationCard:
    """A record of a destination as its card."""
    return DestinationCard(
        id=record.id,
        name=record.name,
        kind=record.kind,
        url=record.url,
        allow_private=tuple(record.allow_private),
        enabled=record.enabled,
        created_at=instant(record.created_at),
        audiences=tuple(sorted(each.id for each in record.audiences.all() if each.enabled)),
    )
