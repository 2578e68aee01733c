"""Survivorship: which of several claims about one trait stands, as a pure function of the claims.

It is read, never stored: claims are kept by node and source, so a merge, a split or a late event needs no repair.
"""

from __future__ import annotations

from collections.abc import Iterable

from triptych.cdp.profiles.model import Claim, RefusedClaim
from triptych.vocabulary import Reason, Trust

Rank = tuple[bool, int, bool, int, int, int, str, str]


def rank(claim: Claim) -> Rank:
    """How strong a claim is; of two claims about the same trait the greater one stands.

    First of all a value that a server, the CRM or the person's own signed link stated outranks anything said with a
    public key, for anybody may hold one (ADR 0007). Then: what she declared, before what was observed, before what
    was inferred; the more trusted; the more recent.
    """
    return (
        claim.trust >= Trust.CLICK,
        claim.declared,
        not claim.inferred,
        claim.trust,
        claim.observed_at,
        claim.offset,
        claim.source,
        claim.value,
    )


def survivors(claims: Iterable[Claim]) -> dict[str, Claim]:
    """The claim that stands for each trait, by name. A standing ``null`` means that the trait was taken back."""
    standing: dict[str, Claim] = {}
    for claim in claims:
        held = standing.get(claim.name)
        if held is None or rank(claim) > rank(held):
            standing[claim.name] = claim
    return dict(sorted(standing.items()))


def behind(claims: Iterable[Claim], standing: dict[str, Claim]) -> dict[str, list[Claim]]:
    """The other claims about each trait, the strongest first: what would stand if what stands had not been said."""
    found: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=rank, reverse=True):
        if claim != standing[claim.name]:
            found.setdefault(claim.name, []).append(claim)
    return found


def outranked(claims: Iterable[Claim], standing: dict[str, Claim]) -> list[RefusedClaim]:
    """The claims that contradict what stands and are believed too little for it: shown, never applied.

    A claim by a public key against a trusted value is ``trust_too_low``; one that a shared link carried, against what
    the browser itself said, is ``lower_trust``. That a newer value replaced an older one of equal trust is no refusal.
    """
    refused = []
    for claim in claims:
        holder = standing[claim.name]
        if claim.trust >= Trust.CLICK or claim.trust >= holder.trust or claim.value == holder.value:
            continue
        reason = Reason.TRUST_TOO_LOW if holder.trust >= Trust.CLICK else Reason.LOWER_TRUST
        refused.append(
            RefusedClaim(
                node=int(claim.subject),
                kind="trait",
                name=claim.name,
                source=claim.source,
                trust=claim.trust,
                reason=reason.value,
                value=claim.value,
                at=claim.observed_at,
                offset=claim.offset,
            )
        )
    return refused
