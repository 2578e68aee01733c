"""What audiences and segments share: a text that is read into the tree, a purpose, a version."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from triptych.audiences.errors import AudienceError
from triptych.audiences.model import World
from triptych.audiences.text import parse
from triptych.registry.errors import Problem, RegistryError, invalid
from triptych.registry.models import Definition, Purpose

MAX_TEXT = 10_000


class TextError(RegistryError):
    """A text that is no definition, with the place where reading stopped and what could stand there."""

    def __init__(self, cause: AudienceError) -> None:
        super().__init__(Problem.INVALID, cause.message, field="text")
        self.position = cause.position
        self.expected = cause.expected
        self.fault = cause.problem.value


def check_text(text: str) -> str:
    """A definition's text that is not too long."""
    if len(text) > MAX_TEXT:
        raise invalid("text", f"a definition has at most {MAX_TEXT} characters")
    return text


def read_tree(text: str, *, world: World = "people") -> dict[str, Any]:
    """The tree that a text says, as plain JSON. Raises ``TextError``."""
    try:
        tree: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(parse(text, world=world)))
    except AudienceError as error:
        raise TextError(error) from None
    return tree


def known_purpose(name: str) -> Purpose:
    """The purpose of that name. Raises ``RegistryError``."""
    record = Purpose.objects.filter(name=name, enabled=True).first()
    if record is None:
        known = ", ".join(Purpose.objects.filter(enabled=True).values_list("name", flat=True))
        raise invalid("purpose", f"a purpose is one of {known}")
    return record


def refuse_changed(record: Definition, expected: int | None) -> None:
    """Raise ``RegistryError`` where somebody else has changed the definition since it was at the version expected."""
    if expected is not None and record.version != expected:
        raise RegistryError(Problem.CONFLICT, f"{record.id!r} is at version {record.version} by now", field="version")


def told_of(record: Definition) -> dict[str, Any]:
    """What the audit log is told of a definition. A text may name a person: its digest says that it changed."""
    return {
        "name": record.name,
        "text_digest": hashlib.sha256(record.text.encode()).hexdigest(),
        "version": record.version,
        "enabled": record.enabled,
    }
