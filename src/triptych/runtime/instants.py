"""Instants as people and other programs read them: ISO 8601, UTC. Inside the house they are microseconds since 1970."""

from __future__ import annotations

from triptych.vocabulary import iso

INSTANTS = frozenset({"at", "first_seen", "last_seen", "timestamp", "until", "old_until"})
"""Fields that hold an instant, beside every one whose name ends in ``_at``."""

THEIRS = frozenset({"traits", "properties", "plan", "tree"})
"""Fields whose content is not ours: what an event said, what an operator wrote."""


def readable(answer: object) -> object:
    """An answer with every instant as text, and none (0) as null; what others said in it is left as it was said.

    >>> readable({"path": [{"edge": 1, "at": 0}], "made_at": 1_790_000_000_000_000, "traits": {"at": 3}})
    {'path': [{'edge': 1, 'at': None}], 'made_at': '2026-09-21T14:13:20.000000Z', 'traits': {'at': 3}}
    """
    if isinstance(answer, dict):
        return {name: _field(str(name), value) for name, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [readable(each) for each in answer]
    return answer


def _field(name: str, value: object) -> object:
    if name in THEIRS:
        return value
    if type(value) is int and (name in INSTANTS or name.endswith("_at")):
        return iso(value) if value else None
    return readable(value)
