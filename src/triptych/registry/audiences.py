"""Changes of audiences: their text is read into the tree, and both are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from triptych.registry import audit, names
from triptych.registry.definitions import check_text, known_purpose, read_tree, refuse_changed, told_of
from triptych.registry.desk import Desk
from triptych.registry.errors import invalid
from triptych.registry.model import AudienceCard
from triptych.registry.models import ABOUT, Audience, Destination
from triptych.registry.read import audience_card, known
from triptych.registry.recording import changing, noted, refuse_taken


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
        refuse_taken(record, "there is, or was, an audience")
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
        record = known(Audience.objects.filter(enabled=True), id)
        refuse_changed(record, expected_version)
        with noted(desk, record, "change", _for_audit):
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
    return audience_card(record)


def remove_audience(desk: Desk, id: str) -> None:
    """End an audience: its members leave, the destinations are told, the id is not given again."""
    with changing(desk):
        record = known(Audience.objects.filter(enabled=True), id)
        with noted(desk, record, "remove", _for_audit):
            record.enabled = False


def check_about(about: str) -> str:
    """Whom an audience may hold, as one of the words for it."""
    if about not in ABOUT:
        raise invalid("about", f"an audience is about {', '.join(ABOUT)}")
    return about


def _destinations(ids: Sequence[str]) -> list[Destination]:
    records = {record.id: record for record in Destination.objects.filter(id__in=ids)}
    for each in ids:
        if each not in records:
            raise invalid("to", f"there is no destination {each!r}")
    return list(records.values())


def _for_audit(record: Audience) -> dict[str, Any]:
    to = sorted(each.id for each in record.destinations.all())
    return told_of(record) | {"purpose": record.purpose_id, "to": to, "about": record.about}
