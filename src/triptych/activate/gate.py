"""The one gate. Whatever leaves for a destination passes here, at the moment it leaves.

An entry asks the person's consent to the audience's purpose. An exit never does, or a withdrawal would leave her at
the partner; but it goes only to a destination that may hold the entry.
"""

from __future__ import annotations

from collections.abc import Iterable

from triptych.activate.model import Why
from triptych.audiences.flips import FlipKind
from triptych.consent import Answer, Refusal, decide
from triptych.vocabulary import Purpose


def refuses(
    kind: FlipKind, *, purpose: str | None, answers: Iterable[Answer], held: bool, again: bool = False
) -> Why | None:
    """Why a delivery may not leave, or None when it may.

    ``purpose`` is the audience's, None where the audience is no more; ``held`` tells whether the destination may have
    the person in the audience; ``again`` that an answer of hers made an entry due which it may have had before.
    """
    if kind is FlipKind.EXITED:
        return None if held else Why.NOT_HELD
    if purpose is None:
        return Why.NO_AUDIENCE
    if again and held:
        return Why.HELD
    return Why.NO_CONSENT if isinstance(decide(answers, Purpose(purpose)), Refusal) else None
