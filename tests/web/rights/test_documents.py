from pathlib import Path

import pytest

from tests.web.conftest import Account
from triptych.web.accounts.models import User
from triptych.web.rights import SCOPES, TABLE, Action, Role, scope_of

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "roles.md"


def test_the_reference_has_the_table_of_rights_as_it_is() -> None:
    text = REFERENCE.read_text()
    assert f"| action | {' | '.join(Role)} |" in text
    for action in Action:
        marks = " | ".join("yes" if role in TABLE[action] else "" for role in Role)
        assert f"| `{action.value}` | {marks} |" in text, action


@pytest.mark.django_db
def test_the_reference_says_how_far_each_right_on_parties_reaches(account: Account) -> None:
    text = REFERENCE.read_text()
    crm = [role for role in Role if role in TABLE[Action.SEE_PARTIES]]
    assert f"| action | {' | '.join(crm)} |" in text
    users: dict[Role, User] = {role: account(role) for role in crm}
    for action in SCOPES:
        reach = " | ".join(scope_of(users[role], action).value for role in crm)
        assert f"| `{action.value}` | {reach} |" in text, action
