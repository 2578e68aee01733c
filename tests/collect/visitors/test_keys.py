"""The ring: one key for all who ask, none after its time, nothing that others could read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from triptych.collect.visitors import KeyRing, handle_of, pseudonym
from triptych.collect.visitors.keys import DAYS_KEPT, observation_id

TODAY = date(2026, 11, 24)


def test_everybody_gets_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        rings = list(pool.map(lambda _: KeyRing.of_home(tmp_path), range(16)))
        days = set(pool.map(lambda ring: ring.day(TODAY), rings))
        contracts = set(pool.map(lambda ring: ring.make_contract("loire"), rings))
    assert len({ring.visitor for ring in rings}) == len(days) == len(contracts) == 1
    keys = {rings[0].visitor, rings[0].handle, *days, *contracts}
    assert len(keys) == 4, "each is another"
    folder = tmp_path / "dmp" / "keys"
    assert {path.name for path in folder.iterdir()} == {
        "visitor.key",
        "handle.key",
        "day-20261124.key",
        "contract-loire.key",
    }
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_day_s_key_goes_after_eight_days_and_never_comes_back(tmp_path: Path) -> None:
    ring = KeyRing.of_home(tmp_path)
    first = ring.day(TODAY)
    last_day = TODAY + timedelta(days=DAYS_KEPT - 1)
    assert ring.sweep(last_day) == 0
    assert ring.day(TODAY) == first
    assert ring.sweep(last_day + timedelta(days=1)) == 1
    assert ring.day(TODAY) != first
    assert observation_id(first, "shop", "m") != observation_id(ring.day(TODAY), "shop", "m")


def test_a_contract_s_key_goes_with_the_contract(tmp_path: Path) -> None:
    ring, other = KeyRing.of_home(tmp_path), KeyRing.of_home(tmp_path)
    assert ring.contract("loire") is None
    key = ring.make_contract("loire")
    assert other.contract("loire") == key
    assert other.destroy_contract("loire")
    assert ring.contract("loire") is None, "whoever held it asks the disk"
    assert not ring.destroy_contract("loire")
    assert ring.make_contract("loire") != key


@pytest.mark.parametrize("name", ["", "../keys/hash", "a/b", "Loire", "x" * 65, "a\0b", "lo ire"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    ring = KeyRing.of_home(tmp_path)
    for ask in (ring.contract, ring.make_contract, ring.destroy_contract):
        with pytest.raises(ValueError, match="no contract's id"):
            ask(name)


def test_what_one_partner_sees_tells_another_nothing() -> None:
    visitor = "v_" + "0" * 32
    seen = {pseudonym(b"a" * 32, visitor), pseudonym(b"b" * 32, visitor)}
    assert len(seen) == 2
    assert not any(each.startswith(handle_of(b"h" * 32, visitor)) for each in seen)
