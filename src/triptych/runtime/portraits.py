"""The profile read as the front door serves it: values normalised here, the answer read from the engine's files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from triptych.cdp.profiles.reader import ProfileReader, StateReader
from triptych.collect import normalise
from triptych.river.counters import Counters
from triptych.runtime.home import Home
from triptych.vocabulary import IdentifierType

_RULES: dict[IdentifierType, Callable[[str], str | None]] = {
    IdentifierType.EMAIL: normalise.email,
    IdentifierType.PHONE: normalise.phone,
}


def profile_answer(home: Home) -> Callable[[IdentifierType, str], dict[str, Any] | None]:
    """Answers who is behind an identifier, as it was typed. Works with the engine running or not."""
    read = ProfileReader(StateReader(lambda: home.state), Counters(home.path / "cache"))

    def answer(kind: IdentifierType, value: str) -> dict[str, Any] | None:
        normal = in_one_spelling(kind, value)
        return None if normal is None else read(kind, normal)

    return answer


def in_one_spelling(kind: IdentifierType, value: str) -> str | None:
    """An identifier's value as it is stored, or nothing where it cannot be one."""
    return _RULES.get(kind, normalise.identifier)(value)
