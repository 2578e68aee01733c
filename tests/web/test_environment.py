from pathlib import Path

import pytest

from triptych.web.environment import EnvironmentInvalid, read


def test_it_has_a_default_for_everything() -> None:
    environment = read({})
    assert environment.home == Path("var").absolute()
    assert (environment.web_url, environment.edge_url) == ("http://127.0.0.1:8000", "http://127.0.0.1:8001")
    assert environment.database.name == str(Path("var").absolute() / "records.sqlite")
    assert not environment.https
    assert set(environment.hosts) == {"127.0.0.1", "localhost", "[::1]"}


def test_people_may_come_by_another_name_over_tls() -> None:
    environment = read({"TRIPTYCH_WEB": "0.0.0.0:8000", "TRIPTYCH_WEB_URL": "https://triptych.example.org/"})
    assert environment.https
    assert environment.web_url == "https://triptych.example.org"
    assert "triptych.example.org" in environment.hosts
    assert not any(name.startswith("0.") for name in environment.hosts)


def test_it_reads_postgresql_by_host_and_by_socket() -> None:
    by_host = read(
        {"DATABASE_URL": "postgresql://al%40ice:s%2Fecret@db.example.org:5433/records?sslmode=require"}
    ).database
    assert (by_host.user, by_host.password, by_host.host, by_host.port) == (
        "al@ice",
        "s/ecret",
        "db.example.org",
        "5433",
    )
    assert (by_host.name, by_host.options) == ("records", {"sslmode": "require"})
    by_socket = read({"DATABASE_URL": "postgresql://postgres@/records?host=/run/postgresql"}).database
    assert (by_socket.host, by_socket.port, by_socket.options) == ("/run/postgresql", "", {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRIPTYCH_WEB", "8000"),
        ("TRIPTYCH_WEB", "127.0.0.1:99999"),
        ("TRIPTYCH_EDGE", ":8001"),
        ("TRIPTYCH_WEB_URL", "triptych.example.org"),
        ("TRIPTYCH_WEB_URL", "https://triptych.example.org/path"),
        ("TRIPTYCH_EDGE_URL", "javascript:alert(1)"),
        ("DATABASE_URL", "mysql://localhost/records"),
    ],
)
def test_it_is_loud_about_a_value_that_cannot_be_meant(name: str, value: str) -> None:
    with pytest.raises(EnvironmentInvalid, match=name):
        read({name: value})


def test_it_never_repeats_a_password() -> None:
    with pytest.raises(EnvironmentInvalid) as loud:
        read({"DATABASE_URL": "oracle://alice:secret@localhost/records"})
    assert "secret" not in str(loud.value)
