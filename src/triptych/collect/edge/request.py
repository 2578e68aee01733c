"""A request, as the routes see it."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import unquote_plus

from triptych.collect.edge.bodies import Reading

SERVER_LIBRARIES = (
    "analytics-python",
    "analytics-node",
    "analytics-go",
    "analytics-ruby",
    "analytics-java",
    "analytics-php",
    "analytics-rust",
    "analytics-net",
    "python-requests",
    "rudder-sdk",
    "rudderstack-",
    "node-fetch",
    "go-http-client",
)
"""How the user agents of server libraries begin: their peer address is a server's, not a person's."""


class HeaderBook(Protocol):
    """The part of granian's headers that is used."""

    def get(self, key: str, default: str | None = None) -> str | None:
        """The value of a header by its lower-case name."""

    def get_all(self, key: str) -> list[str]:
        """Every value of a header that may come more than once."""


class Scope(Protocol):
    """The part of granian's scope that is used."""

    proto: str
    method: str
    path: str
    query_string: str
    client: str
    server: str
    scheme: str
    headers: HeaderBook


class Request:
    """One request: where it goes, who sends it, and what it holds."""

    __slots__ = (
        "body",
        "headers",
        "method",
        "now",
        "origin",
        "path",
        "proxied",
        "query_string",
        "reading",
        "scope",
        "set_cookie",
    )

    def __init__(
        self, scope: Scope, reading: Reading, *, path: str, now: int, trusted_proxies: tuple[str, ...] = ()
    ) -> None:
        self.scope = scope
        self.reading = reading
        self.headers = scope.headers
        self.method = scope.method
        self.path = path
        self.query_string = scope.query_string
        self.origin = scope.headers.get("origin")
        self.now = now
        self.body = b""
        self.set_cookie = ""
        self.proxied = bool(trusted_proxies) and _host(scope.client) in trusted_proxies

    @property
    def peer(self) -> str:
        """The address that the request came from; what a trusted proxy says of it is believed."""
        if self.proxied:
            forwarded = self.headers.get("x-forwarded-for")
            if forwarded:
                return forwarded.rpartition(",")[2].strip()
        return _host(self.scope.client)

    @property
    def scheme(self) -> str:
        """``http`` or ``https``, as the client sees it."""
        if self.proxied:
            return self.headers.get("x-forwarded-proto") or self.scope.scheme
        return self.scope.scheme

    @property
    def host(self) -> str:
        """The host and port that the client called."""
        return self.headers.get("host") or getattr(self.scope, "authority", None) or self.scope.server

    @property
    def user_agent(self) -> str:
        """What the client calls itself."""
        return self.headers.get("user-agent") or ""

    @property
    def cookies(self) -> str:
        """The cookies that came along, as one header."""
        return "; ".join(self.headers.get_all("cookie"))

    @property
    def is_server_library(self) -> bool:
        """Whether the client is a library that runs on servers."""
        return self.user_agent.lower().startswith(SERVER_LIBRARIES)

    def query(self, name: str) -> str:
        """The first value of a query parameter, or nothing."""
        for pair in self.query_string.split("&"):
            key, _, value = pair.partition("=")
            if key == name:
                return unquote_plus(value)
        return ""


def _host(client: str) -> str:
    """The address of a peer without its port."""
    host = client.rpartition(":")[0] if client.count(":") == 1 or client.startswith("[") else client
    return host.strip("[]")
