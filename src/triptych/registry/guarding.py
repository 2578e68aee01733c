"""Changes of what the operator decided about identity: blocked values and limits."""

from __future__ import annotations

import hashlib

import jsonschema_rs

from triptych.registry import audit
from triptych.registry.desk import Desk
from triptych.registry.errors import Problem, RegistryError, invalid
from triptych.registry.models import BlockedValue, IdentityRule
from triptych.registry.read import unknown
from triptych.registry.recording import changing
from triptych.vocabulary import IdentifierType

MAX_PATTERN = 200


def block_value(desk: Desk, *, pattern: str, type: IdentifierType | None = None, regular: bool = False) -> int:
    """Let a value, or with ``regular`` a pattern of values, identify nobody. Answers the block's number."""
    if not 0 < len(pattern) <= MAX_PATTERN:
        raise invalid("pattern", f"a blocked value has 1 to {MAX_PATTERN} characters")
    if regular:
        _check_regular(pattern)
    kind = None if type is None else _identifying(type).value
    with changing(desk):
        if BlockedValue.objects.filter(pattern=pattern, type=kind, regular=regular).exists():
            raise RegistryError(Problem.EXISTS, "this value is blocked already", field="pattern")
        record = BlockedValue.objects.create(pattern=pattern, type=kind, regular=regular)
        # the value may be somebody's: the log keeps its digest
        audit.append(desk, "block", kind="blocked_value", thing=str(record.pk), after={"digest": _digest(pattern)})
    return record.pk


def unblock_value(desk: Desk, number: int) -> None:
    """Let a blocked value identify again."""
    with changing(desk):
        record = BlockedValue.objects.filter(pk=number).first()
        if record is None:
            raise unknown("blocked value", str(number))
        audit.append(
            desk, "unblock", kind="blocked_value", thing=str(number), before={"digest": _digest(record.pattern)}
        )
        record.delete()


def set_identity_rule(
    desk: Desk,
    *,
    type: IdentifierType,
    most: int | None,
    window_days: int | None = None,
) -> None:
    """Limit how many values of a type one person may have, for ever or within a sliding window of days."""
    if most is not None and not 1 <= most <= 1_000:
        raise invalid("most", "a limit is 1 to 1000 values, or none")
    if window_days is not None and not 1 <= window_days <= 3_650:
        raise invalid("window_days", "a window has 1 to 3650 days, or none")
    kind = _identifying(type)
    with changing(desk):
        record = IdentityRule.objects.filter(type=kind.value).first()
        before = None if record is None else {"most": record.most, "window_days": record.window_days}
        after = {"most": most, "window_days": window_days}
        IdentityRule.objects.update_or_create(type=kind.value, defaults=after)
        if before != after:
            audit.append(desk, "limit", kind="identity_rule", thing=kind.word, before=before, after=after)


def _identifying(type: IdentifierType) -> IdentifierType:
    if type is IdentifierType.PROFILE_ID:
        raise invalid("type", "profile_id is for reading: no event carries it")
    return type


def _check_regular(pattern: str) -> None:
    # the engine that identity matches by: linear in time, so it knows neither references back nor looks around
    try:
        jsonschema_rs.validator_for(
            {"pattern": f"^(?:{pattern})$"}, pattern_options=jsonschema_rs.RegexOptions(), offline=True
        )
    except ValueError:
        raise invalid("pattern", "not a regular expression without references back and looks around") from None


def _digest(pattern: str) -> str:
    return hashlib.sha256(pattern.encode()).hexdigest()[:16]
