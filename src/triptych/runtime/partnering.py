"""Partners at work: a file is taken in through the front door, and what a contract brought goes when it is over.

A contract is emptied by whoever notices first that it is over: the command line, or the worker by the clock alone. Each
step may be done again, so an end that was cut short is finished by the next look.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from triptych.collect.visitors import KeyRing
from triptych.dmp.partners import Contract, File, is_over, privacy, store
from triptych.dmp.partners.errors import PartnerError, PartnerProblem
from triptych.dmp.partners.model import Line
from triptych.dmp.partners.reading import Refused as RefusedLine
from triptych.dmp.partners.reading import read
from triptych.runtime.engine_room import ask
from triptych.runtime.errors import Refused
from triptych.runtime.front_door import decide
from triptych.runtime.home import Home
from triptych.vocabulary import Clock, Party

GROUP = 2_000
"""Digests of one code in one entry of the stream."""

PATIENCE_S = 60.0
"""How long an end is waited for: so long may it take until nothing is left."""


class _Contracts(msgspec.Struct):
    contracts: tuple[Contract, ...] = ()


def contracts(home: Home) -> dict[str, Contract]:
    """The published contracts, by id."""
    found = msgspec.json.decode(home.published.read_bytes(), type=_Contracts).contracts
    return {each.id: each for each in found}


def take_in(home: Home, file: Path, *, contract: str, party: Party, clock: Clock) -> dict[str, Any]:
    """Read a partner's file and hand what may be taken to the front door; answer what became of every line.

    Raises:
        Refused: There is no such contract, it is over or has not begun, or is of another party; or the door is closed.
    """
    now = clock()
    try:
        agreed = _agreed(contracts(home).get(contract), contract, party, now)
    except PartnerError as error:
        raise Refused(error.problem.value, error.message) from None
    intake = _Intake(home, agreed, now)
    with file.open("rb") as stream, store.opened(home.path / "dmp") as connection:
        store.put(connection, intake.report)
        refused: list[RefusedLine] = []
        for line in read(stream, agreed, now=now):
            intake.count(line)
            if isinstance(line, RefusedLine):
                refused.append(line)
            if len(refused) >= GROUP:
                store.put(connection, intake.report, refused)
                refused = []
        intake.send()
        store.put(connection, intake.report, refused)
    if intake.offset is not None:
        wait_for_visitors(home, intake.offset)
    return {**msgspec.to_builtins(intake.report), "party": agreed.side.word, "next_offset": intake.offset}


def _agreed(contract: Contract | None, name: str, party: Party, now: int) -> Contract:
    if contract is None:
        raise PartnerError(PartnerProblem.NO_CONTRACT, f"there is no contract {name!r}")
    if contract.side is not party:
        message = f"the contract {name!r} is {contract.side.word} party, the file is said to be {party.word}"
        raise PartnerError(PartnerProblem.OTHER_PARTY, message)
    if is_over(contract, now):
        raise PartnerError(PartnerProblem.OVER, f"the contract {name!r} is over: nothing of it is taken")
    if contract.starts_at > now:
        raise PartnerError(PartnerProblem.NOT_BEGUN, f"the contract {name!r} has not begun")
    return contract


class _Intake:
    """What a file has brought so far, sent group by group."""

    def __init__(self, home: Home, contract: Contract, now: int) -> None:
        self._home = home
        self._contract = contract
        self._id = f"f_{secrets.token_hex(8)}"
        self._now = now
        self._waiting: dict[tuple[str, int], list[str]] = {}
        self._refused: Counter[str] = Counter()
        self._codes: Counter[str] = Counter()
        self.offset: int | None = None

    @property
    def report(self) -> File:
        """What became of the lines so far."""
        accepted = self._codes.total()
        return File(
            id=self._id,
            contract=self._contract.id,
            at=self._now,
            rows=accepted + self._refused.total(),
            accepted=accepted,
            refused=dict(self._refused),
            codes=dict(self._codes),
        )

    def count(self, line: Line | RefusedLine) -> None:
        """Count a line, and send it on when enough of its kind have come together."""
        if isinstance(line, RefusedLine):
            self._refused[line.fault.value] += 1
            return
        self._codes[line.code] += 1
        waiting = self._waiting.setdefault((line.code, line.until), [])
        waiting.append(line.digest)
        if len(waiting) >= GROUP or len(self._waiting) > GROUP:
            self.send()

    def send(self) -> None:
        """Hand on what waits. When this returns it is durable."""
        entries = [
            {
                "kind": "partner",
                "contract": self._contract.id,
                "code": code,
                "digests": digests,
                "until": until,
                "file": self._id,
            }
            for (code, until), digests in self._waiting.items()
        ]
        if entries:
            self.offset = int(decide(self._home, *entries)["next_offset"])
        self._waiting = {}


def due(home: Home, now: int) -> tuple[str, ...]:
    """The contracts that are over and not yet emptied."""
    return tuple(each.id for each in contracts(home).values() if is_over(each, now) and not each.emptied)


def empty(home: Home, contract: str) -> dict[str, Any]:
    """Take out everything that a contract brought.

    1. The stream is told that it is over: segments and the visitors' store let go of it, and its entries are rewritten.
    2. Its key is destroyed: no digest of it can be computed again.
    3. What is kept of its files goes.
    """
    offset = int(decide(home, {"kind": "contract_ended", "contract": contract})["next_offset"])
    key = KeyRing.of_home(home.path).destroy_contract(contract)
    gone = privacy.erase(home.path, contract=contract)
    return {"contract": contract, "key_destroyed": key, "next_offset": offset, **gone}


def wait_for_visitors(home: Home, offset: int, *, forgotten: bool = False) -> bool:
    """Wait until the engine has taken in the visitors' stream up to an offset; false when it does not in time.

    ``forgotten`` waits until nothing is left to be rewritten either.
    """
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            status = ask(home, "visitors_status")
        except Refused:
            return False
        if int(status["offset"]) >= offset and not (forgotten and status["forget_due"]):
            return True
        time.sleep(0.05)
    return False
