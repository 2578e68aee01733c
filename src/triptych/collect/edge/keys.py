"""Whose request is it? The key in the header, else in the body, else in the query; trust follows the key."""

from __future__ import annotations

import binascii
from typing import NamedTuple

from triptych.collect.edge.answers import Answer, error
from triptych.collect.edge.definitions import Definitions, Keyring
from triptych.collect.model import Source
from triptych.vocabulary import Trust


class Admission(NamedTuple):
    """A request whose key is good: its source, how far it is believed, and the version that says so."""

    source: Source
    trust: Trust
    version: int


class Presented(NamedTuple):
    """The keys that a request shows, each empty where it shows none."""

    basic: str = ""
    bearer: str = ""
    body: str = ""
    query: str = ""

    @property
    def chosen(self) -> str:
        """The key that counts: the header wins, a Bearer token counts where no body key does."""
        return self.basic or self.body or self.query


def presented(authorization: str | None, *, body: str = "", query: str = "") -> Presented:
    """Gather the keys of a request.

    >>> presented("Basic a2V5Og==").basic
    'key'
    """
    if not authorization:
        return Presented(body=body, query=query)
    scheme, _, value = authorization.partition(" ")
    scheme = scheme.lower()
    if scheme == "bearer":
        return Presented(bearer=value.strip(), body=body, query=query)
    if scheme == "basic":
        return Presented(basic=_username(value), body=body, query=query)
    return Presented(body=body, query=query)


def _username(value: str) -> str:
    """The user name of a Basic credential; one without the colon is tolerated."""
    try:
        decoded = binascii.a2b_base64(value + "==")
    except ValueError:
        return ""
    return decoded.decode("utf-8", "replace").partition(":")[0].strip()


def admit(definitions: Definitions, keys: Presented, *, origin: str | None, now: int) -> Admission | Answer:
    """Decide whose request it is, or what to answer instead.

    1. A Bearer token that is a secret key, else the Basic user name, the body's key, the query's key.
    2. Before a key is called unknown, the published file is looked at again; where it cannot be read, nobody is.
    3. A secret key is not taken from a browser, nor from a URL.
    """
    keyring = definitions.current()
    if keyring is None:
        return error("definitions_unreadable")
    if not keys.chosen and not keys.bearer:
        return error("missing_write_key")
    found = _look_up(keyring, keys, now)
    if found is None and definitions.refresh() and definitions.keyring is not None:
        keyring = definitions.keyring
        found = _look_up(keyring, keys, now)
    if found is None:
        return error("invalid_write_key" if definitions.readable else "definitions_unreadable")
    source, trust, from_query = found
    refused = _misplaced(source, trust, from_query=from_query, origin=origin)
    return error(refused) if refused else Admission(source, trust, keyring.version)


def _misplaced(source: Source, trust: Trust, *, from_query: bool, origin: str | None) -> str:
    """The error of a good key in a place where it must not be, or of a source that is switched off."""
    if trust is Trust.SERVER and from_query:
        return "secret_key_in_url"
    if trust is Trust.SERVER and origin is not None:
        return "secret_key_in_browser"
    return "" if source.enabled else "source_disabled"


def _look_up(keyring: Keyring, keys: Presented, now: int) -> tuple[Source, Trust, bool] | None:
    """The source of the key that counts, what kind of key it is, and whether it came in the URL."""
    if keys.bearer:
        source = keyring.by_secret(keys.bearer, now)
        if source is not None:
            return source, Trust.SERVER, False
    key = keys.chosen
    if not key:
        return None
    from_query = not keys.basic and not keys.body
    source = keyring.by_secret(key, now)
    if source is not None:
        return source, Trust.SERVER, from_query
    source = keyring.by_write_key(key, now)
    return None if source is None else (source, Trust.BROWSER, from_query)


def secret_of(definitions: Definitions, keys: Presented, now: int) -> Source | None:
    """The enabled source whose secret key was presented as Bearer or Basic, if it was."""
    keyring = definitions.current()
    if keyring is None:
        return None
    key = keys.bearer or keys.basic
    source = keyring.by_secret(key, now) if key else None
    if source is None and key and definitions.refresh() and definitions.keyring is not None:
        source = definitions.keyring.by_secret(key, now)
    return source if source is not None and source.enabled else None
