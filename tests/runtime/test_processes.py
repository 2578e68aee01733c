"""Processes: one of each, ports that give way, children that are started again and never outlive their parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from triptych.runtime import running, turns
from triptych.runtime.errors import Refused
from triptych.runtime.home import Home
from triptych.runtime.processes import engine, ports
from triptych.runtime.processes.supervisor import Child, Supervisor
from triptych.runtime.settings import Address, load_settings


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.lay()
    return home


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_lets_one_process_of_a_name_run(home: Home) -> None:
    with (
        running.registered(home, "engine", address="", clock=lambda: 7),
        pytest.raises(Refused, match="engine already runs"),
        running.registered(home, "engine", address="", clock=lambda: 8),
    ):
        pass
    with running.registered(home, "engine", address="", clock=lambda: 9) as second:
        assert second.started_at == 9


def test_it_finds_a_process_while_it_lives(home: Home) -> None:
    with running.registered(home, "edge", address="127.0.0.1:1", clock=lambda: 7):
        found = running.find(home, "edge")
        assert found is not None
        assert (found.pid, found.address) == (os.getpid(), "127.0.0.1:1")
    assert running.find(home, "edge") is None


def test_it_does_not_believe_the_file_of_a_process_that_was_killed(home: Home) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (home.run / "edge.json").write_text(f'{{"pid": {ended.pid}, "address": "", "started_at": 0}}')
    assert running.find(home, "edge") is None


def test_it_moves_from_a_default_port_that_is_taken_and_keeps_a_chosen_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert ports.settle(Address("127.0.0.1", port, chosen=False)).port > port
        with pytest.raises(Refused, match="is taken"):
            ports.settle(Address("127.0.0.1", port))


def test_it_asks_the_system_for_a_port_when_told_zero() -> None:
    assert ports.settle(Address("127.0.0.1", 0)).port > 0


PARENT = """
import os, subprocess, sys, time
child = "from triptych.runtime.running import die_with; die_with(%d); print('up', flush=True); "
child += "import time; time.sleep(60)"
process = subprocess.Popen([sys.executable, "-c", child % os.getpid()], stdout=subprocess.PIPE)
process.stdout.readline()
print(process.pid, flush=True)
time.sleep(60)
"""


def test_a_child_dies_with_its_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert running.is_alive(child)
        parent.kill()
        until(lambda: not running.is_alive(child))


def test_a_child_whose_parent_is_gone_ends_at_once() -> None:
    code = "from triptych.runtime.running import die_with; die_with(1 << 30)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 1


def test_an_engine_that_had_to_compile_starts_again_once_without_what_that_took(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[list[str]] = []

    def begin(_path: str, words: list[str]) -> None:
        began.append(words)
        raise SystemExit

    monkeypatch.setattr(os, "execv", begin)
    monkeypatch.setattr(signal, "signal", lambda _number, handler: handler)
    monkeypatch.setattr(turns, "give_way", lambda: None)
    monkeypatch.setattr(engine, "warm", lambda: True)
    monkeypatch.setattr(engine, "Engine", begin)
    settings = load_settings({"TRIPTYCH_HOME": str(home.path)})
    with pytest.raises(SystemExit):
        engine.run(settings, home)
    assert [words[-1] for words in began] == ["--again"]
    with pytest.raises(TypeError):  # it goes on to open its rooms
        engine.run(settings, home, again=True)


def test_the_supervisor_starts_a_child_again_and_stops_them_all(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    supervisor = Supervisor(home=home, environ=os.environ, say=said.append, names=("alice", "bob"))
    mark = home.path / "marks"
    script = f"import os, time; open({str(mark)!r}, 'a').write(str(os.getpid()) + '\\n'); time.sleep(60)"
    monkeypatch.setattr(Supervisor, "_command", lambda _self, _name: [sys.executable, "-c", script])
    monkeypatch.setattr(signal, "signal", lambda _number, handler: handler)
    thread = threading.Thread(target=supervisor.run)
    thread.start()

    def pids() -> list[int]:
        return [int(line) for line in mark.read_text().splitlines()] if mark.exists() else []

    until(lambda: len(pids()) == 2)
    os.kill(pids()[0], 9)
    until(lambda: len(pids()) == 3)
    supervisor.stop()
    thread.join(20)
    assert not [pid for pid in pids() if running.is_alive(pid)]
    assert any("ended with -9" in line for line in said)


def test_a_process_that_had_come_up_is_soon_there_again_however_often_it_is_killed() -> None:
    child = Child(name="edge", command=(), came_up=True)
    waits = []
    for _ in range(8):
        child.wait = child.wait_after(3.0)
        waits.append(child.wait)
    assert waits == [0.2, 0.4, 0.8, 1.0, 1.0, 1.0, 1.0, 1.0]


def test_a_process_that_does_not_come_up_is_tried_less_and_less_often() -> None:
    child = Child(name="edge", command=())
    for _ in range(8):
        child.wait = child.wait_after(3.0)
    assert child.wait == 10.0
    assert child.wait_after(20.0) == 0.2


def test_the_supervisor_sees_that_a_child_has_come_up(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    supervisor = Supervisor(home=home, environ=os.environ, say=said.append, names=("alice",))
    script = (
        "import pathlib, time; from triptych.runtime.home import Home; from triptych.runtime.running import announce;"
        f"announce(Home(pathlib.Path({str(home.path)!r})), 'alice', address='', clock=lambda: 7); time.sleep(0.5)"
    )
    monkeypatch.setattr(Supervisor, "_command", lambda _self, _name: [sys.executable, "-c", script])
    monkeypatch.setattr(signal, "signal", lambda _number, handler: handler)
    monkeypatch.setattr("triptych.runtime.processes.supervisor.LONGEST_WAIT_ONCE_UP_S", 0.3)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    until(lambda: len([line for line in said if "again in 0.3 s" in line]) == 2, seconds=60)
    supervisor.stop()
    thread.join(20)
