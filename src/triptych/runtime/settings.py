"""One typed table of settings, read from the environment once, loud when wrong, never changed afterwards."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from triptych.runtime.errors import BadSetting

PREFIX = "TRIPTYCH_"


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port to listen on. ``chosen`` tells an operator's own address from the default."""

    host: str
    port: int
    chosen: bool = True

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_address(text: str) -> Address:
    """An address from ``host:port`` or ``[host]:port``. Raises ``ValueError`` for anything else."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise ValueError("expected host:port, such as 127.0.0.1:8000")
    return Address(host.removeprefix("[").removesuffix("]"), int(port))


def _folder(text: str) -> Path:
    if not text.strip():
        raise ValueError("expected a folder")
    return Path(text).expanduser().absolute()


def _database_url(text: str) -> str:
    if text and not text.startswith(("postgres://", "postgresql://")):
        raise ValueError("expected postgresql://… or nothing, for SQLite in the home folder")
    return text


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(str(ipaddress.ip_address(word.strip())) for word in text.split(",") if word.strip())


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.1 <= seconds <= 60:
        raise ValueError("expected seconds between 0.1 and 60")
    return seconds


def _mebibytes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 16:
        raise ValueError("expected a whole number of MiB between 1 and 16")
    return int(text)


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"expected one of {', '.join(words)}")
        return text

    return parse


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query):
        raise ValueError("expected an origin such as https://triptych.example.org, or nothing")
    return text.rstrip("/")


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: the variable, the field it fills, its default and what it does."""

    variable: str
    field: str
    default: str
    parse: Callable[[str], Any]
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "TRIPTYCH_HOME", "home", "./var", _folder, "The folder that holds everything the installation knows, mode 0700."
    ),
    Setting(
        "TRIPTYCH_WEB",
        "web",
        "127.0.0.1:8000",
        parse_address,
        "Where the pages and the management API listen. Unset and taken: the next free port, printed.",
    ),
    Setting(
        "TRIPTYCH_EDGE",
        "edge",
        "127.0.0.1:8001",
        parse_address,
        "Where the front door listens. Unset and taken: the next free port, printed.",
    ),
    Setting(
        "DATABASE_URL",
        "database_url",
        "",
        _database_url,
        "PostgreSQL for the records people edit; empty: records.sqlite in the home folder.",
    ),
    Setting(
        "TRIPTYCH_WAREHOUSE_COMPRESSION",
        "warehouse_compression",
        "auto",
        _one_of("auto", "uncompressed"),
        "How DuckDB packs columns. Uncompressed makes a search of the raw file for a value mean something.",
    ),
    Setting(
        "TRIPTYCH_WEB_URL",
        "web_url",
        "",
        _origin,
        "What people type to reach the pages, when a proxy stands before them; https there makes every cookie secure.",
    ),
    Setting(
        "TRIPTYCH_EDGE_URL",
        "edge_url",
        "",
        _origin,
        "What browsers and servers call to reach the front door, when a proxy stands before it.",
    ),
    Setting(
        "TRIPTYCH_TRUSTED_PROXIES",
        "trusted_proxies",
        "",
        _addresses,
        "Addresses of proxies, separated by commas, whom the front door believes about a client: address and scheme.",
    ),
    Setting(
        "TRIPTYCH_EDGE_BODY",
        "edge_body",
        "5",
        _mebibytes,
        "The largest body that the front door takes, unpacked, in MiB: 1 to 16. Some clients send batches of 4.",
    ),
    Setting(
        "TRIPTYCH_VISITORS_FLUSH",
        "visitors_flush",
        "2",
        _seconds,
        "Seconds that what visitors show waits for one another before it is written in an order drawn by lot.",
    ),
    Setting(
        "TRIPTYCH_LOG_LEVEL",
        "log_level",
        "info",
        _one_of("debug", "info", "warning", "error"),
        "The least severe message that is logged. Logs never hold personal values.",
    ),
)

OBSOLETE: Mapping[str, str] = {}
"""Settings of the past and where they went."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole table, parsed. Made by ``load_settings``; runtime hands out its parts, rooms never read it."""

    home: Path
    web: Address
    edge: Address
    database_url: str
    warehouse_compression: str
    web_url: str
    edge_url: str
    trusted_proxies: tuple[str, ...]
    edge_body: int
    visitors_flush: float
    log_level: str


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the table from an environment. Raises ``BadSetting`` for an unknown, obsolete or unusable variable."""
    known = {setting.variable for setting in SETTINGS}
    for variable in sorted(environ):
        if variable in OBSOLETE:
            raise BadSetting(f"{variable} is gone: {OBSOLETE[variable]}")
        if variable.startswith(PREFIX) and variable not in known:
            raise BadSetting(f"{variable} is not a setting. There are {', '.join(sorted(known))}")
    return Settings(**{setting.field: _read(setting, environ) for setting in SETTINGS})


def _read(setting: Setting, environ: Mapping[str, str]) -> Any:
    text = environ.get(setting.variable)
    try:
        value = setting.parse(setting.default if text is None else text)
    except ValueError as error:
        raise BadSetting(f"{setting.variable}: {error}") from None  # the value may hold a password
    if isinstance(value, Address) and text is None:
        return Address(value.host, value.port, chosen=False)
    return value
