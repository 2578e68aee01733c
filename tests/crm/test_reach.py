"""Nobody reads past their reach, by any reading function, whatever the divisions, owners and rights."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.crm.people import colleague, organisation, person
from triptych.crm import Action, Actor, CrmError, Problem, Scope, house_actor, reading, restrict, services
from triptych.crm.models import Interaction, Party, PrivateNote, Standing
from triptych.web.accounts.models import User

pytestmark = pytest.mark.django_db

DIVISIONS = ("shop", "support", "buying")
MARK = "xylophone"
"""A word that stands in every name, text and note here, so that a leak can be seen."""


def reaches(actor: Actor, action: Action, party: Party) -> bool:
    """The slow and obvious oracle of `restrict`."""
    standings = list(Standing.objects.filter(party=party))
    made = actor.user_id is not None and party.created_by_id == actor.user_id
    match actor.scope(action):
        case Scope.ALL:
            return True
        case Scope.TEAM:
            return made or any(each.division_id in actor.divisions for each in standings)
        case Scope.OWN:
            return made or any(each.owner_id == actor.user_id for each in standings)
    return False


def world() -> tuple[list[Actor], list[Party]]:
    """Three colleagues, two divisions each may share, and parties made and owned in every way."""
    actors = [colleague(name, division) for name, division in zip(("alice", "bob", "charlie"), DIVISIONS, strict=True)]
    house = house_actor("the house", divisions=DIVISIONS)
    for number, (actor, division) in enumerate(itertools.product(actors, DIVISIONS)):
        all_of_it = Actor(actor.user_id, actor.name, frozenset(DIVISIONS), dict.fromkeys(Action, Scope.ALL))
        made = person(
            f"{MARK}{number}",
            by=all_of_it if number % 2 else house,
            contacts=[("email", f"{MARK}{number}@example.org"), ("phone", "0612345678")],
        )
        if number % 3 != 2:
            services.set_standing(
                house, made.id, division, owner=actor.user_id if number % 2 else None, stage="customer"
            )
        services.log_interaction(
            house,
            made.id,
            kind="visit",
            division=division,
            subject=f"{MARK} subject",
            text=f"{MARK} text",
            private_note=f"{MARK} of {division}",
        )
    mill = organisation(f"{MARK} mill", by=house)
    for made_party in list(Party.objects.filter(kind="person"))[:4]:
        services.add_affiliation(house, made_party.id, mill.id)
    return actors, list(Party.objects.all())


SCOPES = st.fixed_dictionaries({action: st.sampled_from(Scope) for action in Action})
TEAMS = st.sets(st.sampled_from(DIVISIONS)).map(frozenset)


REACH = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a failure speaks for itself; to shrink it takes minutes
)


def seen(answer: object) -> str:
    return repr(answer)


@given(st.data())
@REACH
def test_no_reading_function_tells_of_what_is_out_of_reach(data: st.DataObject) -> None:
    if not User.objects.filter(email="alice@example.org").exists():
        world()
    user = data.draw(st.sampled_from(list(User.objects.all())))
    actor = Actor(user.pk, user.name, data.draw(TEAMS), data.draw(SCOPES))
    everything = list(Party.objects.all())
    mine = {each.id for each in everything if reaches(actor, Action.SEE, each)}
    out = [each for each in everything if each.id not in mine]

    assert set(reading.parties(actor).values_list("id", flat=True)) == mine
    assert reading.parties(actor).count() == len(mine)
    exported = {each.id for each in everything if reaches(actor, Action.EXPORT, each)}
    assert set(reading.parties(actor, Action.EXPORT).values_list("id", flat=True)) == exported
    assert {each.party_id for each in reading.all_interactions(actor)} <= mine
    many: list[object] = [
        reading.search(actor, MARK, limit=99),
        *(reading.search(actor, each.number) for each in everything),
        *(reading.board(actor, kind, division=division) for kind in Party.Kind.values for division in (None, "shop")),
        reading.day(actor, limit=99),
        *(reading.by_identifier(actor, {("crm_id", str(each.id))}) for each in everything),
        *(reading.party(actor, each) for each in mine),
        *(reading.interactions(actor, each.id) for each in everything),
        *(reading.changes(actor, each.id) for each in everything),
        *(reading.notes(actor, each.id) for each in everything),
    ]
    told = seen(many)
    for each in out:
        assert str(each.id) not in told
        assert each.name not in told
    for division in set(DIVISIONS) - actor.divisions:
        assert f"{MARK} of {division}" not in told
    assert {each.division_id for each in restrict(actor, Action.SEE, PrivateNote.objects.all())} <= actor.divisions
    for each in out:
        assert refused(partial(reading.party, actor, each.id)) is Problem.NOT_FOUND
        assert refused(partial(reading.latest, actor, each.id)) is Problem.NOT_FOUND


@given(st.data())
@REACH
def test_no_service_changes_what_is_out_of_reach(data: st.DataObject) -> None:
    if not User.objects.filter(email="alice@example.org").exists():
        world()
    user = data.draw(st.sampled_from(list(User.objects.all())))
    actor = Actor(user.pk, user.name, data.draw(TEAMS), data.draw(SCOPES))
    party = data.draw(st.sampled_from(list(Party.objects.all())))
    division = data.draw(st.sampled_from(DIVISIONS))
    fresh = uuid.uuid4().hex
    edits: list[tuple[Action, Callable[[], Any]]] = [
        (Action.EDIT, lambda: services.edit_party(actor, party.id, field="city", value=fresh, base_version=99)),
        (Action.EDIT, lambda: services.add_role(actor, party.id, "supplier")),
        (Action.EDIT, lambda: services.add_contact_point(actor, party.id, kind="email", value=f"{fresh}@b.fr")),
        (Action.LOG, lambda: services.log_interaction(actor, party.id, kind="call", division=division)),
        (Action.LOG, lambda: services.add_note(actor, party.id, division=division, text="x")),
    ]  # fmt: skip
    action, edit = data.draw(st.sampled_from(edits))
    before = standing(party)
    problem = refused(edit)
    if not reaches(actor, action, party):
        expected = Problem.FORBIDDEN if reaches(actor, Action.SEE, party) else Problem.NOT_FOUND
        assert problem is expected
    if problem is not None:
        assert before == standing(party)


def standing(party: Party) -> tuple[int, int, int]:
    return Party.objects.get(pk=party.pk).version, Interaction.objects.count(), PrivateNote.objects.count()


def refused(call: Callable[[], Any]) -> Problem | None:
    try:
        call()
    except CrmError as error:
        return error.problem
    return None
