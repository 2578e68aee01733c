"""The environment that Django's settings are made of, read once and typed. A wrong value is loud."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec


class EnvironmentInvalid(Exception):
    """A variable of the environment has a value that cannot be meant."""


class Address(NamedTuple):
    """Where a process listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address as the origin of a URL: ``http://127.0.0.1:8000``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


class Database(msgspec.Struct, frozen=True):
    """Where the records are kept: a file of SQLite, or a database of PostgreSQL."""

    engine: str
    name: str
    user: str = ""
    password: str = ""
    host: str = ""
    port: str = ""
    options: dict[str, str] = {}


class Environment(msgspec.Struct, frozen=True):
    """What the environment says, typed. ``web_url`` and ``edge_url`` are what people type in a browser."""

    home: Path
    web: Address
    edge: Address
    web_url: str
    edge_url: str
    database: Database
    trusted_proxies: frozenset[str] = frozenset()

    @property
    def https(self) -> bool:
        """Whether people reach the pages over TLS."""
        return self.web_url.startswith("https://")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names by which the pages may be asked for."""
        named = urlsplit(self.web_url).hostname or ""
        names = ("127.0.0.1", "localhost", "[::1]", self.web.host, f"[{named}]" if ":" in named else named)
        everywhere = {"", "0.0.0.0", "::"}  # noqa: S104  compared with, not bound to
        return tuple(dict.fromkeys(name for name in names if name not in everywhere))


def read(environ: Mapping[str, str]) -> Environment:
    """Read the home, the addresses and the database.

    The variables: ``TRIPTYCH_HOME``, ``TRIPTYCH_WEB``, ``TRIPTYCH_EDGE``, ``TRIPTYCH_WEB_URL``, ``TRIPTYCH_EDGE_URL``,
    ``TRIPTYCH_TRUSTED_PROXIES``, ``DATABASE_URL``.

    Raises:
        EnvironmentInvalid: A value cannot be meant.
    """
    home = Path(environ.get("TRIPTYCH_HOME") or "var").absolute()
    web = _address(environ, "TRIPTYCH_WEB", "127.0.0.1:8000")
    edge = _address(environ, "TRIPTYCH_EDGE", "127.0.0.1:8001")
    return Environment(
        home=home,
        web=web,
        edge=edge,
        web_url=_origin(environ, "TRIPTYCH_WEB_URL", web.url),
        edge_url=_origin(environ, "TRIPTYCH_EDGE_URL", edge.url),
        database=_database(environ.get("DATABASE_URL", ""), home),
        trusted_proxies=frozenset(filter(None, map(str.strip, environ.get("TRIPTYCH_TRUSTED_PROXIES", "").split(",")))),
    )


def _address(environ: Mapping[str, str], name: str, default: str) -> Address:
    value = environ.get(name) or default
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65_535:
        raise EnvironmentInvalid(f"{name} must be HOST:PORT, for instance {default}; it is {value!r}")
    return Address(host.strip("[]"), int(port))


def _origin(environ: Mapping[str, str], name: str, default: str) -> str:
    value = environ.get(name) or default
    parts = urlsplit(value)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.username
    ):
        raise EnvironmentInvalid(f"{name} must be an origin such as https://triptych.example.org; it is {value!r}")
    return f"{parts.scheme}://{parts.netloc}"


def _database(url: str, home: Path) -> Database:
    if not url:
        return Database(engine="sqlite", name=str(home / "records.sqlite"))
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        # the value holds a password: it is not repeated
        raise EnvironmentInvalid("DATABASE_URL must be postgresql://USER:PASSWORD@HOST:PORT/NAME, or absent for SQLite")
    options = dict(parse_qsl(parts.query))
    return Database(
        engine="postgresql",
        name=unquote(parts.path.strip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=options.pop("host", "") or unquote(parts.hostname or ""),
        port=str(parts.port or ""),
        options=options,
    )
