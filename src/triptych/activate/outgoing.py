"""The one client by which anything leaves the house.

1. The URL is judged as text: https (http only to a pair that the operator allowed), no user, no fragment, a fit port.
2. The name is resolved once, and every address it resolves to is judged. One bad address refuses the request. Where
   clouds hand out credentials nothing is ever sent, whatever the operator allowed.
3. The request goes to that very address, with the name as host and in TLS, so that a second answer of the name server
   changes nothing.
4. No redirect is followed, no proxy of the environment is used, the answer is cut at a size, the whole at a time.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import httpx
import idna

from triptych.activate.addresses import Address, is_metadata, is_public
from triptych.activate.errors import OutgoingError, OutgoingProblem

MAX_ANSWER = 65_536
MAX_URL = 2048

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Answers the addresses of a host, as text."""

# Ports of services that are not HTTP and would misread a request (WHATWG Fetch, "bad port"; data stores).
_BAD_PORTS = frozenset(
    (1719, 1720, 1723, 2049, 2375, 2376, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, *range(6665, 6670))
) | {6679, 6697, 9200, 9300, 10080, 11211, 27017}
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?[.]?")
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "localdomain")


class Target(NamedTuple):
    """Where a URL leads: the host as it is named and the port; ``allowed`` where the operator lets it be private."""

    url: str
    scheme: str
    host: str
    port: int
    path: str
    allowed: bool

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"


class Answer(NamedTuple):
    """What came back: the status, the headers (names in lower case), the beginning of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_url(url: str, allow_private: Sequence[str] = ()) -> None:
    """Refuse a URL that no request may ever go to. Raises ``OutgoingError``. A name is judged when it resolves."""
    target = target_of(url, allow_private)
    numeric = _numeric(target.host)
    if numeric is not None:
        _judge(target, [numeric])


def target_of(url: str, allow_private: Sequence[str] = ()) -> Target:
    """A URL taken apart and judged as text. Raises ``OutgoingError``."""
    if len(url) > MAX_URL or any(ord(each) <= 32 or ord(each) == 127 or each == "\\" for each in url):
        raise _bad("a URL has at most 2048 characters, no spaces and no backslashes")
    parts = _split(url)
    if parts.scheme not in {"http", "https"}:
        raise _bad("a URL begins with https://")
    if "@" in parts.netloc or parts.fragment or "#" in url:
        raise _bad("a URL has no user, no password and no fragment")
    host = _host(parts)
    port = {"https": 443, "http": 80}[parts.scheme] if parts.port is None else parts.port
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    allowed = _pair(host, port) in {_normal_pair(pair) for pair in allow_private}
    if not allowed:
        if parts.scheme != "https":
            raise OutgoingError(OutgoingProblem.INSECURE, "a destination on the internet is reached by https only")
        if port != 443 and (port < 1024 or port in _BAD_PORTS):
            raise OutgoingError(OutgoingProblem.PORT_REFUSED, f"port {port} is not one of a web service")
        if host.rstrip(".").rpartition(".")[2] in _LOCAL_NAMES:
            raise OutgoingError(OutgoingProblem.ADDRESS_REFUSED, f"{host} is a name of a private network")
    return Target(url=url, scheme=parts.scheme, host=host, port=port, path=path, allowed=allowed)


class Outgoing:
    """The client of one destination. ``allow_private`` lists the ``HOST:PORT`` pairs that may be private."""

    def __init__(
        self,
        allow_private: Sequence[str] = (),
        *,
        resolver: Resolver | None = None,
        timeout: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._allow_private = tuple(allow_private)
        self._resolve = resolver or resolve
        self._timeout = timeout
        if transport is None:
            transport = httpx.AsyncHTTPTransport(verify=ssl.create_default_context(), trust_env=False, retries=0)
        self._client = httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False, timeout=timeout)

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a body. Raises ``OutgoingError`` where no answer came, or none was asked for."""
        target = target_of(url, self._allow_private)
        try:
            async with asyncio.timeout(self._timeout):
                addresses = await self._addresses(target)
                return await self._send(target, addresses, body, headers)
        except TimeoutError:
            raise OutgoingError(OutgoingProblem.TIMEOUT, f"no answer within {self._timeout} s") from None

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def _addresses(self, target: Target) -> list[Address]:
        try:
            found = [ip_address(each) for each in await self._resolve(target.host, target.port)]
        except (OSError, ValueError, UnicodeError) as error:
            raise OutgoingError(OutgoingProblem.UNRESOLVED, f"{target.host} does not resolve: {error}") from None
        if not found:
            raise OutgoingError(OutgoingProblem.UNRESOLVED, f"{target.host} does not resolve")
        _judge(target, found)
        return found

    async def _send(
        self, target: Target, addresses: Sequence[Address], body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        for place, address in enumerate(addresses[:2], start=1):
            try:
                return await self._send_to(target, address, body, headers)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if place == min(2, len(addresses)):
                    raise OutgoingError(OutgoingProblem.UNREACHABLE, f"{target.host}: {error}") from None
            except httpx.TimeoutException:
                raise OutgoingError(OutgoingProblem.TIMEOUT, f"{target.host} is too slow") from None
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise OutgoingError(OutgoingProblem.CUT, f"{target.host}: {type(error).__name__}") from None
        raise AssertionError(addresses)

    async def _send_to(self, target: Target, address: Address, body: bytes, headers: Mapping[str, str]) -> Answer:
        literal = str(address) if isinstance(address, IPv4Address) else f"[{address}]"
        request = self._client.build_request(
            "POST",
            f"{target.scheme}://{literal}:{target.port}{target.path}",
            content=body,
            headers={**headers, "host": target.authority, "accept-encoding": "identity"},
            extensions={"sni_hostname": target.host.rstrip(".")},
        )
        response = await self._client.send(request, stream=True)
        try:
            return Answer(response.status_code, dict(response.headers), await _beginning(response))
        finally:
            await response.aclose()


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, by the machine's resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(each[4][0]) for each in found]


async def _beginning(response: httpx.Response) -> bytes:
    body = b""
    async for piece in response.aiter_raw():
        body += piece
        if len(body) >= MAX_ANSWER:
            break
    return body[:MAX_ANSWER]


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _bad(str(error)) from None
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if ":" in host:
        if "%" in host:
            raise _bad("an address with a zone leads into a private network")
        with suppress(ValueError):
            return str(ip_address(host))
        raise _bad(f"{host} is no address")
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except idna.IDNAError as error:
            raise _bad(f"{host} is no name of a host: {error}") from None
    if len(host) > 253 or ".." in host or _HOST.fullmatch(host) is None:
        raise _bad(f"{host or 'nothing'} is no name of a host")
    return host.lower()


def _numeric(host: str) -> Address | None:
    """The address that a host written in figures stands for (``0x7f.1`` is 127.0.0.1), or None for a name."""
    try:
        found = socket.getaddrinfo(host.rstrip("."), None, flags=socket.AI_NUMERICHOST, type=socket.SOCK_STREAM)
        return ip_address(found[0][4][0])
    except (OSError, ValueError, UnicodeError):
        return None


def _judge(target: Target, addresses: Sequence[Address]) -> None:
    for address in addresses:
        if is_metadata(address) or not (target.allowed or is_public(address)):
            raise OutgoingError(
                OutgoingProblem.ADDRESS_REFUSED, f"{target.host} leads to {address}, which is not on the internet"
            )


def _pair(host: str, port: int) -> str:
    return f"{host.rstrip('.').lower()}:{port}"


def _normal_pair(pair: str) -> str:
    host, _, port = pair.rpartition(":")
    return f"{host.strip('[]').rstrip('.').lower()}:{port}"


def _bad(message: str) -> OutgoingError:
    return OutgoingError(OutgoingProblem.BAD_URL, message)
