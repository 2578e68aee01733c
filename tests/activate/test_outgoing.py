from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from triptych.activate.errors import OutgoingError, OutgoingProblem
from triptych.activate.outgoing import MAX_ANSWER, Answer, Outgoing, check_url, resolve

CORPUS = [
    line
    for line in (Path(__file__).parent / "refused_urls.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("# ")
]
NAMES = {
    "loop.example.test": ["127.0.0.1"],
    "meta.example.test": ["169.254.169.254"],
    "lan.example.test": ["192.168.1.20"],
    "mixed.example.test": ["1.1.1.1", "10.0.0.1"],
    "six.example.test": ["fd00::1"],
    "mapped.example.test": ["::ffff:127.0.0.1"],
    "nat64.example.test": ["64:ff9b::a9fe:a9fe"],
    "empty.example.test": [],
    "public.example.test": ["1.1.1.1"],
}


async def name_server(host: str, port: int) -> Sequence[str]:
    """Figures as the machine reads them, names as the table says, and everything else on the internet."""
    del port
    try:
        found = socket.getaddrinfo(host.rstrip("."), None, flags=socket.AI_NUMERICHOST, type=socket.SOCK_STREAM)
        return [str(found[0][4][0])]
    except socket.gaierror:
        pass
    if host.endswith("nowhere.example.test"):
        raise OSError("no such name")
    return NAMES.get(host, ["1.1.1.1"])


class Body(httpx.AsyncByteStream):
    """A body that is read piece by piece."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), 4096):
            yield self._body[start : start + 4096]


class Recorder(httpx.AsyncBaseTransport):
    """Takes requests instead of the network."""

    def __init__(self, status: int = 200, *, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.requests: list[httpx.Request] = []
        self._answer = (status, headers or {}, body)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        status, headers, body = self._answer
        return httpx.Response(status, headers=headers, stream=Body(body))


def post(outgoing: Outgoing, url: str) -> Answer:
    return asyncio.run(outgoing.post(url, body=b"{}", headers={}))


def test_it_has_a_corpus_of_at_least_three_hundred() -> None:
    assert len(set(CORPUS)) >= 300


def test_it_sends_nothing_to_a_private_place_or_a_trick() -> None:
    recorder = Recorder()

    async def try_all() -> list[str]:
        outgoing, taken = Outgoing(resolver=name_server, transport=recorder), []
        for url in CORPUS:
            try:
                await outgoing.post(url, body=b"{}", headers={})
            except OutgoingError:
                continue
            taken.append(url)
        return taken

    assert asyncio.run(try_all()) == []
    assert recorder.requests == []


@contextmanager
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A server on loopback that counts who knocks."""
    knocks: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                knocks.append(connection.recv(64))
                connection.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], knocks
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_it_knocks_at_no_loopback_door() -> None:
    hosts = "127.0.0.1 127.1 2130706433 0x7f.1 localhost localhost. [::1] [::ffff:127.0.0.1] 0".split()
    with canary() as (port, knocks):
        for host in hosts:
            for scheme in ("http", "https"):
                with pytest.raises(OutgoingError):
                    post(Outgoing(timeout=2), f"{scheme}://{host}:{port}/")
    assert knocks == []


def test_it_goes_to_the_address_it_judged_under_the_name_it_was_given() -> None:
    recorder = Recorder()
    post(Outgoing(resolver=name_server, transport=recorder), "https://Public.example.test:8443/hook?a=1")
    (request,) = recorder.requests
    assert request.url == "https://1.1.1.1:8443/hook?a=1"
    assert request.headers["host"] == "public.example.test:8443"
    assert request.extensions["sni_hostname"] == "public.example.test"


def test_it_asks_the_name_server_once_a_request_and_judges_each_answer() -> None:
    answers = [["1.1.1.1"], ["127.0.0.1"]]

    async def rebinding(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    async def twice() -> None:
        recorder = Recorder()
        outgoing = Outgoing(resolver=rebinding, transport=recorder)
        await outgoing.post("https://rebind.example.test/", body=b"", headers={})
        assert [request.url.host for request in recorder.requests] == ["1.1.1.1"]
        with pytest.raises(OutgoingError) as caught:
            await outgoing.post("https://rebind.example.test/", body=b"", headers={})
        assert caught.value.problem is OutgoingProblem.ADDRESS_REFUSED
        assert len(recorder.requests) == 1

    asyncio.run(twice())
    assert answers == []


def test_it_follows_no_redirect() -> None:
    recorder = Recorder(302, headers={"location": "http://169.254.169.254/"})
    answer = post(Outgoing(resolver=name_server, transport=recorder), "https://public.example.test/")
    assert answer.status == 302
    assert len(recorder.requests) == 1


def test_it_cuts_a_long_answer() -> None:
    recorder = Recorder(body=b"x" * (MAX_ANSWER * 3))
    answer = post(Outgoing(resolver=name_server, transport=recorder), "https://public.example.test/")
    assert len(answer.body) == MAX_ANSWER


def test_it_uses_no_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with canary() as (port, knocks):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        with pytest.raises(OutgoingError):
            post(Outgoing(("127.0.0.1:1",), timeout=2), "http://127.0.0.1:1/")
    assert knocks == []


def test_it_goes_to_a_private_place_that_the_operator_allowed_and_to_no_other_port_of_it() -> None:
    check_url("http://127.0.0.1:9000/hook", ["127.0.0.1:9000"])
    check_url("http://[::1]:9000/hook", ["[::1]:9000"])
    check_url("https://hooks.internal/hook", ["HOOKS.internal:443"])
    for url in ("http://127.0.0.1:9001/", "http://localhost:9000/", "http://127.0.0.1/", "https://127.0.0.1:9443/"):
        with pytest.raises(OutgoingError):
            check_url(url, ["127.0.0.1:9000"])


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[::ffff:169.254.169.254]", "[fe80::1]", "[fd00:ec2::254]", "0xa9fea9fe", "100.100.100.200"],
)
def test_it_never_goes_where_clouds_keep_credentials_whatever_the_operator_allowed(host: str) -> None:
    with pytest.raises(OutgoingError):
        check_url(f"http://{host}/latest/", [f"{host}:80"])


def test_a_name_that_was_allowed_does_not_lead_there_either() -> None:
    recorder = Recorder()
    outgoing = Outgoing(["meta.example.test:80"], resolver=name_server, transport=recorder)
    with pytest.raises(OutgoingError, match="leads to 169"):
        asyncio.run(outgoing.post("http://meta.example.test/", body=b"", headers={}))
    assert recorder.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com/hook",
        "https://example.com:8443/x?y=z",
        "https://bücher.example/",
        "https://1.1.1.1/",
    ],
)
def test_it_takes_an_ordinary_address(url: str) -> None:
    check_url(url)


def test_it_says_what_is_wrong_in_words() -> None:
    with pytest.raises(OutgoingError) as caught:
        check_url("https://10.0.0.1/")
    assert caught.value.message == "10.0.0.1 leads to 10.0.0.1, which is not on the internet"
    assert caught.value.lasting


def test_it_resolves_by_the_machine_where_nothing_else_is_said() -> None:
    assert list(asyncio.run(resolve("127.0.0.1", 80))) == ["127.0.0.1"]
