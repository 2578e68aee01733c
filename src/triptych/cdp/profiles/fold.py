"""The river's stage ``fold``: from a batch of admitted, resolved events to what changes in profiles. Pure.

Only rows that carry traits, consents or an account become Python objects; the rest of the batch is not looked at.
The result does not depend on where batches begin and end, which is what makes a replay equal to the live run.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from triptych.cdp.profiles import accounts, answers, claims
from triptych.cdp.profiles.model import Fold, NodesOf, Resolved, Separation, SourceLookup
from triptych.collect.model import Columns
from triptych.collect.texts import present
from triptych.vocabulary import EventType


def fold(
    columns: Columns,
    admitted: npt.NDArray[np.bool_],
    resolution: Resolved,
    *,
    sources: SourceLookup,
    nodes_of: NodesOf,
) -> Fold:
    """What a batch changes. ``nodes_of`` answers the nodes of a node's profile as they are after the batch."""
    home = resolution.home
    people = claims.gather(_statements(columns, admitted, home), sources=sources)
    consents, claimed = answers.gather(columns, admitted, resolution, nodes_of=nodes_of)
    organisations = claims.gather(accounts.statements(columns, admitted), sources=sources)
    separations = separated(resolution)
    touched = {int(claim.subject) for claim in people.claims.values()}
    touched |= {row.node for row in consents} | {node for row in consents for node in row.members}
    return Fold(
        claims=tuple(people.claims.values()),
        consents=tuple(consents),
        refused=(*people.refused, *claimed),
        account_claims=tuple(organisations.claims.values()),
        memberships=accounts.memberships(columns, admitted, home),
        terms=tuple(sorted((term, int(node)) for term, node in people.terms)),
        separations=separations,
        touched=frozenset(touched),
    )


def separated(resolution: Resolved) -> tuple[Separation, ...]:
    """The splits of a resolution: what an un-merge alone changes in profiles (``Fold(separations=...)``)."""
    return tuple(
        Separation(int(split.offset), tuple(tuple(part.nodes) for part in split.parts)) for split in resolution.splits
    )


def _statements(
    columns: Columns, admitted: npt.NDArray[np.bool_], home: npt.NDArray[np.int64]
) -> Iterator[tuple[claims.Statement, int, int]]:
    speaks = admitted & (home >= 0) & (columns.type != EventType.GROUP)
    rows = present(columns.traits)
    if not rows:
        return
    chosen = np.array(rows, np.int64)
    chosen = chosen[speaks[chosen]]
    traits, sources = columns.traits, columns.sources
    for row, node, source, trust, version, observed_at, offset in zip(
        chosen.tolist(),
        home[chosen].tolist(),
        columns.source[chosen].tolist(),
        columns.trust[chosen].tolist(),
        columns.version[chosen].tolist(),
        columns.timestamp[chosen].tolist(),
        columns.offset[chosen].tolist(),
        strict=True,
    ):
        said = traits[row]
        if said is not None and len(said) > 2:  # longer than an empty object
            yield claims.Statement(node, sources[source], trust, version, said), observed_at, offset
