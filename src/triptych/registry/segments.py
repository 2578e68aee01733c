"""Changes of segments of visitors: their text is read into the tree, in the visitors' world alone."""

from __future__ import annotations

from typing import Any

import msgspec

from triptych.audiences.model import Node, Said, sights
from triptych.dmp.partners import sensitive_word
from triptych.registry import audit, names
from triptych.registry.definitions import check_text, known_purpose, read_tree, refuse_changed, told_of
from triptych.registry.desk import Desk
from triptych.registry.errors import invalid
from triptych.registry.model import SegmentCard
from triptych.registry.models import Segment
from triptych.registry.read import contract_values, known, segment_card
from triptych.registry.recording import changing, noted, refuse_taken


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
        refuse_taken(record, "there is, or was, a segment")
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
        record = known(Segment.objects.filter(enabled=True), id)
        refuse_changed(record, expected_version)
        with noted(desk, record, "change", _for_audit):
            if text is not None and tree is not None:
                record.text, record.tree = text, tree
            if name is not None:
                record.name = _check_name(name, id)
            if purpose is not None:
                record.purpose = known_purpose(purpose)
    return segment_card(record, contract_values())


def remove_segment(desk: Desk, id: str) -> None:
    """End a segment: nobody is in it any more, and its id is not given again."""
    with changing(desk):
        record = known(Segment.objects.filter(enabled=True), id)
        with noted(desk, record, "remove", _for_audit):
            record.enabled = False


def _check_name(name: str, id: str) -> str:
    checked = names.check_name(name, default=id)
    word = sensitive_word(f"{id} {checked}")
    if word is not None:
        raise invalid("name", f"{word!r} is too sensitive for a segment: health, faith, politics, origin, sexual life")
    return checked


def _check_said(tree: dict[str, Any]) -> dict[str, Any]:
    contracts = contract_values()
    for leaf in sights(msgspec.convert(tree, Node)):
        if isinstance(leaf, Said):
            contract = contracts.get(leaf.contract)
            if contract is None:
                raise invalid("text", f"there is no contract {leaf.contract!r}")
            if all(each.code != leaf.code for each in contract.codes):
                raise invalid("text", f"the contract {leaf.contract!r} has no code {leaf.code!r}")
    return tree


def _for_audit(record: Segment) -> dict[str, Any]:
    return told_of(record) | {"purpose": record.purpose_id}
