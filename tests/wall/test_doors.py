"""Each side of the wall works without ever opening a file of the other."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.journeys.house import House, Source, until
from tests.laws_of_the_house.tree import SRC
from tests.wall import below
from tests.wall.people import YES, cookie_of, person, send, visitor

BELOW = """
import json, sys
from pathlib import Path
opened, opening = [], {"open", "sqlite3.connect", "os.listdir", "os.scandir"}
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event in opening else None)
from triptych.collect.visitors import KeyRing
from triptych.river.visitors.opening import VisitorsConfig
from triptych.river.visitors_engine import VisitorEngine
home = Path(sys.argv[1])
engine = VisitorEngine(VisitorsConfig(home=home, keys=KeyRing.of_home(home)))
while engine.step():
    pass
engine.close()
print(json.dumps([path for path in opened if str(home) in path]))
"""


def imported(room: Path) -> Iterable[tuple[Path, str]]:
    for file in room.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield file, node.module
            elif isinstance(node, ast.Import):
                yield from ((file, name.name) for name in node.names)


@pytest.mark.parametrize(("room", "other"), [("dmp", "cdp"), ("cdp", "dmp"), ("river/visitors", "cdp")])
def test_neither_side_imports_the_other(room: str, other: str) -> None:
    crossing = [f"{file}: {name}" for file, name in imported(SRC / room) if name.startswith(f"triptych.{other}")]
    assert list(imported(SRC / room))
    assert crossing == []


def test_the_visitors_river_opens_nothing_that_names_a_person(house: House, source: Source, tmp_path: Path) -> None:
    who = visitor()
    send(source, person().events(YES), cookie=cookie_of(house.home, who))
    until(lambda: [each for each in below.observations(house.home) if each.visitor == who], seconds=60)
    copy = tmp_path / "home"
    for part in ("ledger", "published"):
        for file in sorted((house.home / part).rglob("*")):
            if file.is_file() and not file.name.startswith("named"):
                target = copy / file.relative_to(house.home)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", BELOW, str(copy)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    opened = {path.split(str(copy), 1)[1].lstrip("/") for path in json.loads(done.stdout.splitlines()[-1])}
    allowed = ("dmp", "ledger/visitors", "published", "run/dmp")
    assert {path for path in opened if path not in {"", "ledger"} and not path.startswith(allowed)} == set()
    assert any(path.startswith("dmp/state") for path in opened)


def test_no_key_is_on_both_rings(house: House) -> None:
    above = {file.read_bytes() for folder in ("keys", "erasure") for file in (house.home / folder).glob("*.key")}
    ring = {file.read_bytes() for file in (house.home / "dmp" / "keys").glob("*.key")}
    assert len(above) > 3
    assert len(ring) >= 2
    assert not above & ring
    for file in (house.home / "dmp").rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file
