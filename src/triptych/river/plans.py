"""What a source may send: its party, its allowed events, its tracking plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

import jsonschema_rs
import msgspec
import structlog

from triptych.collect.model import Plan, Source
from triptych.vocabulary import Party

_log = structlog.get_logger(__name__)
_ANY = msgspec.json.Decoder()


class Finding(NamedTuple):
    """What a plan finds wrong, and the properties without it."""

    detail: str
    stripped: bytes | None


class Schema:
    """The JSON Schema of one event's properties. One that cannot be used breaks every event: it fails closed."""

    def __init__(self, raw: bytes) -> None:
        self._schema: Any = None
        self._validator: Any = None
        try:
            self._schema = _ANY.decode(raw)
            self._validator = jsonschema_rs.validator_for(
                self._schema, retriever=_refuse, pattern_options=jsonschema_rs.RegexOptions()
            )
        except (ValueError, RecursionError, msgspec.DecodeError) as error:
            _log.error("plan_unusable", error=str(error))

    def find(self, properties: bytes | None) -> Finding | None:
        """What is wrong with properties, if anything is."""
        if self._validator is None:
            return Finding("the schema cannot be used", None)
        value = _ANY.decode(properties) if properties else {}
        if self._validator.is_valid(value):
            return None
        errors = list(self._validator.iter_errors(value))
        detail = "; ".join(str(error.message) for error in errors[:3])[:300]
        return Finding(detail, self._strip(value, errors))

    def _strip(self, value: dict[str, Any], errors: list[Any]) -> bytes | None:
        """The properties without those that break the plan."""
        allowed = self._schema.get("properties", {}) if isinstance(self._schema, dict) else {}
        for error in errors:
            path = list(error.instance_path)
            if path:
                value.pop(path[0], None)
            elif "additionalProperties" in str(error.schema_path):
                for name in value.keys() - allowed.keys():
                    del value[name]
        return msgspec.json.encode(value) if value else None


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"a plan may not refer to {uri}")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one source in one version."""

    source: Source
    named: frozenset[str]
    schemas: Mapping[str, Schema]

    @classmethod
    def of(cls, source: Source) -> Rules:
        """Compile a source's rules."""
        plan = source.plan or Plan()
        return cls(source, frozenset(source.allowed_events), {name: Schema(raw) for name, raw in plan.events.items()})

    @property
    def may_name(self) -> bool:
        """Whether the source's party may name a person."""
        return Party(self.source.party).may_name

    @property
    def plan(self) -> Plan:
        """The source's plan, an empty one where there is none."""
        return self.source.plan or Plan()
