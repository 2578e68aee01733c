"""Publishing: the records become one document of frozen values that edge and engine watch.

A version is a file that never changes again; ``definitions.json`` is swapped to the newest one. Both are on the disk,
their folder too, before the version counts as published.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from triptych.activate import Destination
from triptych.audiences.model import And, Definition, Node, Not, Operator, TraitIs
from triptych.audiences.segments import SegmentDefinition
from triptych.collect.model import Plan, Retiring, Source
from triptych.collect.visitors import Category
from triptych.consent import Purpose
from triptych.dmp.partners import Contract
from triptych.registry import audit, models
from triptych.registry.desk import Desk
from triptych.registry.model import Guards
from triptych.registry.read import contract_values, guards, instant
from triptych.registry.storage import replace_file

CURRENT = "definitions.json"
VERSIONS = "versions"

SUPPLIER = TraitIs("relation", Operator.EQUAL, "supplier")
"""Who is a supplier or a service provider and no customer: the relation that the CRM tells of."""


class AuditHead(msgspec.Struct, frozen=True):
    """The end of the audit chain when a version was published."""

    number: int = 0
    hash: str = audit.GENESIS


class Definitions(msgspec.Struct, frozen=True):
    """What the records say, without a number and a time: two equal ones need not be published twice."""

    sources: tuple[Source, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    audiences: tuple[Definition, ...] = ()
    segments: tuple[SegmentDefinition, ...] = ()
    contracts: tuple[Contract, ...] = ()
    destinations: tuple[Destination, ...] = ()
    identity: Guards = Guards()


class Document(msgspec.Struct, frozen=True):
    """One published version, whole. Each room reads its own part of it."""

    version: int
    published_at: int
    sources: tuple[Source, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    audiences: tuple[Definition, ...] = ()
    segments: tuple[SegmentDefinition, ...] = ()
    contracts: tuple[Contract, ...] = ()
    destinations: tuple[Destination, ...] = ()
    identity: Guards = Guards()
    audit: AuditHead = AuditHead()

    @property
    def definitions(self) -> Definitions:
        """The document without its number and time."""
        return Definitions(**{name: getattr(self, name) for name in Definitions.__struct_fields__})


def publish(desk: Desk) -> int:
    """Publish what the records say, unless it is what was published last. Answers the version in force.

    The caller holds the lock (`recording.locked`) and is outside any transaction of its own.
    """
    current = load(desk.home)
    definitions = collect_definitions()
    if current is not None and current.definitions == definitions:
        _note(desk, current, encode(current))
        return current.version
    document = Document(
        version=_next_version(desk.home),
        published_at=desk.clock(),
        audit=AuditHead(*audit.head()),
        **{name: getattr(definitions, name) for name in Definitions.__struct_fields__},
    )
    content = encode(document)
    folder = desk.home / "published"
    replace_file(folder / VERSIONS / f"{document.version}.json", content)
    replace_file(folder / CURRENT, content)
    _note(desk, document, content)
    return document.version


def load(home: Path) -> Document | None:
    """The version in force; none before the first, or when the file cannot be read (a newer one will replace it)."""
    try:
        return msgspec.json.decode((home / "published" / CURRENT).read_bytes(), type=Document)
    except (OSError, msgspec.MsgspecError):
        return None


def encode(document: Document) -> bytes:
    """A document as the bytes of its file: the same document gives the same bytes."""
    return msgspec.json.encode(document, order="deterministic") + b"\n"


def collect_definitions() -> Definitions:
    """What the records say now."""
    return Definitions(
        sources=tuple(_source(record) for record in models.Source.objects.prefetch_related("retiring")),
        purposes=tuple(
            Purpose(
                name=record.name,
                title=record.title,
                text=record.text,
                text_version=record.text_version,
                enabled=record.enabled,
            )
            for record in models.Purpose.objects.all()
        ),
        audiences=tuple(
            _audience(record)
            for record in models.Audience.objects.filter(enabled=True).prefetch_related("destinations")
        ),
        segments=tuple(_segment(record) for record in models.Segment.objects.filter(enabled=True)),
        contracts=tuple(contract_values().values()),
        destinations=tuple(_destination(record) for record in models.Destination.objects.all()),
        identity=guards(),
    )


def _source(record: models.Source) -> Source:
    return Source(
        id=record.id,
        name=record.name,
        party=record.party,
        basis=record.basis,
        consent=record.consent,
        write_key=record.write_key,
        secret_digest=record.secret_digest,
        enabled=record.enabled,
        clock=record.clock,
        allowed_events=tuple(record.allowed_events),
        plan=None if record.plan is None else _plan(record.plan),
        max_event_bytes=record.max_event_bytes,
        categories=tuple(msgspec.convert(each, Category) for each in record.categories),
        campaigns=tuple(record.campaigns),
        tcf_vendor=record.tcf_vendor,
        retiring=tuple(
            Retiring(kind=key.kind, key=key.value, until=instant(key.until))
            for key in sorted(record.retiring.all(), key=lambda key: (key.until, key.value))
        ),
    )


def _plan(plan: dict[str, Any]) -> Plan:
    return msgspec.json.decode(msgspec.json.encode(plan, order="deterministic"), type=Plan)


def _audience(record: models.Audience) -> Definition:
    return Definition(
        id=record.id,
        name=record.name,
        purpose=record.purpose_id,
        destinations=tuple(sorted(each.id for each in record.destinations.all() if each.enabled)),
        text=record.text,
        tree=about(msgspec.convert(record.tree, type=Node), record.about),
        version=record.version,
    )


def about(tree: Node, whom: str) -> Node:
    """A tree that leaves out whom an audience is not about; the text people wrote stays as it is."""
    if whom == "everyone":
        return tree
    condition: Node = SUPPLIER if whom == "suppliers" else Not(SUPPLIER)
    return And((*tree.of, condition)) if isinstance(tree, And) else And((tree, condition))


def _segment(record: models.Segment) -> SegmentDefinition:
    return SegmentDefinition(
        id=record.id,
        name=record.name,
        purpose=record.purpose_id,
        text=record.text,
        tree=msgspec.convert(record.tree, type=Node),
        version=record.version,
    )


def _destination(record: models.Destination) -> Destination:
    return Destination(
        id=record.id,
        name=record.name,
        kind=record.kind,
        url=record.url,
        allow_private=tuple(record.allow_private),
        enabled=record.enabled,
    )


def _next_version(home: Path) -> int:
    known = [record.version for record in models.Published.objects.all()[:1]]
    known += [int(file.stem) for file in (home / "published" / VERSIONS).glob("*.json") if file.stem.isdecimal()]
    return max(known, default=-1) + 1


def _note(desk: Desk, document: Document, content: bytes) -> None:
    models.Published.objects.get_or_create(
        version=document.version,
        defaults={
            "published_at": audit.moment(document.published_at),
            "actor": desk.actor,
            "digest": hashlib.sha256(content).hexdigest(),
        },
    )
