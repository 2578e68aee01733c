"""What becomes of events: once each, with a verdict, in the state and in the warehouse."""

from __future__ import annotations

from tests.river.world import World


def test_it_stores_an_event(world: World) -> None:
    world.send({"event": "Product Viewed", "userId": "alice", "anonymousId": "a1", "properties": {"price": 3}})
    world.settle()
    assert world.stored("SELECT message_id, name, source, properties FROM events") == [
        ("m1", "Product Viewed", "shop", '{"price":3}')
    ]
    assert world.counts()["stored"] == 1
    assert world.rows("SELECT count(*) FROM identity_nodes") == [(2,)]
