"""The buffers of a batch: what the pass reads, what it writes, and one row at work."""

from __future__ import annotations

from typing import NamedTuple

from triptych.cdp.identity.model import Bytes, Flags, Places, Words

DAY = 86_400_000_000
MOST_IDENTIFIERS = 16

NODE, PROFILE, PAIRS, NUMBER, EDGE, SEEN, MOVED, MERGE, TURNED, NODE_BASE, PROFILE_BASE = range(11)
"""The places of ``tally``: nodes, profiles, pairs and edge numbers of all time; rows in use of each output; how many
nodes and profiles there were before the batch."""

KEPT, DATED = 0, 1
"""What happened to an edge: it was made, raised or revived; it was seen on another day."""

FIRST, SECOND, FRESH, KNOWN_HERE, KNOWN_NEW, SPOKEN_HERE, NEWLY, SIZE, MARKS, KNOWN_SIDES, SPOKEN = range(16, 27)
"""The places of ``counts`` behind those of the types: the row's profiles or -1; how many of its nodes are new;
whether known ones are among the old, among the new; how many of the old are established, how many this row
establishes; of the profiles together: nodes, marks, how many hold a known node, how many established ones."""
COUNTS = 27


class Input(NamedTuple):
    """A batch as the pass reads it. ``skip`` marks identifiers that do not identify, ``hard`` rows for the caller."""

    start: Places
    hi: Words
    lo: Words
    kind: Bytes
    skip: Flags
    known: Places
    trust: Bytes
    now: Places
    hard: Flags
    rank: Bytes
    most: Places
    grain: Places
    cap: int


class Output(NamedTuple):
    """What the pass writes: rows of integers, ``tally`` of each in use.

    ``node`` (identifier), ``profile`` (row, k), ``edge`` (number, a, b, trust, row, what, rule, state, reason),
    ``seen`` (node, row), ``moved`` (node), ``merge`` (winner, loser, row, begin and end
    of its nodes in ``moved``), ``turned`` (profile), ``home`` by row.
    """

    tally: Places
    home: Places
    node: Places
    profile: Places
    edge: Places
    seen: Places
    moved: Places
    merge: Places
    turned: Places


class Scratch(NamedTuple):
    """One row at work: its identifiers in the order of joining, their nodes, and the counts of what it would join."""

    ident: Places
    node: Places
    counts: Places
