"""Changes of segments of visitors: their text is read into the tree, in the visitors' world alone."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from triptych.audiences.model import Node, Said, sights
from triptych.dmp.partners import sensitive_word
from triptych.registry import audit, names
from triptych.registry.audiences import check_text, known_purpose, note_change, read_tree
from triptych.registry.desk import Desk
from triptych.registry.errors import Problem, RegistryError, invalid
from triptych.registry.model import SegmentCard
from triptych.registry.models import Segment
from triptych.registry.read import contract_values, segment_card, unknown
from triptych.registry.recording import changing


def add_segment(
    desk: Desk,
    *,
    id: str,
    text: str,
    name: str = "",
    purpose: str = "advertising",
) -> SegmentCard:
    """Define a segment of visitors for one purpose.

    Raises:
        RegistryError: The id is taken, the name is too sensitive for a segment, a contract or its code is unknown, or
            (``TextError``) the text is no definition about visitors.
    """
    names.check_id(id)
    now = audit.moment(desk.clock())
    tree = read_tree(check_text(text), world="visitors")
    record = Segment(
        id=id, name=_check_name(name, id), text=text, tree=_check_said(tree), created_at=now, changed_at=now
    )
    with changing(desk):
        if Segment.objects.filter(id=id).exists():
            raise RegistryError(Problem.EXISTS, f"there is, or was, a segment {id!r} already", field="id")
        record.purpose = known_purpose(purpose)
        record.save(force_insert=True)
        audit.append(desk, "add", kind="segment", thing=id, after=_for_audit(record))
    return segment_card(record, contract_values())


def change_segment(
    desk: Desk,
    id: str,
    *,
    text: str | None = None,
    name: str | None = None,
    purpose: str | None = None,
    expected_version: int | None = None,
) -> SegmentCard:
    """Change what is given and leave the rest. ``expected_version`` refuses to overwrite what somebody else changed."""
    tree = None if text is None else _check_said(read_tree(check_text(text), world="visitors"))
    with changing(desk):
        record = _known(id)
        if expected_version is not None and record.version != expected_version:
            raise RegistryError(Problem.CONFLICT, f"{id!r} is at version {record.version} by now", field="version")
        before = _for_audit(record)
        if text is not None and tree is not None:
            record.text, record.tree = text, tree
        if name is not None:
            record.name = _check_name(name, id)
        if purpose is not None:
            record.purpose = known_purpose(purpose)
        note_change(desk, record, "change", before=before, after=lambda: _for_audit(record))
    return segment_card(record, contract_values())


def remove_segment(desk: Desk, id: str) -> None:
    """End a segment: nobody is in it any more, and its id is not given again."""
    with changing(desk):
        record = _known(id)
        before = _for_audit(record)
        record.enabled = False
        note_change(desk, record, "remove", before=before, after=lambda: _for_audit(record))


def _check_name(name: str, id: str) -> str:
    checked = names.check_name(name, default=id)
    word = sensitive_word(f"{id} {checked}")
    if word is not None:
        raise invalid("name", f"{word!r} is too sensitive for a segment: health, faith, politics, origin, sexual life")
    return checked


def _check_said(tree: dict[str, Any]) -> dict[str, Any]:
    known = contract_values()
    for leaf in sights(msgspec.convert(tree, Node)):
        if isinstance(leaf, Said):
            contract = known.get(leaf.contract)
            if contract is None:
                raise invalid("text", f"there is no contract {leaf.contract!r}")
            if all(each.code != leaf.code for each in contract.codes):
                raise invalid("text", f"the contract {leaf.contract!r} has no code {leaf.code!r}")
    return tree


def _known(id: str) -> Segment:
    record = Segment.objects.filter(id=id, enabled=True).first()
    if record is None:
        raise unknown("segment", id)
    return record


def _for_audit(record: Segment) -> dict[str, Any]:
    return {
        "name": record.name,
        "purpose": record.purpose_id,
        "text_digest": hashlib.sha256(record.text.encode()).hexdigest(),
        "version": record.version,
        "enabled": record.enabled,
    }
