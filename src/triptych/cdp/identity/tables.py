"""Open addressing over numpy arrays: nodes by their 128-bit keyed hash, edges by their pair of nodes.

Both tables map a 64-bit word to a place by multiplication, so any size will do, and grow by half at three quarters
full. A node's slot holds its ordinal and the hash is compared in full. A pair's slot is the pair itself with its state
and trust in the low four bits: 30 bits a node.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from triptych.cdp.identity.model import Bytes, Days, Ordinals, Places, Words
from triptych.collect.decode.compiled import compiled

NONE = 0xFFFF_FFFF
"""No node, no profile, an empty slot."""

MOST_NODES = 2**30

ESTABLISHED = 0x10
SHARED = 0x20
APART = 0x40
KIND = 0x0F
"""A node's mark: its type in the low half, what is known of it in the high half."""

LAST_KNOWN_TYPE = 6
TRUSTED = 2
"""The lowest trust that speaks for a person: the numbers of ``IdentifierType.EXTERNAL_ID`` and ``Trust.CLICK``."""

ACTIVE = 0
INACTIVE = 1
REFUSED_SHARED = 2
"""The states of a pair."""


class Nodes(NamedTuple):
    """The arrays by node, and the slots that find one."""

    slots: Ordinals
    hashes: Words
    profile: Ordinals
    following: Ordinals
    mark: Bytes
    day: Days


class Profiles(NamedTuple):
    """The arrays by profile: the node it stands on, the profile that answers for it, the circle of its kin."""

    founder: Ordinals
    redirect: Ordinals
    kin: Ordinals


class Pairs(NamedTuple):
    """The slots of the edges, and the day each was last seen."""

    words: Words
    day: Days


class Tables(NamedTuple):
    """All arrays of a graph."""

    nodes: Nodes
    profiles: Profiles
    pairs: Pairs


@compiled
def signed(word: int | np.integer[Any]) -> int:
    """Any whole number as a signed one: unsigned and signed words do not mix in compiled code."""
    return int(np.int64(word))


@compiled
def spread(word: np.uint64, size: int) -> int:
    """The place of a well-mixed word among ``size`` slots."""
    return signed(((word >> np.uint64(32)) * np.uint64(size)) >> np.uint64(32))


@compiled
def find(slots: Ordinals, hashes: Words, hi: np.uint64, lo: np.uint64) -> int:
    """The node with this hash, or -1."""
    size = slots.shape[0]
    place = spread(hi, size)
    while slots[place] != NONE:
        node = signed(slots[place])
        if hashes[node, 0] == hi and hashes[node, 1] == lo:
            return node
        place += 1
        if place == size:
            place = 0
    return -1


@compiled
def enter(slots: Ordinals, hi: np.uint64, node: int) -> None:
    """Put a node that is not there yet into the slots."""
    size = slots.shape[0]
    place = spread(hi, size)
    while slots[place] != NONE:
        place += 1
        if place == size:
            place = 0
    slots[place] = node


@compiled
def enter_all(slots: Ordinals, hashes: Words, count: int) -> None:
    """Fill empty slots with the nodes 0 to ``count``; a forgotten node (hash 0) stays out."""
    for node in range(count):
        if hashes[node, 0] != np.uint64(0) or hashes[node, 1] != np.uint64(0):
            enter(slots, hashes[node, 0], node)


@compiled
def find_all(slots: Ordinals, hashes: Words, hi: Words, lo: Words, out: Places) -> None:
    """Find many nodes at once: look-ups that do not wait for one another overlap in memory."""
    for i in range(hi.shape[0]):
        out[i] = find(slots, hashes, hi[i], lo[i])


@compiled
def pair_word(a: int, b: int) -> np.uint64:
    """Two different nodes as one word, in either order."""
    if a > b:
        a, b = b, a
    return (np.uint64(a) << np.uint64(30)) | np.uint64(b)


@compiled
def pair_place(words: Words, a: int, b: int) -> int:
    """The slot that holds the pair, or ``-1 - slot`` of the empty one where it belongs."""
    size = words.shape[0]
    word = pair_word(a, b)
    mixed = word * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    place = spread(mixed, size)
    while words[place] != np.uint64(0):
        if words[place] >> np.uint64(4) == word:
            return place
        place += 1
        if place == size:
            place = 0
    return -1 - place


@compiled
def pair_put(words: Words, a: int, b: int, state: int, trust: int) -> int:
    """Write the pair's state and trust; the slot where it stands."""
    place = pair_place(words, a, b)
    if place < 0:
        place = -1 - place
    words[place] = (pair_word(a, b) << np.uint64(4)) | (np.uint64(state) << np.uint64(2)) | np.uint64(trust)
    return place


@compiled
def pair_refill(words: Words, day: Days, old_words: Words, old_day: Days) -> None:
    """Move every pair into larger slots."""
    for i in range(old_words.shape[0]):
        old = old_words[i]
        if old != np.uint64(0):
            word = old >> np.uint64(4)
            a = signed(word >> np.uint64(30))
            b = signed(word & np.uint64(0x3FFFFFFF))
            place = pair_put(words, a, b, signed((old >> np.uint64(2)) & np.uint64(3)), signed(old & np.uint64(3)))
            day[place] = old_day[i]


@compiled
def circle(following: Ordinals, first: int, out: Places) -> int:
    """Write the members of a circular list to ``out``; their number. A list longer than ``out`` is cut."""
    count = 0
    node = first
    while count < out.shape[0]:
        out[count] = node
        count += 1
        node = signed(following[node])
        if node == first:
            break
    return count


@compiled
def pairs_among(words: Words, nodes: Places, out: Places) -> int:
    """Write every active pair among some nodes as (a, b, trust) to ``out``; their number."""
    count = 0
    for i in range(nodes.shape[0]):
        for j in range(i + 1, nodes.shape[0]):
            place = pair_place(words, nodes[i], nodes[j])
            if place >= 0 and (words[place] >> np.uint64(2)) & np.uint64(3) == np.uint64(0):
                if count < out.shape[0]:
                    out[count, 0] = min(nodes[i], nodes[j])
                    out[count, 1] = max(nodes[i], nodes[j])
                    out[count, 2] = signed(words[place] & np.uint64(3))
                count += 1
    return count


@compiled
def link_circles(profile: Ordinals, following: Ordinals, founder: Ordinals, count: int) -> None:
    """Thread every node into the circle of its profile, through the profile's founder."""
    for node in range(count):
        if profile[node] == NONE:
            continue
        first = founder[profile[node]]
        if first != node:
            following[node] = following[first]
            following[first] = node


@compiled
def pair_fill(words: Words, day: Days, rows: Places) -> int:
    """Put pairs, given as the words (a, b) and (day, state, trust), into the slots; how many are new there."""
    new = 0
    for i in range(rows.shape[0]):
        a, b, packed = rows[i, 0] >> 30, rows[i, 0] & 0x3FFFFFFF, rows[i, 1]
        if pair_place(words, a, b) < 0:
            new += 1
        day[pair_put(words, a, b, packed >> 2 & 3, packed & 3)] = packed >> 4
    return new
