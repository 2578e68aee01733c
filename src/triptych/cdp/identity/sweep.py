"""The pass over a batch in machine code: it settles every row that no guard can touch and stops at the first other one.

A row is settled here when all it says is known already; when its new identifiers join one profile, or found one; when
it joins a profile of devices alone to another; and when it adds or strengthens an edge inside one profile. All of that
only where the counts of all time stay within the limits, which bounds the windowed ones, and where trust has no say.
The caller decides the row at which the pass stopped, and resumes behind it.
"""

from __future__ import annotations

from triptych.cdp.identity.buffers import (
    FIRST,
    FRESH,
    KNOWN_HERE,
    KNOWN_NEW,
    KNOWN_SIDES,
    MARKS,
    MOST_IDENTIFIERS,
    MOVED,
    NEWLY,
    SECOND,
    SIZE,
    SPOKEN,
    SPOKEN_HERE,
    TURNED,
    Input,
    Output,
    Scratch,
)
from triptych.cdp.identity.strokes import create, date, day_of, establish, found, join, keep, state_at, trust_at, unite
from triptych.cdp.identity.tables import (
    ACTIVE,
    APART,
    ESTABLISHED,
    KIND,
    LAST_KNOWN_TYPE,
    NONE,
    REFUSED_SHARED,
    SHARED,
    TRUSTED,
    Nodes,
    Pairs,
    Tables,
    find,
    pair_place,
    signed,
)
from triptych.collect.decode.compiled import compiled


@compiled
def gather(row: int, given: Input, nodes: Nodes, work: Scratch) -> int:
    """Collect a row's identifiers in the order of joining, with their nodes or -1; their number, -1 for too many."""
    count = 0
    for i in range(given.start[row], given.start[row + 1]):
        if given.skip[i]:
            continue
        if count == MOST_IDENTIFIERS:
            return -1
        place = count
        while place > 0 and given.rank[given.kind[work.ident[place - 1]]] > given.rank[given.kind[i]]:
            work.ident[place] = work.ident[place - 1]
            place -= 1
        work.ident[place] = i
        count += 1
    for j in range(count):
        i = work.ident[j]
        node = given.known[i]
        if node < 0:
            node = find(nodes.slots, nodes.hashes, given.hi[i], given.lo[i])
        work.node[j] = node
    return count


@compiled
def strongest_place(count: int, given: Input, work: Scratch) -> int:
    """The place of the row's home: its strongest identifier, the first among equals."""
    best = 0
    for j in range(1, count):
        mine, other = work.ident[j], work.ident[best]
        if given.kind[mine] < given.kind[other] or (given.kind[mine] == given.kind[other] and mine < other):
            best = j
    return best


@compiled
def repeats(count: int, given: Input, work: Scratch) -> bool:
    """Whether the row carries one identifier twice."""
    for j in range(1, count):
        for k in range(j):
            left, right = work.ident[j], work.ident[k]
            if given.hi[left] == given.hi[right] and given.lo[left] == given.lo[right]:
                return True
    return False


@compiled
def says_nothing_new(count: int, home: int, trust: int, nodes: Nodes, pairs: Pairs, work: Scratch) -> bool:
    """Whether every identifier, edge and word for a person of this row is known already."""
    for j in range(count):
        node = work.node[j]
        if node < 0:
            return False
        mark = nodes.mark[node]
        if trust >= TRUSTED and mark & KIND <= LAST_KNOWN_TYPE and mark & ESTABLISHED == 0:
            return False
        if j != home:
            place = pair_place(pairs.words, work.node[home], node)
            if place < 0:
                return False
            state = state_at(pairs, place)
            if state != REFUSED_SHARED and (state != ACTIVE or trust_at(pairs, place) < trust):
                return False
    return True


@compiled
def survey(profile: int, tables: Tables, work: Scratch) -> None:
    """Walk a profile and add what it holds to the counts."""
    nodes = tables.nodes
    first = signed(tables.profiles.founder[profile])
    node = first
    known = False
    while True:
        mark = signed(nodes.mark[node])
        work.counts[SIZE] += 1
        work.counts[MARKS] |= mark & 0xF0
        work.counts[mark & KIND] += 1
        if mark & KIND <= LAST_KNOWN_TYPE:
            known = True
            if mark & ESTABLISHED:
                work.counts[SPOKEN] += 1
        node = signed(nodes.following[node])
        if node == first:
            break
    if known:
        work.counts[KNOWN_SIDES] += 1


@compiled
def meet(count: int, trust: int, given: Input, nodes: Nodes, work: Scratch) -> bool:
    """Count whom the row brings together: false if there are more than two profiles, or a shared device."""
    counts = work.counts
    counts[:] = 0
    counts[FIRST], counts[SECOND] = -1, -1
    for j in range(count):
        node = work.node[j]
        kind = signed(given.kind[work.ident[j]])
        if node < 0:
            counts[FRESH] += 1
            counts[kind] += 1
            counts[KNOWN_NEW] |= kind <= LAST_KNOWN_TYPE
            continue
        mark = nodes.mark[node]
        known = kind <= LAST_KNOWN_TYPE
        if mark & SHARED:
            return False
        if known:
            counts[KNOWN_HERE] = 1
            if mark & ESTABLISHED:
                counts[SPOKEN_HERE] += 1
            elif trust >= TRUSTED:
                counts[NEWLY] += 1
        profile = signed(nodes.profile[node])
        if counts[FIRST] < 0:
            counts[FIRST] = profile
        elif profile != counts[FIRST]:
            if counts[SECOND] >= 0 and profile != counts[SECOND]:
                return False
            counts[SECOND] = profile
    return True


@compiled
def joins_freely(trust: int, given: Input, work: Scratch) -> bool:
    """Whether nothing stands against joining what was counted."""
    counts = work.counts
    if counts[KNOWN_SIDES] > 1 or counts[SIZE] + counts[FRESH] > given.cap:
        return False
    if counts[SECOND] >= 0 and counts[MARKS] & (SHARED | APART) != 0:
        return False
    if counts[NEWLY] != 0 and counts[SPOKEN] != counts[SPOKEN_HERE]:
        return False
    second_person = counts[KNOWN_HERE] == 0 or (trust < TRUSTED and counts[SPOKEN] != 0)
    if counts[KNOWN_SIDES] == 1 and counts[KNOWN_NEW] != 0 and second_person:
        return False
    within = True
    for kind in range(16):
        within = within and bool(counts[kind] <= given.most[kind])
    return within


@compiled
def is_plain(count: int, trust: int, given: Input, tables: Tables, work: Scratch) -> bool:
    """Whether no guard can have a say in this row. Leaves the row's profiles in the counts."""
    if repeats(count, given, work) or not meet(count, trust, given, tables.nodes, work):
        return False
    counts = work.counts
    if counts[FRESH] == 0 and counts[SECOND] < 0 and counts[NEWLY] == 0:
        return True
    if counts[FIRST] >= 0:
        survey(counts[FIRST], tables, work)
    if counts[SECOND] >= 0:
        survey(counts[SECOND], tables, work)
    return joins_freely(trust, given, work)


@compiled
def settle(row: int, count: int, home: int, given: Input, tables: Tables, work: Scratch, out: Output) -> None:
    """Do what a plain row says."""
    nodes, profiles, pairs = tables.nodes, tables.profiles, tables.pairs
    first, second = work.counts[FIRST], work.counts[SECOND]
    day = day_of(given.now[row])
    for j in range(count):
        if work.node[j] < 0:
            work.node[j] = create(work.ident[j], row, given, out, nodes)
    if second >= 0:
        first = unite(first, second, row, out, nodes, profiles)
    if first < 0:
        first = found(row, 0, work.node[home], out, nodes, profiles)
    for j in range(count):
        if nodes.profile[work.node[j]] == NONE:
            join(work.node[j], first, nodes, profiles)
    if work.counts[NEWLY] != 0:
        establish(count, nodes, work, out)
    for j in range(count):
        if j != home:
            keep(work.node[home], work.node[j], signed(given.trust[row]), row, day, 0, pairs, out)


@compiled
def has_room(given: Input, out: Output) -> bool:
    """Whether the largest merge still fits into the output."""
    left = min(out.moved.shape[0] - out.tally[MOVED], out.turned.shape[0] - out.tally[TURNED])
    return bool(left > given.cap)


@compiled
def sweep(begin: int, end: int, given: Input, tables: Tables, work: Scratch, out: Output) -> int:
    """Settle the rows from ``begin``; the first row that is for the caller, or ``end``."""
    for row in range(begin, end):
        if given.hard[row] or not has_room(given, out):
            return row
        count = gather(row, given, tables.nodes, work)
        if count == 0:
            continue
        if count < 0:
            return row
        home = strongest_place(count, given, work)
        trust = signed(given.trust[row])
        if not says_nothing_new(count, home, trust, tables.nodes, tables.pairs, work):
            if not is_plain(count, trust, given, tables, work):
                return row
            settle(row, count, home, given, tables, work, out)
        date(row, count, home, given, tables.nodes, tables.pairs, work, out)
        out.home[row] = work.node[home]
    return end
