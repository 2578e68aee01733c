"""The bits of what stands about a person rather than what happened: traits and consents."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from triptych.audiences.live.bits import Bits
from triptych.audiences.live.compiled import NONE, Int64s
from triptych.audiences.live.facts import Changes, Facts, Stream
from triptych.audiences.live.people import People
from triptych.audiences.live.plan import Plan
from triptych.audiences.rules import passing
from triptych.audiences.sqllive import consent_sql, trait_sql

_NOBODY: Int64s = np.zeros(0, np.int64)


class Standing:
    """Sets the bits of traits and consents: of everybody at start, then of those for whom something changed."""

    def __init__(self, plan: Plan, facts: Facts) -> None:
        self._traits = plan.traits()
        self._purposes = plan.purposes()
        self._facts = facts

    def fill(self, query: Stream, bits: Bits) -> None:
        """Set everybody's bits."""
        for leaves in self._traits.values():
            for leaf, bit in leaves:
                for piece in query(trait_sql(leaf)):
                    bits.put_all(piece.column("profile").to_numpy(), bit)
        for purpose, bit in self._purposes.items():
            for piece in query(consent_sql(purpose)):
                bits.put_all(piece.column("profile").to_numpy(), bit)

    def apply_traits(self, changes: Changes, deep: Int64s, people: People, bits: Bits) -> Int64s:
        """Set the trait bits of those whose traits or nodes changed. Answers the profiles whose bits changed."""
        asked = _concerned(changes.traits, self._traits, deep, people)
        profiles = asked.tolist()
        values = self._facts.traits(profiles, self._traits.keys()) if profiles else {}
        turned = [_NOBODY]
        for name, leaves in self._traits.items():
            said = [values.get((profile, name)) for profile in profiles]
            turned += [bits.put(asked, bit, holds=np.array(passing(leaf, said), np.bool_)) for leaf, bit in leaves]
        return np.concatenate(turned)

    def apply_consents(self, changes: Changes, deep: Int64s, people: People, bits: Bits) -> Int64s:
        """Set the consent bits of those whose consents or nodes changed. Answers the profiles whose bits changed."""
        asked = _concerned(changes.consents, self._purposes, deep, people)
        profiles = asked.tolist()
        granted = self._facts.granted(profiles, self._purposes.keys()) if profiles else ()
        turned = [_NOBODY]
        for purpose, bit in self._purposes.items():
            holds = [(profile, purpose) in granted for profile in profiles]
            turned.append(bits.put(asked, bit, holds=np.array(holds, np.bool_)))
        return np.concatenate(turned)


def _concerned(changes: Iterable[tuple[int, str]], names: Collection[str], deep: Int64s, people: People) -> Int64s:
    """The profiles to look at: those whose nodes changed, and those of whom something was said under these names."""
    if not names:
        return _NOBODY
    nodes = [node for node, name in changes if name in names]
    found: Int64s = np.unique(np.concatenate([deep, people.profile[np.array(nodes, np.int64)].astype(np.int64)]))
    known: Int64s = found[found != NONE]
    return known
