"""What this room keeps of a person: digests that keep her out, and the certificate of it. Nothing that names her.

Her answers for each purpose are facts of hers and live with her profile (``cdp.profiles.privacy``). An erasure leaves
the digests in place: they are what the erasure is (GDPR recital 26 and article 17(3)(b)).
"""

from __future__ import annotations

from collections.abc import Iterable

from triptych.consent.suppression import Suppression
from triptych.vocabulary import Identifier


def export(suppression: Suppression, identifiers: Iterable[Identifier]) -> dict[str, object]:
    """Whether the person stands on the erasure list, by identifier type."""
    return {each.type.word: suppression.is_erased(each.type, each.value) for each in identifiers}


def erase(suppression: Suppression, *, request_id: str, identifiers: Iterable[Identifier], at: int) -> dict[str, int]:
    """Put the person on the erasure list. This room's part of an erasure is an addition, the only one there is."""
    return {"digests": len(suppression.add(request_id, identifiers, at))}
