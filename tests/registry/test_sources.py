import hashlib
from typing import Any

import pytest

from tests.registry.conftest import StandingClock
from triptych.collect import published
from triptych.registry import read
from triptych.registry.services import Desk, Problem, RegistryError, add_source, change_source, rotate_key, setup
from triptych.vocabulary import MICROSECONDS, Basis, Party

pytestmark = pytest.mark.django_db


def test_it_answers_both_keys_once_and_publishes_the_digest_alone(desk: Desk) -> None:
    made = add_source(desk, id="shop", party=Party.FIRST)

    document = (desk.home / "published" / "definitions.json").read_text()
    source = published.load(desk.home / "published" / "definitions.json").sources[0]
    assert source.write_key == made.write_key
    assert source.secret_digest == hashlib.sha256(made.secret_key.encode()).hexdigest()
    assert made.secret_key not in document
    assert (source.id, source.name, source.party, source.basis, source.consent) == (
        "shop",
        "shop",
        Party.FIRST,
        "contract",
        "signalled",
    )
    assert made.source == read.source("shop")


def test_its_keys_tell_public_from_secret_and_cannot_be_guessed(desk: Desk) -> None:
    alice, bob = add_source(desk, id="alice", party=Party.FIRST), add_source(desk, id="bob", party=Party.FIRST)

    assert alice.write_key.startswith("wk_")
    assert alice.secret_key.startswith("sk_")
    assert len(alice.secret_key) >= 46
    assert len({alice.write_key, alice.secret_key, bob.write_key, bob.secret_key}) == 4


@pytest.mark.parametrize("wrong", ["", "Shop", "-shop", "shop-", "a/b", "..", "a" * 41, "shop\n", "é"])
def test_it_refuses_an_id_that_could_not_stand_in_an_address(desk: Desk, wrong: str) -> None:
    with pytest.raises(RegistryError) as refused:
        add_source(desk, id=wrong, party=Party.FIRST)
    assert (refused.value.problem, refused.value.field) == (Problem.INVALID, "id")


def test_it_refuses_a_second_source_of_the_same_id(desk: Desk) -> None:
    first = add_source(desk, id="shop", party=Party.FIRST)
    with pytest.raises(RegistryError) as refused:
        add_source(desk, id="shop", party=Party.THIRD)
    assert refused.value.problem is Problem.EXISTS
    assert read.source("shop") == first.source


def test_no_source_is_zero_party(desk: Desk) -> None:
    with pytest.raises(RegistryError) as refused:
        add_source(desk, id="form", party=Party.ZERO)
    assert refused.value.field == "party"


def test_it_changes_what_is_given_and_leaves_the_rest(desk: Desk) -> None:
    add_source(desk, id="shop", party=Party.FIRST, allowed_events=["Order Completed"])
    changed = change_source(desk, "shop", consent="gated", basis=Basis.CONSENT, name="The shop", enabled=False)
    assert (changed.consent, changed.basis, changed.name, changed.enabled) == ("gated", "consent", "The shop", False)
    assert changed.allowed_events == ("Order Completed",)


def test_a_change_of_nothing_publishes_nothing(desk: Desk) -> None:
    add_source(desk, id="shop", party=Party.FIRST)
    before = read.versions(), read.audit()
    change_source(desk, "shop", name="shop")
    assert (read.versions(), read.audit()) == before


@pytest.mark.parametrize(
    "wrong", [{"consent": "perhaps"}, {"clock": "sundial"}, {"max_event_bytes": 1}, {"allowed_events": [""]}]
)
def test_it_names_the_field_that_is_wrong(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(RegistryError) as refused:
        add_source(desk, id="shop", party=Party.FIRST, **wrong)
    assert refused.value.field == next(iter(wrong))
    assert read.sources() == ()


def test_a_rotated_secret_is_taken_beside_the_new_one_until_its_end(desk: Desk, clock: StandingClock) -> None:
    old = add_source(desk, id="shop", party=Party.FIRST)
    new = rotate_key(desk, "shop", overlap_seconds=3600)

    source = published.load(desk.home / "published" / "definitions.json").sources[0]
    assert source.secret_digest == hashlib.sha256(new.key.encode()).hexdigest()
    [retiring] = source.retiring
    assert retiring.key == hashlib.sha256(old.secret_key.encode()).hexdigest()
    assert (retiring.kind, retiring.until) == ("secret", clock.now + 3600 * MICROSECONDS)
    assert new.old_until == retiring.until
    assert source.write_key == old.write_key


def test_a_key_past_its_end_is_forgotten_at_the_next_rotation(desk: Desk, clock: StandingClock) -> None:
    add_source(desk, id="shop", party=Party.FIRST)
    rotate_key(desk, "shop", kind="write", overlap_seconds=60)
    clock.pass_seconds(61)
    rotate_key(desk, "shop", kind="write", overlap_seconds=0)
    assert published.load(desk.home / "published" / "definitions.json").sources[0].retiring == ()


def test_our_own_source_is_not_changed_by_hand(desk: Desk) -> None:
    setup(desk)
    with pytest.raises(RegistryError) as refused:
        rotate_key(desk, "internal")
    assert refused.value.problem is Problem.IN_USE
    with pytest.raises(RegistryError) as unknown:
        rotate_key(desk, "nobody")
    assert unknown.value.problem is Problem.NOT_FOUND
