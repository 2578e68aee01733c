"""A kill at any point loses nothing and doubles nothing."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.river.visitors.script import Step, play
from tests.river.visitors.world import ALICE, BOB, CHARLIE, World

STAGES = ("decode", "deduplicate", "admit", "intern", "record", "flip", "commit")


def history(home: Path, seed: int, rows: int) -> World:
    """A stream that a seed makes: observations and retries of few visitors, withdrawals, files, hours."""
    world = World(home)
    world.publish()
    dice = random.Random(seed)
    steps: list[Step] = [("publish", 1)]
    for _ in range(rows):
        observed = [
            {
                "id": dice.randrange(rows),
                "visitor": dice.choice((ALICE, BOB, CHARLIE)),
                "kind": dice.choice(("page", "page", "cart", "dance")),
                "ago": dice.randrange(-1, 30),
            }
            for _ in range(dice.randrange(1, 6))
        ]
        steps.append(("observe", observed))
        if dice.random() < 0.3:
            steps.append(("tick", dice.randrange(1, 9)))
        if dice.random() < 0.2:
            steps.append(("file", ("loire", "renews-60", [dice.choice((ALICE, BOB))], dice.randrange(1, 60))))
    steps.insert(2 * len(steps) // 3, ("withdraw", ALICE))
    play(world, steps, lambda _number: None)
    world.close()
    return world


def clean(home: Path, seed: int, rows: int) -> dict[str, object]:
    """What an undisturbed engine comes to."""
    return outcome(history(home, seed, rows))


def outcome(world: World) -> dict[str, object]:
    """Everything that has to be equal.

    Not what each observation of the one who withdrew was counted as: that depends on whether she had withdrawn yet
    when it was met, and so on where a batch ended.
    """
    world.settle()
    counts = world.engine.rooms.counts
    met = sum(counts[name] for name in ("observations", "duplicate", "refused"))
    owed = world.rows("SELECT * FROM visitors_forget_due")
    found: dict[str, object] = {**world.digest(), "met": met, "withdrawn": counts["withdrawn"], "owed": owed}
    world.members()
    world.close()
    world.writer.close()
    return found


def die(home: Path, stage: str, times: int) -> bool:
    """Run an engine that dies at a stage boundary. False when it lived to the end."""
    command = [sys.executable, "-m", "tests.river.visitors.dying", str(home), stage, str(times)]
    return subprocess.run(command, capture_output=True, check=False, timeout=120).returncode == -9


@pytest.mark.parametrize("stage", ["record", "commit"])
def test_it_survives_a_kill_at_a_stage_boundary(tmp_path: Path, stage: str) -> None:
    world = history(tmp_path / "killed", seed=3, rows=12)
    assert die(tmp_path / "killed", stage, 3)
    assert outcome(world) == clean(tmp_path / "clean", 3, 12)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_it_survives_kills_at_every_stage_boundary(tmp_path: Path, seed: int) -> None:
    world = history(tmp_path / "killed", seed, rows=40)
    dice = random.Random(seed)
    kills = [die(tmp_path / "killed", stage, dice.randint(1, 3)) for stage in dice.sample(STAGES, len(STAGES))]
    assert kills.count(True) > 4
    other = history(tmp_path / "clean", seed, rows=40)
    assert not die(tmp_path / "clean", "no stage", 1)
    assert outcome(world) == outcome(other)


@pytest.mark.slow
def test_it_survives_twenty_kills_at_any_moment(tmp_path: Path) -> None:
    world = history(tmp_path / "killed", seed=9, rows=600)
    dice = random.Random(9)
    command = [sys.executable, "-m", "tests.river.visitors.dying", str(tmp_path / "killed"), "no stage", "1"]
    for _ in range(20):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as engine:
            time.sleep(0.6 + dice.random() * 1.2)
            engine.kill()
    other = history(tmp_path / "clean", seed=9, rows=600)
    assert not die(tmp_path / "clean", "no stage", 1)
    assert outcome(world) == outcome(other)
