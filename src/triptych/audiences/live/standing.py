"""The bits of what stands about a person rather than what happened: traits and consents."""

from __future__ import annotations

from triptych.audiences.live.bits import Bits
from triptych.audiences.live.compiled import NONE
from triptych.audiences.live.facts import Changes, Facts, Query
from triptych.audiences.live.people import People
from triptych.audiences.live.plan import Plan
from triptych.audiences.rules import holds
from triptych.audiences.sqllive import consent_sql, trait_sql


class Standing:
    """Sets the bits of traits and consents: of everybody at start, then of those for whom something changed."""

    def __init__(self, plan: Plan, facts: Facts) -> None:
        self._traits = plan.traits()
        self._purposes = plan.purposes()
        self._facts = facts

    def fill(self, query: Query, bits: Bits) -> None:
        """Set everybody's bits."""
        for leaves in self._traits.values():
            for leaf, bit in leaves:
                bits.put_all(query(trait_sql(leaf)).column("profile").to_numpy(), bit)
        for purpose, bit in self._purposes.items():
            bits.put_all(query(consent_sql(purpose)).column("profile").to_numpy(), bit)

    def apply_traits(self, changes: Changes, deep: list[int], people: People, bits: Bits) -> list[int]:
        """Set the trait bits of those whose traits or nodes changed. Answers the profiles whose bits changed."""
        if not self._traits:
            return []
        asked = set(deep) | {int(people.profile[node]) for node, name in changes.traits if name in self._traits}
        asked.discard(NONE)
        if not asked:
            return []
        values = self._facts.traits(sorted(asked), self._traits.keys())
        return [
            profile
            for profile in sorted(asked)
            for name, leaves in self._traits.items()
            for leaf, bit in leaves
            if bits.put(profile, bit, holds=holds(leaf, values.get((profile, name))))
        ]

    def apply_consents(self, changes: Changes, deep: list[int], people: People, bits: Bits) -> list[int]:
        """Set the consent bits of those whose consents or nodes changed. Answers the profiles whose bits changed."""
        if not self._purposes:
            return []
        asked = set(deep) | {int(people.profile[node]) for node, name in changes.consents if name in self._purposes}
        asked.discard(NONE)
        if not asked:
            return []
        granted = self._facts.granted(sorted(asked), self._purposes.keys())
        return [
            profile
            for profile in sorted(asked)
            for purpose, bit in self._purposes.items()
            if bits.put(profile, bit, holds=(profile, purpose) in granted)
        ]
