"""What is owed to the stream is paid, whoever is killed in between, and within a minute."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tests.river.visitors.world import ALICE, BOB, World
from triptych.dmp.visitors import store


def flowing(world: World, until: Callable[[], bool], *, seconds: float = 30) -> None:
    """Let the engine run by itself until something is so."""
    stop = threading.Event()
    thread = threading.Thread(target=world.engine.run, args=(stop,))
    thread.start()
    deadline = time.monotonic() + seconds
    while not until() and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    thread.join()
    assert until()


def owed(world: World) -> list[int]:
    with world.engine.reading() as state:
        return store.owed(state, 100)


def test_a_withdrawal_is_rewritten_out_of_store_and_stream(world: World) -> None:
    world.observe(world.observation(ALICE), world.observation(BOB), world.observation(ALICE))
    world.settle()
    world.withdraw(ALICE)
    flowing(world, lambda: len(world.forgotten) == 2 and not owed(world))
    everything = world.everything()
    assert ALICE not in everything
    assert world.number_of(ALICE) not in everything
    assert BOB in everything


def test_no_page_of_the_files_holds_a_visitor_who_withdrew(world: World) -> None:
    many = [f"v_{number:032x}" for number in range(1 << 100, (1 << 100) + 300)]
    world.observe(*(world.observation(visitor) for visitor in [ALICE, *many]))
    world.settle()
    files = [*world.config.folder.glob("state*"), *(world.home / "ledger").glob("visitors*")]
    words = int(ALICE[2:18], 16).to_bytes(8, "big"), int(ALICE[18:], 16).to_bytes(8, "big")
    assert any(words[0].lstrip(b"\0") in file.read_bytes() for file in files)
    world.withdraw(ALICE)
    flowing(world, lambda: len(world.forgotten) == 1)
    world.engine.step()
    assert all(words[0].lstrip(b"\0") not in file.read_bytes() for file in files)


def test_an_edge_that_is_away_is_asked_again(world: World) -> None:
    world.observe(world.observation(ALICE))
    world.settle()
    world.withdraw(ALICE)
    world.fails = True
    world.settle()
    stop = threading.Event()
    thread = threading.Thread(target=world.engine.run, args=(stop,))
    thread.start()
    time.sleep(0.3)
    world.fails = False
    deadline = time.monotonic() + 20
    while owed(world) and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    thread.join()
    assert world.forgotten == [1]


def test_what_is_owed_outlives_the_engine(world: World) -> None:
    world.observe(world.observation(ALICE))
    world.settle()
    world.withdraw(ALICE)
    world.settle()
    world.restart()
    assert owed(world) == [1]
    flowing(world, lambda: world.forgotten == [1] and not owed(world))
    world.restart()
    assert owed(world) == []


def test_an_observation_that_comes_after_the_withdrawal_is_forgotten_too(world: World) -> None:
    world.observe(world.observation(ALICE))
    world.withdraw(ALICE)
    world.settle()
    world.observe(world.observation(ALICE))
    flowing(world, lambda: sorted(world.forgotten) == [1, 3])
    assert ALICE not in world.everything()
