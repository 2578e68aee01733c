"""The home folder: closed to others, keys made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from triptych.runtime.errors import Refused
from triptych.runtime.home import Home, HomeKind


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.lay()
    return home


def test_it_is_closed_to_others(home: Home) -> None:
    for path in [home.path, *home.path.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_it_makes_each_key_once(home: Home) -> None:
    keys = {file: file.read_bytes() for file in home.path.rglob("*.key")}
    assert {len(content) for content in keys.values()} >= {16, 32}
    home.lay()
    assert {file: file.read_bytes() for file in home.path.rglob("*.key")} == keys


def test_it_closes_a_key_that_was_left_open(home: Home) -> None:
    (home.path / "keys" / "hash.key").chmod(0o644)
    home.lay()
    assert (home.path / "keys" / "hash.key").stat().st_mode & 0o777 == 0o600


def test_it_says_what_to_do_when_it_was_never_set_up(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="triptych setup"):
        Home(tmp_path).require_set_up()
    with pytest.raises(Refused, match="triptych setup"):
        Home(tmp_path).key("hash")


def test_it_keeps_its_kind(home: Home) -> None:
    home.mark_set_up(HomeKind.DEMO, lambda: 0)
    home.mark_set_up(HomeKind.LIVE, lambda: 0)
    assert home.kind is HomeKind.DEMO


def test_it_follows_the_pointer_to_the_state_in_force(home: Home) -> None:
    assert home.state.name == "state.sqlite"
    (home.path / "state.current").write_text("state-2.sqlite\n")
    assert home.state.name == "state-2.sqlite"
