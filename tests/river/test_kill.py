"""A run that is killed is equal to one that is not: all state, not a count of rows."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from tests.river.script import AUDIENCES
from tests.river.world import World, plan, source
from triptych.river.stages import NAMED
from triptych.vocabulary import Trust

STAGES = [stage.__name__ for stage in NAMED]
NAMES = ["alice", "bob", "charlie"]


def history(home: Path, seed: int, rows: int) -> World:
    """A home whose ledger holds a random history, the same for the same seed."""
    dice = random.Random(seed)
    world = World(home)
    world.publish(source(plan=plan({"Order Completed": {"properties": {"total": {"maximum": 40}}}})))
    for number in range(rows):
        events = [event(dice, rows) for _ in range(dice.randint(1, 20))]
        world.append(world.entry(events, trust=dice.choice([Trust.BROWSER, Trust.SERVER])))
        if number == rows // 3:
            world.publish(source(), audiences=AUDIENCES)
        if number % 7 == 0:
            world.tick()
    return world


def event(dice: random.Random, spread: int) -> dict[str, Any]:
    """One event of somebody; some are poison, some come twice."""
    name = dice.choice(NAMES)
    said: dict[str, Any] = {"messageId": str(dice.randrange(spread * 8)), "anonymousId": f"{name}-{dice.randrange(4)}"}
    if dice.random() < 0.5:
        said["userId"] = name
    kind = dice.choice(["track", "track", "identify", "page", "dance"])
    said |= {"type": kind, "event": "Order Completed", "properties": {"total": dice.randrange(50)}}
    if kind == "identify":
        said["traits"] = {"email": f"{name}@example.fr", "city": dice.choice(["Nantes", "Lyon"])}
    return said


def clean(seed: int, rows: int) -> dict[str, Any]:
    """The digest and counts of the history, lived without accident."""
    with tempfile.TemporaryDirectory() as home:
        world = history(Path(home), seed, rows)
        found = outcome(world)
        world.close()
        world.writer.close()
        return found


def outcome(world: World) -> dict[str, Any]:
    """Everything that has to be equal."""
    world.settle()
    ids = world.stored('SELECT count(*), count(DISTINCT "offset"), count(DISTINCT (source, message_id)) FROM events')
    nodes = world.rows("SELECT node FROM identity_nodes ORDER BY node")
    assert world.engine is not None
    events = [world.engine.rooms.counters.events([node]) for (node,) in nodes]
    return {**world.digest(), "counts": world.counts(), "ids": ids, "events": events}


def die(home: Path, stage: str, times: int) -> bool:
    """Run an engine that dies at a stage boundary. False when it lived to the end."""
    command = [sys.executable, "-m", "tests.river.dying", str(home), stage, str(times)]
    return subprocess.run(command, capture_output=True, check=False, timeout=120).returncode == -9


def test_it_survives_a_kill_at_a_stage_boundary(tmp_path: Path) -> None:
    world = history(tmp_path, seed=3, rows=12)
    assert die(tmp_path, "commit", 2)
    assert outcome(world) == clean(3, 12)
    world.close()
    world.writer.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_it_survives_kills_at_every_stage_boundary(tmp_path: Path, seed: int) -> None:
    world = history(tmp_path, seed, rows=40)
    dice = random.Random(seed)
    assert [die(tmp_path, stage, dice.randint(1, 2)) for stage in dice.sample(STAGES, len(STAGES))].count(True) > 4
    assert outcome(world) == clean(seed, 40)
    world.close()
    world.writer.close()


@pytest.mark.slow
def test_it_survives_twenty_kills_at_any_moment(tmp_path: Path) -> None:
    world = history(tmp_path, seed=9, rows=400)
    dice = random.Random(9)
    for _ in range(20):
        command = [sys.executable, "-m", "tests.river.dying", str(tmp_path), "none", "1"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(dice.uniform(0.5, 6))
            process.kill()
    assert outcome(world) == clean(9, 400)
    world.close()
    world.writer.close()
