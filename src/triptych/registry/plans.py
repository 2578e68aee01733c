"""Tracking plans: what a source promised to send, as JSON Schema, checked before it is kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any, Literal

import jsonschema_rs
import msgspec

from triptych.registry import audit
from triptych.registry.desk import Desk
from triptych.registry.errors import invalid
from triptych.registry.model import SourceCard
from triptych.registry.read import source_card
from triptych.registry.recording import changing
from triptych.registry.sources import changeable

MAX_PLAN_BYTES = 512 * 1024
MAX_DEPTH = 32
_FIELD = re.compile(r"(traits|properties|context\.traits)\.[^.\x00-\x1f]{1,100}(\.[^.\x00-\x1f]{1,100}){0,4}")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


class PlanFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plan as people write it, field by field (the form is in `docs/reference/sources.md`)."""

    events: dict[str, dict[str, Any]] = {}
    on_violation: Literal["quarantine", "strip", "pass"] = "quarantine"
    declared: tuple[str, ...] = ()
    unplanned: Literal["pass", "quarantine"] = "pass"


def set_plan(desk: Desk, source: str, plan: bytes | None) -> SourceCard:
    """Give a source a plan, or none. Events that come after it is published are held to it.

    Raises:
        RegistryError: The plan is not one, a schema is not JSON Schema, or it points outside itself.
    """
    checked = None if plan is None else check_plan(plan)
    with changing(desk):
        record = changeable(source)
        before = record.plan
        if before != checked:
            record.plan = checked
            record.save()
            audit.append(
                desk, "set_plan", kind="source", thing=source, before=_for_audit(before), after=_for_audit(checked)
            )
    return source_card(record)


def check_plan(content: bytes) -> dict[str, Any]:
    """A plan that can be kept, as plain JSON.

    Raises:
        RegistryError: With the field that is at fault.
    """
    if len(content) > MAX_PLAN_BYTES:
        raise invalid("plan", f"a plan has at most {MAX_PLAN_BYTES} bytes")
    try:
        plan = msgspec.json.decode(content, type=PlanFile)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise invalid("plan", f"not a plan: {error}") from None
    for event, schema in plan.events.items():
        _check_schema(event, schema)
    for field in plan.declared:
        if not _FIELD.fullmatch(field):
            raise invalid("declared", f"{field!r} is not a field such as traits.email or properties.size")
    kept: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(plan))
    return kept


def _check_schema(event: str, schema: dict[str, Any]) -> None:
    field = f"events.{event}"
    for keyword, target in _references(schema, depth=0, field=field):
        if not (isinstance(target, str) and target.startswith("#")):
            raise invalid(field, f"{keyword} may point inside the schema only: nothing is fetched")
    try:
        # the same engine and options as the front door: patterns in linear time, nothing from the network
        jsonschema_rs.validator_for(schema, pattern_options=jsonschema_rs.RegexOptions(), offline=True)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise invalid(field, f"not a JSON Schema: {str(error).splitlines()[0]}") from None


def _references(value: object, *, depth: int, field: str) -> Iterator[tuple[str, object]]:
    if depth > MAX_DEPTH:
        raise invalid(field, f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, dict):
        for key, below in value.items():
            if key in _REFERENCES and not isinstance(below, dict):
                yield key, below
            yield from _references(below, depth=depth + 1, field=field)
    elif isinstance(value, list):
        for below in value:
            yield from _references(below, depth=depth + 1, field=field)


def _for_audit(plan: dict[str, Any] | None) -> dict[str, Any] | None:
    # a schema may hold an example of a person; its digest says that it changed, the published versions say how
    if plan is None:
        return None
    content = msgspec.json.encode(plan, order="deterministic")
    return {
        "events": sorted(plan["events"]),
        "on_violation": plan["on_violation"],
        "unplanned": plan["unplanned"],
        "declared": list(plan["declared"]),
        "digest": hashlib.sha256(content).hexdigest(),
    }
