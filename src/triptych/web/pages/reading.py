"""What the pages read: answers of the engine, and the profiles' read-only reader. Each may be absent, and says so.

A page that shows three things must not fail because one of them is down. So a question is answered by a value: the
data, or the reason why there is none. Only the two functions that touch a socket or a file raise.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.conf import settings

from triptych.cdp.profiles.errors import StateUnavailable
from triptych.river import client
from triptych.web.pages import state

Data = dict[str, Any]


class Answer(NamedTuple):
    """What came back: ``data``, or ``code`` and ``message`` where the question was refused or nobody was there."""

    data: Data
    code: str = ""
    message: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is data."""
        return not self.code

    @property
    def down(self) -> bool:
        """Whether nobody was there to ask."""
        return self.code == "down"

    @property
    def missing(self) -> bool:
        """Whether the thing that was asked for does not exist."""
        return self.code == "not_found"


class Port(Protocol):
    """Where the pages read from. The tests have another."""

    def ask(self, name: str, params: Mapping[str, Any]) -> Answer:
        """Ask the engine."""

    def people(self, *, after: str, limit: int) -> Answer:
        """A page of people, newest portrait first."""

    def search(self, text: str, limit: int) -> Answer:
        """People by an identifier or the beginning of a name."""

    def names(self, profile_ids: Iterable[str]) -> dict[str, str]:
        """The names of some people; nobody's where there is none."""

    def portrait(self, profile_id: str) -> Answer:
        """What is known of a person, without the scans."""

    def holder(self, kind: str, value: str) -> Answer:
        """The portrait that an identifier leads to, and how many events it has. Quick: open pages ask each second."""


class Live:
    """The engine's socket and the current state file of a home folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._state = state.State(home)

    def ask(self, name: str, params: Mapping[str, Any]) -> Answer:
        """Ask the engine on its socket."""
        try:
            return Answer(client.ask(self.home, name, **params))
        except client.Refused as refused:
            return Answer(refused.data or {}, refused.code, str(refused))
        except client.EngineDown:
            return Answer({}, "down")

    def people(self, *, after: str, limit: int) -> Answer:
        """Read a page of the list of people."""
        return self._read(lambda connection: state.page(connection, after=after, limit=limit))

    def search(self, text: str, limit: int) -> Answer:
        """Look people up by what one types."""
        return self._read(lambda connection: state.search(connection, text, limit))

    def names(self, profile_ids: Iterable[str]) -> dict[str, str]:
        """Read names in one go."""
        wanted = sorted(set(profile_ids))
        return self._read(lambda connection: state.names(connection, wanted)).data if wanted else {}

    def portrait(self, profile_id: str) -> Answer:
        """Read a person."""
        answer = self._read(lambda connection: state.portrait(connection, profile_id))
        return answer if answer.code or answer.data else Answer({}, "not_found")

    def holder(self, kind: str, value: str) -> Answer:
        """Read whose an identifier is."""
        answer = self._read(lambda connection: state.holder(connection, kind, value))
        if answer.code or not answer.data:
            return answer if answer.code else Answer({}, "not_found")
        nodes = answer.data.pop("nodes")
        return Answer({**answer.data, "events": state.counted(self.home, nodes)})

    def _read(self, question: Callable[[sqlite3.Connection], Data]) -> Answer:
        try:
            with self._state.snapshot() as connection:
                return Answer(question(connection))
        except (StateUnavailable, sqlite3.OperationalError):
            # no state file yet, or one without its tables: the same as nobody there
            return Answer({}, "down")


_ports: list[Port] = []


def port() -> Port:
    """Where the pages of this process read from."""
    if not _ports:
        _ports.append(Live(settings.TRIPTYCH_HOME))
    return _ports[-1]


def use(other: Port | None) -> None:
    """Read from ``other`` instead; from the home folder again with ``None``. For tests and the style guide."""
    _ports.clear()
    if other is not None:
        _ports.append(other)


def ask(name: str, **params: Any) -> Answer:
    """Ask the engine something."""
    return port().ask(name, params)
