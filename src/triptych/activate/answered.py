"""A member who says yes or takes it back: her membership stands, and the places that it goes to hear of it.

The definition says who is in, consent says who may be delivered. An entry that met a no is due again once there is a
yes; a yes that is taken back makes an exit due, or she would stay at the partner (GDPR article 7(3)).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

from triptych.audiences import Definition
from triptych.audiences.flips import Flip, FlipKind, FlipReason, Flips
from triptych.audiences.store import is_member
from triptych.cdp.profiles.rows import answers
from triptych.consent import Permit, decide
from triptych.vocabulary import Purpose


def of_members(
    connection: sqlite3.Connection,
    asked: Iterable[tuple[int, str]],
    definitions: Mapping[str, Definition],
    *,
    nodes_of: Callable[[int], Sequence[int]],
    flips: Flips,
    offset: int,
    at: int,
) -> Flips:
    """What is to be told of standing members whose answer to their audience's purpose may have changed.

    Args:
        connection: the state, with the batch's answers written.
        asked: profiles and the purposes that something was said about.
        definitions: the audiences in force.
        nodes_of: the nodes of a profile.
        flips: what the batch itself flips; these are told anyway.
        offset: the batch's last offset.
        at: the ledger's time of the batch.
    """
    told = {(flip.audience, flip.profile) for flip in flips}
    by_purpose: dict[str, list[str]] = {}
    for definition in definitions.values():
        if definition.destinations:
            by_purpose.setdefault(definition.purpose, []).append(definition.id)
    found = []
    for profile, purpose in sorted(set(asked)):
        audiences = [
            audience
            for audience in by_purpose.get(purpose, ())
            if (audience, profile) not in told and is_member(connection, audience, profile)
        ]
        if audiences:
            allowed = isinstance(decide(answers(connection, nodes_of(profile)), Purpose(purpose)), Permit)
            kind = FlipKind.ENTERED if allowed else FlipKind.EXITED
            found += [Flip(audience, profile, kind, offset, FlipReason.CONSENT, at) for audience in audiences]
    return tuple(found)
