"""What is defined, as frozen cards: the same for the command line, the API and the pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

import msgspec
from django.db.models import Model, QuerySet

from triptych.audiences.model import Node
from triptych.audiences.segments import party_of
from triptych.collect.visitors import Category
from triptych.dmp.partners import Code, Contract, is_over
from triptych.registry import models
from triptych.registry.errors import Problem, RegistryError
from triptych.registry.model import (
    AudienceCard,
    AuditCard,
    Blocked,
    CodeCard,
    ContractCard,
    DestinationCard,
    Guards,
    Limit,
    PurposeCard,
    RetiringCard,
    SegmentCard,
    SourceCard,
    VersionCard,
)
from triptych.vocabulary import Clock, IdentifierType, Party, system_clock

Record = TypeVar("Record", bound=Model)


def sources() -> tuple[SourceCard, ...]:
    """Every source, by id; those that are switched off too."""
    return tuple(source_card(record) for record in models.Source.objects.prefetch_related("retiring"))


def source(id: str) -> SourceCard:
    """One source. Raises ``RegistryError`` for an unknown one."""
    return source_card(known(models.Source.objects.prefetch_related("retiring"), id))


def audiences(*, removed: bool = False) -> tuple[AudienceCard, ...]:
    """Every audience, by id; ``removed`` ones on demand."""
    records = models.Audience.objects.prefetch_related("destinations")
    return tuple(audience_card(record) for record in (records if removed else records.filter(enabled=True)))


def audience(id: str) -> AudienceCard:
    """One audience, also a removed one. Raises ``RegistryError`` for an unknown one."""
    return audience_card(known(models.Audience.objects.prefetch_related("destinations"), id))


def segments(*, removed: bool = False) -> tuple[SegmentCard, ...]:
    """Every segment, by id; ``removed`` ones on demand."""
    contracted = contract_values()
    records = models.Segment.objects.all()
    return tuple(segment_card(record, contracted) for record in (records if removed else records.filter(enabled=True)))


def segment(id: str) -> SegmentCard:
    """One segment, also a removed one. Raises ``RegistryError`` for an unknown one."""
    return segment_card(known(models.Segment.objects.all(), id), contract_values())


def contracts(*, clock: Clock = system_clock) -> tuple[ContractCard, ...]:
    """Every contract, by id; those that are over too."""
    now = clock()
    return tuple(contract_card(record, now) for record in models.Contract.objects.all())


def contract(id: str, *, clock: Clock = system_clock) -> ContractCard:
    """One contract, also one that is over. Raises ``RegistryError`` for an unknown one."""
    return contract_card(known(models.Contract.objects.all(), id), clock())


def contract_values() -> dict[str, Contract]:
    """Every contract as the value that is published, by id."""
    return {record.id: contract_value(record) for record in models.Contract.objects.all()}


def destinations() -> tuple[DestinationCard, ...]:
    """Every destination, by id; those that are switched off too."""
    return tuple(destination_card(record) for record in models.Destination.objects.prefetch_related("audiences"))


def destination(id: str) -> DestinationCard:
    """One destination. Raises ``RegistryError`` for an unknown one."""
    return destination_card(known(models.Destination.objects.prefetch_related("audiences"), id))


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


def known(records: QuerySet[Record], id: str) -> Record:
    """The record of an id. Raises ``RegistryError`` where there is none."""
    record = records.filter(pk=id).first()
    if record is None:
        raise unknown(records.model.__name__.lower(), id)
    return record


def unknown(kind: str, id: str) -> RegistryError:
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
        categories=tuple(msgspec.convert(each, Category) for each in record.categories),
        campaigns=tuple(record.campaigns),
        tcf_vendor=record.tcf_vendor,
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
        about=record.about,
    )


def segment_card(record: models.Segment, contracted: Mapping[str, Contract]) -> SegmentCard:
    """A record of a segment as its card."""
    return SegmentCard(
        id=record.id,
        name=record.name,
        purpose=record.purpose_id,
        text=record.text,
        tree=record.tree,
        version=record.version,
        enabled=record.enabled,
        created_at=instant(record.created_at),
        changed_at=instant(record.changed_at),
        party=party_of(msgspec.convert(record.tree, Node), contracted).word,
    )


def contract_value(record: models.Contract) -> Contract:
    """A record of a contract as the value that is published."""
    return Contract(
        id=record.id,
        partner=record.partner,
        party=record.party,
        purposes=tuple(record.purposes),
        starts_at=instant(record.starts_at),
        ends_at=instant(record.ends_at),
        resale=record.resale,
        joining=record.joining,
        codes=tuple(msgspec.convert(each, Code) for each in record.codes),
        ended_at=0 if record.ended_at is None else instant(record.ended_at),
        emptied=record.emptied_at is not None,
    )


def contract_card(record: models.Contract, now: int) -> ContractCard:
    """A record of a contract as its card, as it stands at an instant."""
    value = contract_value(record)
    return ContractCard(
        id=value.id,
        partner=value.partner,
        party=value.side.word,
        purposes=value.purposes,
        starts_at=value.starts_at,
        ends_at=value.ends_at,
        resale=value.resale,
        joining=value.joining,
        codes=tuple(CodeCard(each.code, each.name, each.price_per_thousand) for each in value.codes),
        ended=is_over(value, now),
        ended_at=value.ended_at,
        emptied_at=0 if record.emptied_at is None else instant(record.emptied_at),
        created_at=instant(record.created_at),
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
