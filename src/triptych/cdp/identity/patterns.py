"""Regular expressions that an operator wrote, matched against values that anybody may send: in linear time.

Python's own engine backtracks: one careless expression and one hostile value would hold up the river for hours. This is
the engine that tracking plans are checked by; it knows neither references back nor looks around.
"""

from __future__ import annotations

from collections.abc import Iterable

import jsonschema_rs
import structlog

_log = structlog.get_logger(__name__)


class Patterns:
    """Expressions of which any may match a value as a whole. One that cannot be used matches nothing, and is logged."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._each = [each for each in map(_compiled, patterns) if each is not None]

    def match(self, value: str) -> bool:
        """Whether any expression matches all of a value.

        >>> Patterns([r"till-[0-9]+"]).match("till-7"), Patterns([r"till-[0-9]+"]).match("a till-7")
        (True, False)
        """
        return any(each.is_valid(value) for each in self._each)


def _compiled(pattern: str) -> jsonschema_rs.Validator | None:
    try:
        return jsonschema_rs.validator_for(
            {"pattern": f"^(?:{pattern})$"}, pattern_options=jsonschema_rs.RegexOptions(), offline=True
        )
    except ValueError:
        _log.error("pattern_unusable", length=len(pattern))  # the pattern itself may be somebody's value
        return None
