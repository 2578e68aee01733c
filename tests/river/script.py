"""Random histories for the laws: what clients send, operators decide, and time does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.river.world import SECOND, World, audience, plan, source
from triptych.vocabulary import Party, Trust

Step = tuple[str, Any]

USERS = st.sampled_from(["alice", "bob", "charlie"])
DEVICES = st.sampled_from(["a1", "a2", "a3", "anonymous"])
MAILS = st.sampled_from(["alice@example.fr", "bob@example.fr", "no mail"])
TRUSTS = st.sampled_from([Trust.BROWSER, Trust.CLICK, Trust.SERVER])

EVENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "identify", "page", "dance"]), "messageId": st.integers(0, 12).map(str)},
    optional={
        "event": st.sampled_from(["Order Completed", "Product Viewed", "Consent Changed"]),
        "userId": USERS,
        "anonymousId": DEVICES,
        "traits": st.fixed_dictionaries({}, optional={"email": MAILS, "city": st.sampled_from(["Nantes", "Lyon"])}),
        "properties": st.fixed_dictionaries(
            {},
            optional={
                "total": st.integers(0, 50),
                "purpose": st.just("marketing:email"),
                "status": st.sampled_from(["granted", "withdrawn"]),
            },
        ),
    },
)

STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("send"), st.tuples(st.lists(EVENTS, min_size=1, max_size=4), TRUSTS)),
    st.tuples(st.just("send"), st.tuples(st.lists(EVENTS, min_size=1, max_size=4), TRUSTS)),
    st.tuples(st.just("tick"), st.sampled_from([10, 3_600, 40 * 86_400])),
    st.tuples(st.just("unmerge"), st.integers(1, 6)),
    st.tuples(st.just("publish"), st.integers(0, 2)),
    st.tuples(st.just("replay"), st.integers(0, 30)),
)

AUDIENCES = (
    audience("buyers", 'did "Order Completed" at least 2 times in the last 30 days'),
    audience("spenders", 'sum of "total" of "Order Completed" > 40 in the last 90 days'),
    audience("nantais", 'trait "city" = "Nantes" and consent "marketing:email"'),
)


def _publish(world: World, which: int) -> None:
    schema = {"type": "object", "properties": {"total": {"type": "integer", "maximum": 30}}}
    plans = (None, plan({"Order Completed": schema}), plan({"Order Completed": schema}, on_violation="strip"))
    world.publish(source(plan=plans[which]), source("catalogue", Party.THIRD), audiences=AUDIENCES[: which + 1])


def play(world: World, steps: Sequence[Step], between: Callable[[int], None]) -> None:
    """Play a history; ``between`` is called after each step with its number."""
    for number, (kind, what) in enumerate(steps):
        if kind == "send":
            events, trust = what
            world.append(world.entry(events, trust=int(trust), client="server"))
        elif kind == "tick":
            world.now += what * SECOND
            world.tick()
        elif kind == "unmerge":
            world.control("identity.unmerged", edge=what)
        elif kind == "publish":
            _publish(world, what)
        else:
            _replay(world, what)
        between(number)


def _replay(world: World, offset: int) -> None:
    event = {"type": "track", "event": "Order Completed", "userId": "alice", "messageId": "0"}
    world.append(world.entry([event], replays=offset))
