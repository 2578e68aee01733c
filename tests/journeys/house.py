"""A whole house on free ports in a folder of its own, used as a stranger would: by its commands and over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx

from triptych.river.client import ask
from triptych.runtime.home import Home
from triptych.runtime.settings import load_settings
from triptych.runtime.standing import standing

T = TypeVar("T")
TRIPTYCH = [str(Path(sys.executable).parent / "triptych")]
PATIENCE_S = 10.0
"""Ten times the deadline of a row that says one second: the figure itself is a benchmark's."""


def until(question: Callable[[], T | None], *, seconds: float = PATIENCE_S) -> T:
    """Ask until the answer is true, and give it."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {seconds} s; last answer {answer!r}"
        time.sleep(0.02)


def instant(ago: timedelta = timedelta()) -> str:
    """The present, or some time ago, as clients write it."""
    return (datetime.now(UTC) - ago).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fresh(word: str) -> str:
    """A word that no other test uses."""
    return f"{word}-{uuid.uuid4().hex[:10]}"


def _client() -> httpx.Client:
    return httpx.Client(timeout=30, trust_env=False)


@dataclass(slots=True)
class Source:
    """A registered source and its keys."""

    house: House
    id: str
    write_key: str
    secret_key: str

    def send(self, *events: dict[str, Any], key: str = "") -> httpx.Response:
        """POST a batch, by the secret key unless another is given."""
        batch = [{"messageId": fresh("m"), "timestamp": instant(), **event} for event in events]
        return self.house.post("/v1/batch", {"batch": batch, "sentAt": instant()}, auth=(key or self.secret_key, ""))

    def profile(self, kind: str, value: str) -> dict[str, Any] | None:
        """What the profile read answers."""
        response = self.house.post(
            "/v1/profile", {"type": kind, "value": value}, headers={"authorization": f"Bearer {self.secret_key}"}
        )
        if response.status_code == 404:
            return None
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def person(self, kind: str, value: str, *, events: int = 0) -> dict[str, Any]:
        """The profile, once it has at least so many events."""

        def found() -> dict[str, Any] | None:
            answer = self.profile(kind, value)
            return answer if answer is not None and answer["events"] >= events else None

        return until(found)


@dataclass(slots=True)
class House:
    """One installation: its folder, its environment, and `triptych serve` when it runs."""

    home: Path
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    addresses: dict[str, str] = field(default_factory=dict)
    client: httpx.Client = field(default_factory=_client)

    @classmethod
    def make(cls, home: Path, *, kind: str = "test", **settings: str) -> House:
        """Set a home up."""
        environ = {key: value for key, value in os.environ.items() if not key.startswith("TRIPTYCH_")}
        environ |= {
            "TRIPTYCH_HOME": str(home),
            "TRIPTYCH_WEB": "127.0.0.1:0",
            "TRIPTYCH_EDGE": "127.0.0.1:0",
            "TRIPTYCH_WAREHOUSE_COMPRESSION": "uncompressed",
        }
        house = cls(home=home, environ={**environ, **settings})
        house.run("setup", "--kind", kind)
        return house

    def start(self, *words: str) -> House:
        """Run `triptych serve` and wait until both servers answer."""
        log = (self.home.parent / f"{self.home.name}.serve.log").open("ab")
        self.process = subprocess.Popen(
            [*TRIPTYCH, "serve", *words, "--json"], env=self.environ, stdout=log, stderr=log
        )
        log.close()
        try:
            until(self._is_up, seconds=120)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop it as a service manager would."""
        self.client.close()
        self.client = _client()
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None

    def run(self, *words: str, code: int = 0, seconds: float = 180) -> dict[str, Any]:
        """Run one command with ``--json`` and give the object on its last line."""
        command = [*TRIPTYCH, *words, "--json"]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=seconds, check=False)
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer

    def source(self, *options: str, party: str = "first", id: str = "") -> Source:
        """Register a source."""
        made = self.run("source", "add", id or fresh("shop"), "--party", party, *options)
        return Source(house=self, id=made["source"], write_key=made["write_key"], secret_key=made["secret_key"])

    def post(self, path: str, body: object, **options: Any) -> httpx.Response:
        """POST to the front door."""
        return self.client.post(f"http://{self.addresses['edge']}{path}", json=body, **options)

    def status(self) -> dict[str, Any]:
        """What `triptych status --json` says."""
        return self.run("status")

    def glance(self) -> dict[str, Any]:
        """The same answer as ``status``, without starting a command: for questions that are asked again and again."""
        return standing(load_settings({"TRIPTYCH_HOME": str(self.home)}), Home(self.home))

    def ask(self, name: str, **params: Any) -> dict[str, Any]:
        """The engine's answer, without starting a command: for questions that are asked again and again."""
        return ask(self.home, name, **params)

    def settled(self) -> dict[str, Any]:
        """The status once nothing is in flight."""
        until(lambda: self.glance()["in_flight"] == 0, seconds=60)
        return self.status()

    def kill(self, name: str) -> None:
        """Kill -9 a process and wait until another one has its place."""
        pid = self.glance()["processes"][name]
        os.kill(pid, signal.SIGKILL)
        until(lambda: self.glance()["processes"][name] not in {pid, None}, seconds=30)
        until(self._is_up, seconds=60)

    def _is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"serve ended with {self.process.returncode}"
        status = self.glance()
        if not all(status["processes"].values()):
            return False
        self.addresses = {"web": status["web"], "edge": status["edge"]}
        try:
            return all(
                self.client.get(f"http://{address}/healthz").status_code == 200 for address in self.addresses.values()
            )
        except httpx.HTTPError:
            return False
