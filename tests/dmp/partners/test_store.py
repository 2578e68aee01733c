"""What is kept of a file: numbers and reasons, until its contract ends."""

from __future__ import annotations

from pathlib import Path

from triptych.dmp.partners import Code, Contract, File, LineFault, is_over, privacy, sensitive_word, store
from triptych.dmp.partners.read import files, refused
from triptych.dmp.partners.reading import Refused


def kept(home: Path, id: str, contract: str = "loire", at: int = 1) -> File:
    file = File(id, contract, at, rows=3, accepted=1, refused={"over": 2}, codes={"renews-60": 1})
    with store.opened(home / "dmp") as connection:
        store.put(connection, File(id, contract, at))
        store.put(connection, file, [Refused(2, LineFault.OVER), Refused(3, LineFault.OVER)])
    return file


def test_nothing_is_known_before_the_first_file(tmp_path: Path) -> None:
    assert files(tmp_path, "loire") == ()
    assert refused(tmp_path, "f_1") == ()
    assert privacy.erase(tmp_path, contract="loire") == {"files": 0}
    assert not (tmp_path / "dmp").exists()


def test_it_tells_what_became_of_the_files_newest_first(tmp_path: Path) -> None:
    first, second = kept(tmp_path, "f_1"), kept(tmp_path, "f_2", at=2)
    other = kept(tmp_path, "f_3", contract="datalis")
    assert files(tmp_path, "loire") == (second, first)
    assert files(tmp_path) == (second, other, first)
    assert refused(tmp_path, "f_1", after=2) == ((3, "over"),)


def test_the_store_is_for_this_user_alone(tmp_path: Path) -> None:
    kept(tmp_path, "f_1")
    assert (tmp_path / "dmp").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "dmp" / store.NAME).stat().st_mode & 0o777 == 0o600


def test_with_its_contract_a_file_goes_down_to_the_bytes(tmp_path: Path) -> None:
    kept(tmp_path, "f_gone")
    stays = kept(tmp_path, "f_stays", contract="datalis")
    assert [each["rows"] for each in privacy.export(tmp_path, contract="loire")] == [3]
    assert privacy.erase(tmp_path, contract="loire") == {"files": 1}
    assert files(tmp_path) == (stays,)
    assert all(b"f_gone" not in file.read_bytes() for file in (tmp_path / "dmp").iterdir())


def test_a_contract_is_over_at_its_end_or_before_it() -> None:
    contract = Contract("loire", "Loire", 2, ends_at=10, codes=(Code("x"),))
    assert [is_over(contract, now) for now in (9, 10, 11)] == [False, True, True]
    assert is_over(Contract("loire", "Loire", 2, ends_at=10, ended_at=3), 4)


def test_names_that_speak_of_what_is_protected_are_found_and_others_are_not() -> None:
    sensitive = ["Diabète, type 2", "Enceintes", "Catholics", "trade union members", "VIH", "HALAL", "political views"]
    assert all(map(sensitive_word, sensitive)), sensitive
    harmless = ["Coffee lovers", "Renews within 60 days", "Athletes", "Near a shop", "Épiciers", "Travellers to Rome"]
    assert not any(map(sensitive_word, harmless)), harmless
