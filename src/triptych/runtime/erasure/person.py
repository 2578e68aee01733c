"""Who she is, as far as the house knows: every identifier, every profile id, every text that says something of her."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from triptych.cdp.identity import privacy as identity_privacy
from triptych.cdp.identity import read
from triptych.cdp.profiles import privacy as profiles_privacy
from triptych.runtime.home import Home
from triptych.vocabulary import Identifier, IdentifierType


@dataclass(frozen=True, slots=True)
class Known:
    """A person as the state knows her. Only an erasure may hold such a value, and not for longer than it takes."""

    profile_ids: tuple[str, ...]
    identifiers: tuple[Identifier, ...]
    values: tuple[str, ...]


def look(home: Home, asked: Identifier) -> Known:
    """All that is known of the person behind an identifier; the identifier alone where nobody is."""
    alone = () if asked.type is IdentifierType.PROFILE_ID else (asked,)
    nobody = Known((), alone, ())
    if not home.state.exists():
        return nobody
    with closing(sqlite3.connect(f"file:{home.state}?mode=ro", uri=True, timeout=30)) as connection:
        found = read.find_profile(connection, asked.type, asked.value)
        if found is None:
            return nobody
        held = read.identifiers(connection, found.profile)
        nodes = [each.node for each in held]
        former = identity_privacy.export(connection, found.profile)["profile_ids"]
        said = profiles_privacy.export(connection, nodes)
        identifiers = {Identifier(IdentifierType.from_word(each.type), each.value) for each in held}
        return Known(
            profile_ids=tuple(str(each) for each in former) if isinstance(former, list) else (found.profile_id,),
            identifiers=tuple(sorted(identifiers | set(alone))),
            values=tuple(sorted(set(texts(said)))),
        )


def together(people: Iterable[Known]) -> Known:
    """What is known of one person who was found in several ways."""
    profile_ids: set[str] = set()
    identifiers: set[Identifier] = set()
    values: set[str] = set()
    for known in people:
        profile_ids |= set(known.profile_ids)
        identifiers |= set(known.identifiers)
        values |= set(known.values)
    return Known(tuple(sorted(profile_ids)), tuple(sorted(identifiers)), tuple(sorted(values)))


def texts(value: object) -> Iterator[str]:
    """Every text in the values of what was said, however deep."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in {
                "source",
                "party",
                "basis",
                "trust",
                "name",
                "kind",
                "purpose",
                "status",
                "observed_at",
                "at",
            }:
                yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str) and value:
        yield value
