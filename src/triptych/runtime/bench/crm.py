"""``triptych bench crm``: the pages of the relation over HTTP, among as many records as a company makes in years."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from triptych.runtime.bench.parties import CITIES, World, seed
from triptych.runtime.bench.process import Measured, free_port
from triptych.runtime.bench.river import versions
from triptych.runtime.home import Home
from triptych.vocabulary import system_clock

_CLI = "triptych.runtime.cli"
_ROLES = ("sales", "agent")
_SETTLE_S = 15.0
_WARM = 10
"""Requests of each kind that are not counted."""
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_DIVISION = re.compile(r'id="log-division".*?value="([^"]+)"', re.DOTALL)
_VERSION = re.compile(r'name="version" value="(\d+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmOptions:
    """How large and how long. Without options the bench runs its published size.

    Attributes:
        people: People among the parties.
        interactions: What was said with them.
        requests: Requests of each kind, by two colleagues in turn: one who sees everybody, one who sees a division's.
        seed: What the records are made from, and who is asked for.
        folder: Where the home is laid; a folder of the machine's choice when empty.
    """

    people: int = 200_000
    interactions: int = 2_000_000
    requests: int = 200
    seed: int = 1
    folder: Path | None = None


def run(options: CrmOptions) -> dict[str, Any]:
    """Measure, and answer figures with their units.

    1. A home with an account a role is set up, and filled by plain SQL.
    2. The whole house is served. Its memory is read when it has come to rest, before the first request.
    3. One request after another, by a colleague who sees all and one who sees her division in turn: each kind of page
       is warmed up, then timed from the request to the last byte.
    """
    with tempfile.TemporaryDirectory(prefix="triptych-bench-", dir=options.folder) as name:
        home, environ = Path(name) / "home", _environ(Path(name) / "home")
        accounts = {each["role"]: each for each in _command(environ, "setup", "--kind", "demo")["accounts"]}
        began = time.monotonic()
        chance = random.Random(options.seed)
        world = seed(
            Home(home).records,
            people=options.people,
            interactions=options.interactions,
            chance=chance,
            now=system_clock(),
        )
        built = time.monotonic() - began
        with _served(environ) as house:
            figures = {"idle_rss_mb": round(house.pss_mb(), 1), "idle_rss_sum_mb": round(house.rss_mb(), 1)}
            readers = [_Reader(environ["TRIPTYCH_WEB"], accounts[role]) for role in _ROLES]
            figures |= _measure(readers, world, options, chance)
    return {
        **figures,
        "people": options.people,
        "interactions": options.interactions,
        "requests": options.requests,
        "seed": options.seed,
        "build_s": round(built, 1),
        "versions": versions(),
    }


class _Reader:
    """A colleague with a browser that asks one thing after the other."""

    def __init__(self, address: str, account: dict[str, str]) -> None:
        self.client = httpx.Client(base_url=f"http://{address}", trust_env=False, timeout=60, follow_redirects=False)
        token = self._token("/accounts/login/")
        form = {"csrfmiddlewaretoken": token, "username": account["email"], "password": account["password"]}
        answer = self.client.post("/accounts/login/", data=form)
        if answer.status_code != httpx.codes.FOUND:
            raise RuntimeError(f"nobody is let in: {answer.status_code}")
        self.token = self._token("/accounts/preferences/")

    def _token(self, path: str) -> str:
        found = _CSRF.search(self.client.get(path).raise_for_status().text)
        return found[1] if found else ""

    def get(self, path: str) -> str:
        return self.client.get(path).raise_for_status().text

    def post(self, path: str, form: dict[str, str], *, part: bool = True) -> str:
        headers = {"X-CSRFToken": self.token, **({"HX-Request": "true"} if part else {})}
        return self.client.post(path, data=form, headers=headers).raise_for_status().text


def _measure(readers: list[_Reader], world: World, options: CrmOptions, chance: random.Random) -> dict[str, Any]:
    reachable = [_reachable(reader) for reader in readers]
    questions: dict[str, Callable[[_Reader, list[str]], Callable[[], Any]]] = {
        "list": lambda reader, _: _getting(reader, chance.choice(_LISTS)),
        "board": lambda reader, _: _getting(reader, "/crm/people/?layout=board"),
        "filter": lambda reader, _: _getting(reader, _filter(chance)),
        "search": lambda reader, _: _searching(reader, "/search/", chance.choice(world.names), chance),
        "palette": lambda reader, _: _searching(reader, "/search/palette/", chance.choice(world.names), chance),
        "record": lambda reader, ids: _getting(reader, f"/crm/people/{chance.choice(ids)}/"),
        "save": lambda reader, ids: _saving(reader, chance.choice(ids), chance),
    }
    figures: dict[str, Any] = {}
    for name, question in questions.items():
        times: list[list[float]] = [[] for _ in readers]
        for place in range(options.requests + _WARM):
            who = place % len(readers)
            ask = question(readers[who], reachable[who])
            began = time.perf_counter()
            ask()
            if place >= _WARM:
                times[who].append((time.perf_counter() - began) * 1000)
        figures |= _quantiles(name, [each for some in times for each in some])
        figures |= _quantiles(f"agent_{name}", times[_ROLES.index("agent")])
    return figures


def _quantiles(name: str, times: list[float]) -> dict[str, float]:
    if not times:
        return {}
    times = sorted(times)
    return {
        f"{name}_p50_ms": round(times[len(times) // 2], 1),
        f"{name}_p95_ms": round(times[int(len(times) * 0.95)], 1),
    }


_LISTS = (
    "/crm/people/",
    "/crm/people/?sort=name",
    "/crm/people/?sort=-changed",
    "/crm/interactions/",
)


def _filter(chance: random.Random) -> str:
    return chance.choice(
        (
            "/crm/people/?owner.is=me",
            "/crm/people/?division.is=mine",
            "/crm/people/?stage.is=at_risk&sort=name",
            "/crm/people/?role.is=prospect&stage.is=loyal",
            f"/crm/people/?city.is={chance.choice(CITIES)}&sort=name",
            f"/crm/people/?city.is={chance.choice(CITIES)}&contact.within=60",
            "/crm/people/?contact.older=300&role.is=customer",
            "/crm/interactions/?kind.is=visit&kind.is=meeting",
            "/crm/interactions/?outcome.is=complaint&when.within=90",
            "/crm/interactions/?division.is=support&author.is=me",
        )
    )


def _getting(reader: _Reader, path: str) -> Callable[[], Any]:
    return lambda: reader.get(path)


def _searching(reader: _Reader, path: str, name: str, chance: random.Random) -> Callable[[], Any]:
    given, _, family = name.partition(" ")
    text = chance.choice((given[:3], family[: chance.randint(2, 6)], f"{given[:2]} {family[:4]}", name))
    return lambda: reader.post(path, {"q": text}, part=path.endswith("palette/"))


def _saving(reader: _Reader, party: str, chance: random.Random) -> Callable[[], Any]:
    if chance.random() < 0.5:
        path = f"/crm/people/{party}/edit/city/"
        found = _VERSION.search(reader.client.get(path, headers={"HX-Request": "true"}).raise_for_status().text)
        form = {"value": f"{chance.choice(CITIES)} {chance.randrange(10_000)}", "version": found[1] if found else "0"}
        return lambda: reader.post(path, form)
    division = _DIVISION.search(reader.get(f"/crm/people/{party}/"))
    form = {"kind": "call", "direction": "in", "subject": "price", "division": division[1] if division else ""}
    return lambda: reader.post(f"/crm/parties/{party}/log/", form)


def _reachable(reader: _Reader) -> list[str]:
    """Some people whom the colleague may edit: those that are theirs."""
    found: dict[str, None] = {}
    for sort in ("name", "-changed", "-contact"):
        page = reader.get(f"/crm/people/?owner.is=me&division.is=mine&sort={sort}")
        found |= dict.fromkeys(re.findall(r"/crm/people/([0-9a-f-]{36})/", page))
    return list(found)


class _House(Measured):
    """The whole house, and the memory that it holds at rest."""

    def rss_mb(self) -> float:
        """Resident memory of all processes, shared pages counted in each."""
        return sum(self._read(pid, "VmRSS:", "status") for pid in self._family())

    def pss_mb(self) -> float:
        """Resident memory with each shared page counted once: what the house takes of the machine."""
        return sum(self._read(pid, "Pss:", "smaps_rollup") for pid in self._family())

    @staticmethod
    def _read(pid: int, name: str, file: str) -> float:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)


@contextmanager
def _served(environ: dict[str, str]) -> Iterator[_House]:
    house = _House(_CLI, ["serve"], environ=environ)
    try:
        house.wait_for(f"http://{environ['TRIPTYCH_WEB']}/healthz", seconds=120)
        house.wait_for(f"http://{environ['TRIPTYCH_EDGE']}/healthz", seconds=120)
        deadline = time.monotonic() + 120
        while not (Path(environ["TRIPTYCH_HOME"]) / "run" / "engine.sock").exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        time.sleep(_SETTLE_S)
        yield house
    finally:
        house.stop()


def _environ(home: Path) -> dict[str, str]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("TRIPTYCH_")}
    environ.pop("DATABASE_URL", None)
    web, edge = free_port(), free_port()
    return {
        **environ,
        "TRIPTYCH_HOME": str(home),
        "TRIPTYCH_WEB": f"127.0.0.1:{web}",
        "TRIPTYCH_EDGE": f"127.0.0.1:{edge}",
        "TRIPTYCH_LOG_LEVEL": "error",
    }


def _command(environ: dict[str, str], *words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", _CLI, *words, "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
