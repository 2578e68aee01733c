"""Who was erased stays out: after a replay, after a restore, in every process."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triptych.consent import ErasureListUnreadable, Suppression, privacy
from triptych.vocabulary import Identifier, IdentifierType

ALICE = Identifier(IdentifierType.EMAIL, "alice@example.com")
HER_PHONE = Identifier(IdentifierType.PHONE, "+33612345678")
BOB = Identifier(IdentifierType.EMAIL, "bob@example.com")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pepper.key").write_bytes(bytes(range(32)))
    return tmp_path


def test_it_knows_nobody_at_first(folder: Path) -> None:
    suppression = Suppression.open(folder)

    assert len(suppression) == 0
    assert not suppression.is_erased(ALICE.type, ALICE.value)


def test_it_keeps_every_identifier_of_an_erased_person_and_no_one_else_out(folder: Path) -> None:
    suppression = Suppression.open(folder)
    digests = suppression.add("er_1", [ALICE, HER_PHONE], at=7)

    assert suppression.is_erased(ALICE.type, ALICE.value)
    assert suppression.is_erased(HER_PHONE.type, HER_PHONE.value)
    assert not suppression.is_erased(BOB.type, BOB.value)
    assert all(suppression.holds(digest) for digest in digests)


def test_it_tells_a_value_of_one_type_from_the_same_value_of_another(folder: Path) -> None:
    suppression = Suppression.open(folder)
    suppression.add("er_1", [Identifier(IdentifierType.USER_ID, "42")], at=7)

    assert not suppression.is_erased(IdentifierType.LOYALTY_CARD, "42")


def test_it_remembers_after_a_restart(folder: Path) -> None:
    first = Suppression.open(folder)
    first.add("er_1", [ALICE], at=7)
    first.close()

    assert Suppression.open(folder).is_erased(ALICE.type, ALICE.value)


def test_it_sees_within_a_second_what_another_process_added(folder: Path) -> None:
    now = [0.0]
    edge = Suppression.open(folder, monotonic=lambda: now[0])
    assert not edge.is_erased(ALICE.type, ALICE.value)

    Suppression.open(folder).add("er_1", [ALICE], at=7)
    now[0] += 0.9

    assert edge.is_erased(ALICE.type, ALICE.value)


def test_it_adds_nothing_twice_when_a_request_is_tried_again(folder: Path) -> None:
    suppression = Suppression.open(folder)
    once = suppression.add("er_1", [ALICE, HER_PHONE], at=7)

    assert suppression.add("er_1", [ALICE, HER_PHONE], at=9) == once
    assert suppression.requests() == {"er_1": once}


def test_it_holds_no_byte_of_the_values_it_keeps_out(folder: Path) -> None:
    suppression = Suppression.open(folder)
    suppression.add("er_1", [ALICE, HER_PHONE], at=7)
    suppression.close()

    for file in folder.iterdir():
        content = file.read_bytes()
        assert ALICE.value.encode() not in content
        assert HER_PHONE.value.encode() not in content


def test_it_refuses_to_lose_a_digest(folder: Path) -> None:
    suppression = Suppression.open(folder)
    suppression.add("er_1", [ALICE], at=7)
    connection = sqlite3.connect(folder / "erased.sqlite")

    for statement in ("DELETE FROM consent_erased", "UPDATE consent_erased SET digest = ''"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            connection.execute(statement)
    connection.close()


def _lose(folder: Path) -> None:
    (folder / "pepper.key").unlink()


def _exchange(folder: Path) -> None:
    (folder / "pepper.key").write_bytes(bytes(32))


def _shorten(folder: Path) -> None:
    (folder / "pepper.key").write_bytes(b"short")


@pytest.mark.parametrize("harm", [_lose, _exchange, _shorten])
def test_it_does_not_start_on_a_list_whose_key_is_lost_or_another(folder: Path, harm: Callable[[Path], None]) -> None:
    Suppression.open(folder).add("er_1", [ALICE], at=7)
    harm(folder)

    with pytest.raises(ErasureListUnreadable):
        Suppression.open(folder)


def test_it_does_not_start_on_a_damaged_list(folder: Path) -> None:
    (folder / "erased.sqlite").write_bytes(b"this is no database, and long enough to be seen as none" * 40)

    with pytest.raises(ErasureListUnreadable):
        Suppression.open(folder)


def test_it_answers_the_rights_of_a_person(folder: Path) -> None:
    suppression = Suppression.open(folder)

    assert privacy.export(suppression, [ALICE]) == {"email": False}
    assert privacy.erase(suppression, request_id="er_1", identifiers=[ALICE, HER_PHONE], at=7) == {"digests": 2}
    assert privacy.export(suppression, [ALICE]) == {"email": True}


values = st.tuples(st.sampled_from(IdentifierType), st.text(max_size=12))


@settings(max_examples=30, deadline=None)
@given(erased=st.sets(values, max_size=8), others=st.sets(values, max_size=8))
def test_it_answers_like_a_plain_set(
    tmp_path_factory: pytest.TempPathFactory,
    erased: set[tuple[IdentifierType, str]],
    others: set[tuple[IdentifierType, str]],
) -> None:
    folder = tmp_path_factory.mktemp("erasure")
    (folder / "pepper.key").write_bytes(bytes(32))
    suppression = Suppression.open(folder)
    suppression.add("er_1", [Identifier(kind, value) for kind, value in erased], at=1)

    for kind, value in erased | others:
        assert suppression.is_erased(kind, value) is ((kind, value) in erased)
    suppression.close()
