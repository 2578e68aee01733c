"""What is known of people, as values: claims about traits, answers to consent, accounts, a batch's worth of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt


class Claim(NamedTuple):
    """One thing that one source said of one node (or account): a candidate for a trait, with where it came from.

    ``subject`` is a node's ordinal, or an account's id. ``value`` is JSON text as it was sent; ``null`` takes the
    trait back. Of claims alike in everything down to ``declared`` the most recent one is kept.
    """

    subject: int | str
    name: str
    source: str
    trust: int
    declared: int
    party: int
    basis: str
    inferred: int
    value: str
    observed_at: int
    offset: int


class Voice(IntEnum):
    """For whom an answer to consent speaks.

    The person herself (trust click or server), one browser (a public key, which anybody may hold), or the person she
    was told apart from: a refusal that was carried along at a split.
    """

    PERSON = 0
    BROWSER = 1
    CARRIED = 2


class ConsentRow(NamedTuple):
    """An answer for one purpose, kept by node and voice.

    ``members`` are the other nodes that were the person's at that event.
    """

    node: int
    purpose: str
    voice: int
    status: str
    trust: int
    source: str
    at: int
    offset: int
    proof: str
    text_version: str
    members: tuple[int, ...]


class RefusedClaim(NamedTuple):
    """Something said of a person that does not count, kept so that it can be shown: what, by whom, and why not."""

    node: int
    kind: str
    name: str
    source: str
    trust: int
    reason: str
    value: str
    at: int
    offset: int


class Membership(NamedTuple):
    """A node that acts for an account, by one source: the first and the last time, the first event."""

    node: int
    account: str
    source: str
    trust: int
    first_at: int
    last_at: int
    offset: int


class Separation(NamedTuple):
    """People who were told apart at an offset: the nodes of each part."""

    offset: int
    parts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """What a batch of events changes in profiles. ``touched`` are the nodes whose traits or consents it is about."""

    claims: tuple[Claim, ...] = ()
    consents: tuple[ConsentRow, ...] = ()
    refused: tuple[RefusedClaim, ...] = ()
    account_claims: tuple[Claim, ...] = ()
    memberships: tuple[Membership, ...] = ()
    terms: tuple[tuple[str, int], ...] = ()
    separations: tuple[Separation, ...] = ()
    touched: frozenset[int] = field(default_factory=frozenset)


class _Plan(Protocol):
    @property
    def declared(self) -> tuple[str, ...]: ...


class Origin(Protocol):
    """What the fold asks of a source (``collect.Source`` answers it)."""

    @property
    def party(self) -> int:
        """The highest party that the source may carry."""

    @property
    def basis(self) -> str:
        """The legal basis on which the source sends."""

    @property
    def plan(self) -> _Plan | None:
        """The tracking plan, which names the declared fields."""


SourceLookup = Callable[[int, str], Origin | None]
"""The source of that id in that version of the published definitions."""

NodesOf = Callable[[int], Sequence[int]]
"""All nodes of the profile that a node belongs to after the batch."""


class Joining(Protocol):
    """A merge, as far as the fold asks: where it happened, and which nodes it moved."""

    @property
    def offset(self) -> int:
        """The event that joined them."""

    @property
    def nodes(self) -> tuple[int, ...]:
        """The nodes that came over, as they were then."""


class Portion(Protocol):
    """One part of a split."""

    @property
    def nodes(self) -> tuple[int, ...]:
        """The nodes of the part."""


class Parting(Protocol):
    """A split, as far as the fold asks: where it happened, and the nodes of each part."""

    @property
    def offset(self) -> int:
        """The event or decision that told them apart."""

    @property
    def parts(self) -> Sequence[Portion]:
        """The parts."""


class Resolved(Protocol):
    """What the fold asks of ``cdp.identity``'s resolution of the same batch."""

    @property
    def home(self) -> npt.NDArray[np.int64]:
        """The home node of each event, or -1."""

    @property
    def ident_node(self) -> npt.NDArray[np.int64]:
        """The node of each identifier, or -1 where it was refused."""

    @property
    def merges(self) -> Sequence[Joining]:
        """The merges of the batch, in ledger order."""

    @property
    def splits(self) -> Sequence[Parting]:
        """The splits of the batch, in ledger order."""
