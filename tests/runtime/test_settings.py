"""The table of settings: typed, frozen, loud."""

from __future__ import annotations

from pathlib import Path

import pytest

from triptych.runtime.errors import BadSetting
from triptych.runtime.settings import Address, load_settings, parse_address


def test_it_has_a_default_for_every_setting() -> None:
    settings = load_settings({})
    assert settings.home == Path("var").absolute()
    assert settings.web == Address("127.0.0.1", 8000, chosen=False)
    assert settings.edge == Address("127.0.0.1", 8001, chosen=False)
    assert settings.warehouse_compression == "auto"


def test_it_tells_an_address_that_somebody_chose() -> None:
    assert load_settings({"TRIPTYCH_WEB": "127.0.0.1:8000"}).web.chosen


def test_it_refuses_a_variable_it_does_not_know() -> None:
    with pytest.raises(BadSetting, match="TRIPTYCH_HOEM is not a setting"):
        load_settings({"TRIPTYCH_HOEM": "/srv"})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TRIPTYCH_HOME", " "),
        ("TRIPTYCH_WEB", "8765"),
        ("TRIPTYCH_EDGE", "127.0.0.1:99999"),
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("TRIPTYCH_WAREHOUSE_COMPRESSION", "zip"),
        ("TRIPTYCH_WEB_URL", "alice.example.org"),
        ("TRIPTYCH_LOG_LEVEL", "loud"),
        ("TRIPTYCH_EDGE_BODY", "0"),
        ("TRIPTYCH_EDGE_BODY", "17"),
        ("TRIPTYCH_EDGE_BODY", "5MB"),
    ],
)
def test_it_names_the_variable_that_is_wrong_and_never_its_value(variable: str, value: str) -> None:
    with pytest.raises(BadSetting, match=variable) as caught:
        load_settings({variable: value})
    assert not value.strip() or value not in caught.value.message


def test_it_reads_addresses_of_both_families() -> None:
    assert str(parse_address("[::1]:80")) == "[::1]:80"
    assert parse_address("[::1]:80").loopback
    assert parse_address("127.9.9.9:80").loopback
    assert not parse_address("0.0.0.0:80").loopback
    assert not parse_address("triptych.example.org:80").loopback
