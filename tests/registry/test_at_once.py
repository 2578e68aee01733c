"""The command line and the pages change definitions at the same time, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from triptych.runtime.home import Home

ADD = """
import sys
from pathlib import Path
from triptych.web.boot import start
start()
from triptych.registry.services import Desk, add_source
from triptych.vocabulary import Party
who, home = sys.argv[1], Path(sys.argv[2])
for number in range(4):
    add_source(Desk(home=home, actor=who), id=f"{who}-{number}", party=Party.FIRST)
"""
SET_UP = """
import sys
from pathlib import Path
from triptych.web.boot import migrate
migrate()
from triptych.registry.services import Desk, setup
setup(Desk(home=Path(sys.argv[1]), actor="setup"))
"""
CHECK = """
from triptych.web.boot import start
start()
from triptych.registry import audit
assert audit.verify() == [], audit.verify()
print(audit.head().number)
"""


def start(script: str, home: Path, *arguments: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "TRIPTYCH_HOME": str(home)}
    return subprocess.Popen([sys.executable, "-c", script, *arguments], env=environ, text=True, stdout=subprocess.PIPE)


def finish(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output.strip()


def test_two_processes_that_change_at_once_lose_no_change_and_give_no_number_twice(tmp_path: Path) -> None:
    home = tmp_path / "home"
    Home(home).lay()
    finish(start(SET_UP, home, str(home)))
    for worker in [start(ADD, home, who, str(home)) for who in ("alice", "bob")]:
        finish(worker)

    document = json.loads((home / "published" / "definitions.json").read_bytes())
    assert document["version"] == 8
    assert len(document["sources"]) == 10
    assert len(list((home / "published" / "versions").glob("*.json"))) == 9
    assert finish(start(CHECK, home)) == "10"
