"""What definitions may hold of a person: her identifier as a literal of an audience, a plan or a blocked value.

An erasure replaces each such literal, in the records and in every published version; the definitions stay otherwise
as they were. Words that merely contain the value are left alone: a customer number ``1`` is no reason to rewrite
``at least 1 times``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection

from triptych.registry import audit, models
from triptych.registry.desk import Desk
from triptych.registry.publish import VERSIONS
from triptych.registry.recording import changing, locked
from triptych.registry.storage import replace_file
from triptych.vocabulary import Identifier

ERASED = "(erased)"
"""What stands where a person's identifier stood."""


def export(identifiers: Iterable[Identifier]) -> dict[str, list[Any]]:
    """Which definitions name the person: audiences and sources by id, blocked values by number."""
    eraser = Eraser(identifiers)
    return {
        "audiences": [each.id for each in models.Audience.objects.all() if eraser.finds([each.text, each.tree])],
        "segments": [each.id for each in models.Segment.objects.all() if eraser.finds([each.text, each.tree])],
        "sources": [each.id for each in models.Source.objects.all() if eraser.finds(each.plan)],
        "blocked_values": [each.pk for each in models.BlockedValue.objects.all() if eraser.finds(each.pattern)],
    }


def erase(desk: Desk, identifiers: Iterable[Identifier]) -> dict[str, int]:
    """Replace the person's identifiers in the records and in every published version. Answers how many changed."""
    eraser = Eraser(identifiers)
    with changing(desk):
        report = {
            "audiences": sum(_definition(desk, record, eraser) for record in models.Audience.objects.all()),
            "segments": sum(_definition(desk, record, eraser) for record in models.Segment.objects.all()),
            "sources": sum(_source(record, eraser) for record in models.Source.objects.all()),
            "blocked_values": sum(_blocked(record, eraser) for record in models.BlockedValue.objects.all()),
        }
        if any(report.values()):
            audit.append(desk, "erase", kind="definitions", thing="one person", after=report)
    with locked(desk.home):
        folder = desk.home / "published"
        files = sum(_file(file, eraser) for file in sorted((folder / VERSIONS).glob("*.json")))
        for file in folder.glob("*.json"):
            _file(file, eraser)
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:  # secure_delete wiped the pages; the old ones must leave the log too
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {**report, "published_versions": files}


class Eraser:
    """Finds and replaces a person's identifiers in plain JSON."""

    def __init__(self, identifiers: Iterable[Identifier]) -> None:
        self._values = frozenset(each.value.casefold() for each in identifiers if each.value)
        quoted = "|".join(re.escape(value) for value in sorted(self._values))
        self._literal = re.compile(rf'(["\'])(?:{quoted})\1', re.IGNORECASE) if quoted else None

    def finds(self, value: Any) -> bool:
        """Whether the value names the person anywhere."""
        return bool(self.clean(value) != value)

    def clean(self, value: Any) -> Any:
        """The value with the person's identifiers replaced: whole texts, and quoted literals inside texts."""
        if isinstance(value, str):
            if value.casefold() in self._values:
                return ERASED
            return self._literal.sub(rf"\1{ERASED}\1", value) if self._literal else value
        if isinstance(value, dict):
            return {self.clean(name): self.clean(below) for name, below in value.items()}
        if isinstance(value, list):
            return [self.clean(below) for below in value]
        return value


def _definition(desk: Desk, record: models.Definition, eraser: Eraser) -> bool:
    text, tree = eraser.clean(record.text), eraser.clean(record.tree)
    if (text, tree) == (record.text, record.tree):
        return False
    record.text, record.tree = text, tree
    record.version += 1
    record.changed_at = audit.moment(desk.clock())
    record.save()
    return True


def _source(record: models.Source, eraser: Eraser) -> bool:
    plan = eraser.clean(record.plan)
    if plan == record.plan:
        return False
    record.plan = plan
    record.save()
    return True


def _blocked(record: models.BlockedValue, eraser: Eraser) -> bool:
    if not eraser.finds(record.pattern):
        return False
    record.delete()
    return True


def _file(file: Path, eraser: Eraser) -> bool:
    document = msgspec.json.decode(file.read_bytes())
    clean = eraser.clean(document)
    if clean == document:
        return False
    content = msgspec.json.encode(clean) + b"\n"
    replace_file(file, content)
    models.Published.objects.filter(version=clean["version"]).update(digest=hashlib.sha256(content).hexdigest())
    return True
