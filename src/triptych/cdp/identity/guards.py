"""The guards of identity: what never identifies, how many values a person may have, how large a person may grow.

Guards refuse an edge, never an event. They are published with the other definitions; where the publication is silent
the defaults below hold. A stricter rule is not retroactive, except that a blocked value stops identifying at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from triptych.cdp.identity.model import Bytes
from triptych.cdp.identity.patterns import Patterns
from triptych.vocabulary import KNOWN_TYPES, IdentifierType

NO_LIMIT = 2**31 - 1
EVER = 2**16
SHORT_WINDOW = 31
WEEK = 7


class Limit(msgspec.Struct, frozen=True):
    """How many values of one identifier type a person may have; ``None`` is no limit.

    A value counts while it was seen within ``window_days``; ``None`` counts it for ever. One value for ever makes
    the type *unique*: two profiles that hold different values are two people.
    """

    type: str
    most: int | None = None
    window_days: int | None = None

    @property
    def unique(self) -> bool:
        """Whether two values of this type always mean two people."""
        return self.most == 1 and self.window_days is None


class Blocked(msgspec.Struct, frozen=True):
    """A value, or a regular expression of values, that never identifies, of one type or (empty) of every type."""

    pattern: str
    type: str = ""
    regular: bool = False


class Decided(msgspec.Struct, frozen=True):
    """What the operator decided: the section ``identity`` of the published definitions."""

    limits: tuple[Limit, ...] = ()
    blocked: tuple[Blocked, ...] = ()


NOTHING_DECIDED = Decided()


class _Document(msgspec.Struct, frozen=True):
    identity: Decided = NOTHING_DECIDED


DEFAULT_LIMITS = (
    Limit("user_id", 1),
    Limit("crm_id", 5, 365),
    Limit("email", 5, 365),
    Limit("phone", 5, 365),
    Limit("loyalty_card", 5, 365),
    Limit("external_id", 5, 365),
    Limit("device_id", 5, 365),
    Limit("anonymous_id", 5, 7),
)
"""One account for ever; five of the others, devices counted by the year and browsers by the week (Segment Unify)."""

DEFAULT_BLOCKED_VALUES = (
    "anonymous",
    "guest",
    "distinctid",
    "distinct_id",
    "id",
    "not_authenticated",
    "email",
    "undefined",
    "true",
    "false",
    "[object object]",
    "nan",
    "none",
    "null",
    "nil",
    "n/a",
    "unknown",
    "0",
    "-1",
)
"""Literal junk that clients send in place of an identifier, compared without regard to case."""

DEFAULT_BLOCKED_PATTERNS = (r"[0\s-]*", r"\+\d{0,3}0{6,}")
"""Whole values that never identify: blanks, runs of zeros and dashes, telephone numbers of zeros."""

DEFAULT_CAP = 1_000
"""The most identifiers that one person may have."""


@dataclass(frozen=True)
class Guards:
    """The guards in force: the operator's decisions over the defaults.

    ``priority`` orders the identifiers of one event: the first are joined first, so the last are the ones refused.
    """

    decided: Decided = NOTHING_DECIDED
    priority: tuple[IdentifierType, ...] = tuple(kind for kind in IdentifierType if kind != IdentifierType.PROFILE_ID)
    cap: int = DEFAULT_CAP

    @cached_property
    def limits(self) -> Mapping[IdentifierType, Limit]:
        """The limit of every type."""
        rules = (*DEFAULT_LIMITS, *self.decided.limits)
        return {IdentifierType.from_word(rule.type): rule for rule in rules}

    @cached_property
    def most(self) -> tuple[int, ...]:
        """The most values of a type, by the type's number."""
        found = [NO_LIMIT] * 16
        for kind, rule in self.limits.items():
            found[kind] = NO_LIMIT if rule.most is None else rule.most
        return tuple(found)

    @cached_property
    def window(self) -> tuple[int, ...]:
        """The days within which a value of a type counts, by the type's number."""
        found = [EVER] * 16
        for kind, rule in self.limits.items():
            found[kind] = EVER if rule.window_days is None else rule.window_days
        return tuple(found)

    @cached_property
    def grain(self) -> tuple[int, ...]:
        """How many days apart two sightings of a type are told apart: one where the window is short, else a week."""
        return tuple(1 if days <= SHORT_WINDOW else WEEK for days in self.window)

    @cached_property
    def unique(self) -> frozenset[int]:
        """The numbers of the types of which nobody has two values."""
        return frozenset(int(kind) for kind, rule in self.limits.items() if rule.unique)

    @cached_property
    def rank(self) -> tuple[int, ...]:
        """The place of a type in the order of joining, by the type's number: what names a person before a device."""
        ranked = sorted(self.priority, key=lambda kind: kind not in KNOWN_TYPES)
        places = {int(kind): place for place, kind in enumerate(ranked)}
        return tuple(places.get(number, 15) for number in range(16))

    @cached_property
    def _blocked(
        self,
    ) -> tuple[frozenset[str], frozenset[tuple[int, str]], Patterns, dict[int, Patterns]]:
        exact = set(DEFAULT_BLOCKED_VALUES)
        typed: set[tuple[int, str]] = set()
        patterns = list(DEFAULT_BLOCKED_PATTERNS)
        by_type: dict[int, list[str]] = {}
        for rule in self.decided.blocked:
            kind = int(IdentifierType.from_word(rule.type)) if rule.type else 0
            if rule.regular and kind:
                by_type.setdefault(kind, []).append(rule.pattern)
            elif rule.regular:
                patterns.append(rule.pattern)
            elif kind:
                typed.add((kind, rule.pattern.casefold()))
            else:
                exact.add(rule.pattern.casefold())
        return (
            frozenset(exact),
            frozenset(typed),
            Patterns(patterns),
            {kind: Patterns(of_type) for kind, of_type in by_type.items()},
        )

    def is_blocked(self, kind: int, value: str) -> bool:
        """Whether a value never identifies anybody.

        >>> Guards().is_blocked(IdentifierType.USER_ID, "NULL"), Guards().is_blocked(IdentifierType.EMAIL, "a@b.fr")
        (True, False)
        """
        return bool(self.blocked([0], [kind], [value]))

    def blocked(self, places: Sequence[int], kinds: Sequence[int] | Bytes, values: Sequence[str]) -> list[int]:
        """Those of some places whose values never identify; ``kinds`` and ``values`` are theirs."""
        exact, typed, pattern, by_type = self._blocked
        doubtful = None if self.decided.blocked else "0- \t+"
        found = []
        for at, (place, value) in enumerate(zip(places, values, strict=True)):
            folded = value.casefold()
            if folded in exact:
                found.append(place)
            elif doubtful is None or value[:1] in doubtful:
                kind = int(kinds[at])
                special = by_type.get(kind)
                if pattern.match(value) or (kind, folded) in typed or (special is not None and special.match(value)):
                    found.append(place)
        return found


def read_guards(definitions: bytes) -> Guards:
    """The guards that a published document holds."""
    return Guards(msgspec.json.decode(definitions, type=_Document).identity)
