import json

import pytest

from triptych.cdp.identity.guards import Blocked, Decided, Limit, read_guards
from triptych.registry import read
from triptych.registry.services import Desk, RegistryError, block_value, set_identity_rule, unblock_value
from triptych.vocabulary import IdentifierType

pytestmark = pytest.mark.django_db


def test_what_it_publishes_is_what_identity_reads(desk: Desk) -> None:
    block_value(desk, pattern="unknown@example.com", type=IdentifierType.EMAIL)
    block_value(desk, pattern="test-.*", regular=True)
    set_identity_rule(desk, type=IdentifierType.EMAIL, most=3, window_days=30)

    content = (desk.home / "published" / "definitions.json").read_bytes()
    assert read_guards(content).decided == Decided(
        limits=(Limit("email", 3, 30),),
        blocked=(Blocked("unknown@example.com", "email"), Blocked("test-.*", "", regular=True)),
    )


def test_a_blocked_value_is_lifted_by_its_number(desk: Desk) -> None:
    number = block_value(desk, pattern="0000")
    with pytest.raises(RegistryError):
        block_value(desk, pattern="0000")
    unblock_value(desk, number)
    assert read.guards().blocked == ()
    with pytest.raises(RegistryError):
        unblock_value(desk, number)


def test_the_audit_log_tells_that_a_value_was_blocked_but_not_which(desk: Desk) -> None:
    block_value(desk, pattern="alice@example.org", type=IdentifierType.EMAIL)
    assert "alice" not in json.dumps([entry.after for entry in read.audit()])


@pytest.mark.parametrize("pattern", ["(", "(?=test)x", r"(a)\1", "x" * 201, ""])
def test_a_pattern_is_one_that_is_matched_in_linear_time(desk: Desk, pattern: str) -> None:
    with pytest.raises(RegistryError):
        block_value(desk, pattern=pattern, regular=True)


@pytest.mark.parametrize(("most", "window_days"), [(0, None), (1_001, None), (5, 0)])
def test_a_limit_has_bounds(desk: Desk, most: int, window_days: int | None) -> None:
    with pytest.raises(RegistryError):
        set_identity_rule(desk, type=IdentifierType.EMAIL, most=most, window_days=window_days)


def test_a_profile_id_identifies_nobody_so_it_has_no_guard(desk: Desk) -> None:
    with pytest.raises(RegistryError):
        set_identity_rule(desk, type=IdentifierType.PROFILE_ID, most=1)
    with pytest.raises(RegistryError):
        block_value(desk, pattern="(", regular=True)
