import pytest
from django.contrib.auth.models import AnonymousUser, Group

from tests.web.conftest import Account
from triptych.crm import house_actor, services
from triptych.crm.models import Party
from triptych.web.accounts.models import User
from triptych.web.rights import TABLE, Action, Role, mask, may, may_see_personal, restrict

pytestmark = pytest.mark.django_db


def test_every_action_has_a_line_and_an_administrator_may_do_all() -> None:
    assert set(TABLE) == set(Action)
    assert all(Role.ADMIN in roles for roles in TABLE.values())


def test_whoever_may_edit_may_also_see() -> None:
    for edit, see in (
        (Action.EDIT_AUDIENCES, Action.SEE_AUDIENCES),
        (Action.EDIT_SOURCES, Action.SEE_SOURCES),
        (Action.EDIT_PLANS, Action.SEE_SOURCES),
        (Action.EDIT_DESTINATIONS, Action.SEE_DESTINATIONS),
        (Action.REPLAY_QUARANTINE, Action.SEE_QUARANTINE),
        (Action.UNMERGE, Action.EXPLAIN),
        (Action.SEE_PERSONAL, Action.SEE_PEOPLE),
        (Action.EDIT_PARTIES, Action.SEE_PARTIES),
        (Action.LOG_INTERACTIONS, Action.SEE_PARTIES),
        (Action.EXPORT_PARTIES, Action.SEE_PARTIES),
        (Action.EDIT_SEGMENTS, Action.SEE_SEGMENTS),
        (Action.EDIT_PARTNERS, Action.SEE_PARTNERS),
    ):
        assert TABLE[edit] <= TABLE[see], edit


def test_only_an_administrator_is_on_both_sides_of_the_wall() -> None:
    strangers = TABLE[Action.SEE_VISITORS] | TABLE[Action.SEE_SEGMENTS] | TABLE[Action.SEE_PARTNERS]
    assert TABLE[Action.SEE_PARTIES] & strangers == {Role.ADMIN}


def test_nobody_a_stranger_and_an_account_without_a_role_may_do_nothing(account: Account) -> None:
    bob = account("viewer")
    bob.groups.clear()
    off = account("admin")
    off.is_active = False
    for user in (AnonymousUser(), User.objects.get(pk=bob.pk), off):
        assert not any(may(user, action) for action in Action)


def test_rights_of_several_roles_add_up(account: Account) -> None:
    bob = account("viewer")
    bob.groups.add(Group.objects.get(name="engineer"))
    both = User.objects.get(pk=bob.pk)
    assert may(both, Action.EDIT_SOURCES)
    assert may(both, Action.SEE_PEOPLE)


def test_a_group_that_is_no_role_gives_nothing(account: Account) -> None:
    bob = account("viewer")
    bob.groups.set([Group.objects.create(name="board")])
    assert User.objects.get(pk=bob.pk).roles == frozenset()


def test_personal_values_are_for_those_who_serve_people(account: Account) -> None:
    assert {role for role in Role if may_see_personal(account(role))} == {
        Role.ADMIN,
        Role.SALES,
        Role.SUPPORT,
        Role.PRIVACY,
    }


def test_a_list_is_restricted_to_nothing_where_nothing_may_be_seen(account: Account) -> None:
    people = User.objects.all()
    assert restrict(account("admin"), Action.MANAGE_ACCOUNTS, people).exists()
    assert not restrict(account("viewer"), Action.MANAGE_ACCOUNTS, people).exists()


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("alice@example.org", "a•••@e•••.org"),
        ("+33 6 12 34 56 78", "+•••78"),
        ("0612345678", "•••78"),
        ("Alice Martin", "A•••"),
        ("", ""),
        ("  ", ""),
        ("@", "•••@•••."),
    ],
)
def test_a_mask_keeps_the_shape_and_hides_the_text(value: str, masked: str) -> None:
    assert mask(value) == masked


def test_restrict_reaches_as_far_among_parties_as_the_right_does(account: Account) -> None:
    services.add_division("shop", name="Shop", kind="shop")
    services.add_member(account("agent").pk, "shop")
    agent, sales = User.objects.get(email=account("agent").email), account("sales")
    for name, division in (("Alice", "shop"), ("Bob", None)):
        services.create_party(
            house_actor("test"), kind="person", fields={"given_name": name}, roles=["customer"], division=division
        )
    parties = Party.objects.all()
    assert {party.name for party in restrict(sales, Action.SEE_PARTIES, parties)} == {"Alice", "Bob"}
    assert {party.name for party in restrict(agent, Action.SEE_PARTIES, parties)} == {"Alice"}
    assert not restrict(agent, Action.EXPORT_PARTIES, parties).exists()
    assert not restrict(account("media"), Action.SEE_PARTIES, parties).exists()
