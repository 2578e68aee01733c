"""Changes of audiences: their text is read into the tree, and both are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from triptych.audiences.errors import AudienceError
from triptych.audiences.model import World
from triptych.audiences.text import parse
from triptych.registry import audit, names
from triptych.registry.desk import Desk
from triptych.registry.errors import Problem, RegistryError, invalid
from triptych.registry.model import AudienceCard
from triptych.registry.models import ABOUT, Audience, Definition, Destination, Purpose
from triptych.registry.read import audience_card, unknown
from triptych.registry.recording import changing

MAX_TEXT = 10_000


class TextError(RegistryError):
    """A text that is no definition, with the place where reading stopped and what could stand there."""

    def __init__(self, cause: AudienceError) -> None:
        super().__init__(Problem.INVALID, cause.message, field="text")
        self.position = cause.position
        self.expected = cause.expected
        self.fault = cause.problem.value


def add_audience(
    desk: Desk,
    *,
    id: str,
    purpose: str,
    text: str,
    to: Sequence[str] = (),
    name: str = "",
    about: str = "customers",
) -> AudienceCard:
    """Define an audience for one purpose; its entries and exits go ``to`` these destinations.

    It is ``about`` customers unless it is said to be about everyone or suppliers: then it is published with a condition
    that leaves the others out.

    Raises:
        RegistryError: The id is taken, the purpose or a destination is unknown, or (``TextError``) the text is none.
    """
    names.check_id(id)
    now = audit.moment(desk.clock())
    record = Audience(
        id=id,
        name=names.check_name(name, default=id),
        text=check_text(text),
        tree=read_tree(text),
        about=check_about(about),
        created_at=now,
        changed_at=now,
    )
    with changing(desk):
        if Audience.objects.filter(id=id).exists():
            raise RegistryError(Problem.EXISTS, f"there is, or was, an audience {id!r} already", field="id")
        record.purpose = known_purpose(purpose)
        record.save(force_insert=True)
        record.destinations.set(_destinations(to))
        audit.append(desk, "add", kind="audience", thing=id, after=_for_audit(record))
    return audience_card(record)


def change_audience(
    desk: Desk,
    id: str,
    *,
    text: str | None = None,
    name: str | None = None,
    purpose: str | None = None,
    to: Sequence[str] | None = None,
    about: str | None = None,
    expected_version: int | None = None,
) -> AudienceCard:
    """Change what is given and leave the rest. ``expected_version`` refuses to overwrite what somebody else changed."""
    tree = None if text is None else read_tree(check_text(text))
    with changing(desk):
        record = _known(id)
        if expected_version is not None and record.version != expected_version:
            raise RegistryError(Problem.CONFLICT, f"{id!r} is at version {record.version} by now", field="version")
        before = _for_audit(record)
        if text is not None and tree is not None:
            record.text, record.tree = text, tree
        if name is not None:
            record.name = names.check_name(name, default=id)
        if purpose is not None:
            record.purpose = known_purpose(purpose)
        if about is not None:
            record.about = check_about(about)
        if to is not None:
            record.destinations.set(_destinations(to))
        note_change(desk, record, "change", before=before, after=lambda: _for_audit(record))
    return audience_card(record)


def remove_audience(desk: Desk, id: str) -> None:
    """End an audience: its members leave, the destinations are told, the id is not given again."""
    with changing(desk):
        record = _known(id)
        before = _for_audit(record)
        record.enabled = False
        note_change(desk, record, "remove", before=before, after=lambda: _for_audit(record))


def note_change(
    desk: Desk, record: Definition, action: str, *, before: dict[str, Any], after: Callable[[], dict[str, Any]]
) -> None:
    """Make a change of a definition a version, and tell the audit log; nothing where nothing has changed."""
    if after() == before:
        return
    record.version += 1
    record.changed_at = audit.moment(desk.clock())
    record.save()
    kind = type(record).__name__.lower()
    audit.append(desk, action, kind=kind, thing=record.id, before=before, after=after())


def _known(id: str) -> Audience:
    record = Audience.objects.filter(id=id, enabled=True).first()
    if record is None:
        raise unknown("audience", id)
    return record


def check_about(about: str) -> str:
    """Whom an audience may hold, as one of the words for it."""
    if about not in ABOUT:
        raise invalid("about", f"an audience is about {', '.join(ABOUT)}")
    return about


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


def _destinations(ids: Sequence[str]) -> list[Destination]:
    records = {record.id: record for record in Destination.objects.filter(id__in=ids)}
    for each in ids:
        if each not in records:
            raise invalid("to", f"there is no destination {each!r}")
    return list(records.values())


def _for_audit(record: Audience) -> dict[str, Any]:
    # a text may name a person: its digest says that it changed, the published versions say how
    return {
        "name": record.name,
        "purpose": record.purpose_id,
        "to": sorted(each.id for each in record.destinations.all()),
        "text_digest": hashlib.sha256(record.text.encode()).hexdigest(),
        "about": record.about,
        "version": record.version,
        "enabled": record.enabled,
    }
