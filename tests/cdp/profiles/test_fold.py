"""From events to claims and answers: who said what of whom, and what counts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cdp.profiles.worlds import (
    ALICE_ID,
    ALICE_MAIL,
    ALICE_PHONE,
    BOB_ID,
    BOB_MAIL,
    DAY,
    LAPTOP,
    START,
    TABLET,
    Happened,
    Ident,
    Separated,
    World,
    consent,
    dump,
)
from triptych.cdp.profiles import rows
from triptych.cdp.profiles.rules import survivors
from triptych.consent import Permit, Refusal, decide
from triptych.vocabulary import EventType, Party, Purpose, Trust

MAIL = Purpose("marketing:email")
BROWSER = Trust.BROWSER


def standing(world: World, ident: Ident = ALICE_ID) -> dict[str, str]:
    nodes = world.nodes_of(ident)
    return {name: claim.value for name, claim in survivors(rows.claims(world.connection, nodes)).items()}


def verdict(world: World, ident: Ident = ALICE_ID) -> type[Permit] | type[Refusal]:
    nodes = world.nodes_of(ident)
    return type(decide(rows.answers(world.connection, nodes), MAIL))


def test_it_keeps_what_was_said_with_its_provenance() -> None:
    world = World()
    world.feed(
        Happened((ALICE_ID, ALICE_MAIL), traits={"name": "Alice", "diet": "vegan", "address": {"city": "Nantes"}})
    )
    found = {claim.name: claim for claim in rows.claims(world.connection, world.nodes_of(ALICE_ID))}

    assert found["name"].value == '"Alice"'
    assert (found["name"].party, found["name"].basis, found["name"].declared) == (Party.FIRST, "contract", 0)
    assert (found["diet"].party, found["diet"].declared) == (Party.ZERO, 1)
    assert found["address"].value == '{"city":"Nantes"}'
    assert {claim.subject for claim in found.values()} == {world.identity.node(ALICE_ID)}


def test_it_trims_reserved_texts_and_takes_a_blank_one_for_nothing_said() -> None:
    world = World()
    world.feed(Happened((ALICE_ID,), traits={"email": " Alice@Example.COM ", "firstName": "  ", "note": "  "}))

    assert standing(world) == {"email": '"alice@example.com"', "note": '"  "'}


def test_it_keeps_the_newest_claim_of_a_source_whatever_order_they_come_in() -> None:
    world = World()
    world.feed(Happened((ALICE_ID,), at=START + DAY, traits={"city": "Nantes"}))
    world.feed(Happened((ALICE_ID,), at=START, traits={"city": "Lyon"}))

    assert standing(world) == {"city": '"Nantes"'}


def test_it_lets_no_browser_overwrite_what_a_server_said_of_alice() -> None:
    world = World()
    world.feed(Happened((ALICE_MAIL,), traits={"name": "Alice"}))
    world.feed(
        Happened((ALICE_MAIL, LAPTOP), BROWSER, "web", START + DAY, traits={"name": "Mallory", "colour": "blue"})
    )

    assert standing(world, ALICE_MAIL) == {"name": '"Alice"', "colour": '"blue"'}


def test_it_reads_no_trait_from_what_is_no_object_or_no_json() -> None:
    world = World()
    world.feed(
        Happened((ALICE_ID,), raw_traits=b"[1]"),
        Happened((ALICE_ID,), raw_traits=b'{"big": 1e999, "city": "Nantes"}'),
        Happened((ALICE_ID,), raw_traits=b'{"odd": "\xff"}'),
    )

    assert standing(world) == {"city": '"Nantes"'}
    assert {claim.reason for claim in rows.refused(world.connection, world.nodes_of(ALICE_ID))} == {"invalid_event"}


def test_it_takes_a_null_for_taking_the_trait_back() -> None:
    world = World()
    world.feed(Happened((ALICE_ID,), traits={"city": "Nantes"}))
    world.feed(Happened((ALICE_ID,), at=START + 1, traits={"city": None}))

    assert standing(world) == {"city": "null"}


def test_it_hears_a_person_by_a_secret_key_and_a_browser_by_a_public_one() -> None:
    world = World()
    world.feed(consent(MAIL, "granted", ALICE_MAIL, LAPTOP, at=START, trust=BROWSER))
    assert verdict(world, ALICE_MAIL) is Refusal
    answers = rows.answers(world.connection, world.nodes_of(ALICE_MAIL))
    assert isinstance(decide(answers, MAIL, browser=world.identity.node(LAPTOP)), Permit)

    world.feed(consent(MAIL, "granted", ALICE_MAIL, at=START + 1))
    assert verdict(world, ALICE_MAIL) is Permit


def test_it_keeps_a_browsers_claim_on_a_person_as_refused() -> None:
    world = World()
    world.feed(consent(MAIL, "granted", ALICE_MAIL, LAPTOP, trust=BROWSER))
    (claim,) = rows.refused(world.connection, world.nodes_of(ALICE_MAIL))

    assert (claim.kind, claim.name, claim.value, claim.reason) == ("consent", MAIL, "granted", "trust_too_low")


def test_it_reads_the_consent_context_of_any_event() -> None:
    world = World()
    event = Happened((ALICE_ID,), type=EventType.PAGE, choices={MAIL: True, "marketing:sms": False})
    world.feed(event, event)
    found = {answer.purpose: answer.status.value for answer in rows.answers(world.connection, world.nodes_of(ALICE_ID))}

    assert found == {MAIL: "granted", "marketing:sms": "refused"}


def test_it_keeps_answers_for_the_purposes_of_the_house_alone() -> None:
    world = World()
    world.feed(
        Happened((ALICE_ID,), choices={MAIL: True, "C0001": True}), consent("world domination", "granted", ALICE_ID)
    )

    assert [answer.purpose for answer in rows.answers(world.connection, world.nodes_of(ALICE_ID))] == [MAIL]
    assert [claim.reason for claim in rows.refused(world.connection, world.nodes_of(ALICE_ID))] == ["invalid_event"]


def test_it_keeps_an_unreadable_consent_as_refused() -> None:
    world = World()
    world.feed(consent(MAIL, "perhaps", ALICE_ID))

    assert rows.answers(world.connection, world.nodes_of(ALICE_ID)) == []
    assert [claim.reason for claim in rows.refused(world.connection, world.nodes_of(ALICE_ID))] == ["invalid_event"]


def test_it_lets_her_take_back_a_refusal_with_another_of_her_identifiers() -> None:
    world = World()
    world.feed(Happened((ALICE_ID, ALICE_MAIL)), consent(MAIL, "refused", ALICE_MAIL, at=START + 1))
    assert verdict(world) is Refusal

    world.feed(consent(MAIL, "granted", ALICE_ID, at=START + 2))
    assert verdict(world) is Permit


def test_it_lets_a_refusal_win_that_came_in_with_a_merge() -> None:
    world = World()
    world.feed(consent(MAIL, "granted", ALICE_ID, at=START + 5), consent(MAIL, "refused", ALICE_MAIL, at=START + 1))
    assert verdict(world) is Permit

    world.feed(Happened((ALICE_ID, ALICE_MAIL)))
    assert verdict(world) is Refusal


def test_it_leaves_a_refusal_with_both_and_a_yes_with_whom_it_was_given_after_a_split() -> None:
    world = World()
    world.feed(
        Happened((ALICE_ID, BOB_MAIL)),
        consent(MAIL, "refused", ALICE_ID, at=START + 1),
        consent("marketing:sms", "granted", BOB_MAIL, at=START + 2),
    )
    world.feed(Separated(BOB_MAIL))

    assert verdict(world, ALICE_ID) is Refusal
    answers = rows.answers(world.connection, world.nodes_of(BOB_MAIL))
    assert decide(answers, MAIL).because is not None
    assert isinstance(decide(answers, Purpose("marketing:sms")), Permit)
    hers = rows.answers(world.connection, world.nodes_of(ALICE_ID))
    assert decide(hers, Purpose("marketing:sms")).because is None

    world.feed(consent(MAIL, "granted", BOB_MAIL, at=START + DAY))
    assert verdict(world, BOB_MAIL) is Permit
    assert verdict(world, ALICE_ID) is Refusal


def test_it_knows_the_account_a_person_acts_for() -> None:
    world = World()
    world.feed(
        Happened((ALICE_ID,), type=EventType.GROUP, account="acme", traits={"name": "Acme", "plan": "pro"}),
        Happened((ALICE_ID,), type=EventType.TRACK, name="Signed In", at=START + DAY, account="acme"),
    )

    assert standing(world) == {}
    assert rows.accounts(world.connection, world.nodes_of(ALICE_ID)) == [("acme", "shop", 3, START, START + DAY)]
    assert {claim.name for claim in rows.account_claims(world.connection, "acme")} == {"name", "plan"}


idents = st.sampled_from([ALICE_ID, ALICE_MAIL, ALICE_PHONE, LAPTOP, TABLET, BOB_ID, BOB_MAIL])
instants = st.integers(START, START + 20)
identifies = st.builds(
    Happened,
    idents=st.lists(idents, min_size=1, max_size=3, unique=True).map(tuple),
    trust=st.sampled_from(Trust),
    source=st.sampled_from(["shop", "web"]),
    at=instants,
    traits=st.dictionaries(st.sampled_from(["name", "city", "diet"]), st.sampled_from(["a", "b", None]), max_size=2),
    choices=st.one_of(st.none(), st.dictionaries(st.sampled_from([MAIL, "analytics"]), st.booleans(), max_size=2)),
)
consents = st.builds(
    lambda purpose, status, ident, at, trust: consent(purpose, status, ident, at=at, trust=trust),
    st.sampled_from([MAIL, "analytics"]),
    st.sampled_from(["granted", "refused", "withdrawn"]),
    idents,
    instants,
    st.sampled_from(Trust),
)
steps = st.one_of(identifies, consents, st.builds(Separated, idents))
histories = st.lists(steps, min_size=1, max_size=14)


def replayed(history: Sequence[Happened | Separated], cuts: Sequence[int]) -> World:
    world = World()
    edges = sorted({0, len(history), *(cut % len(history) for cut in cuts)})
    for begin, end in itertools.pairwise(edges):
        world.feed(*history[begin:end])
    return world


@settings(max_examples=100, deadline=None)
@given(histories, st.lists(st.integers(0, 100), max_size=6))
def test_it_gives_the_same_state_however_the_ledger_is_cut_into_batches(
    history: list[Happened | Separated], cuts: list[int]
) -> None:
    one_by_one = replayed(history, range(len(history)))

    assert dump(replayed(history, cuts)) == dump(one_by_one)


@settings(max_examples=50, deadline=None)
@given(histories, idents, instants)
def test_it_permits_nobody_after_a_withdrawal(history: list[Happened | Separated], ident: Ident, at: int) -> None:
    world = replayed([*history, consent(MAIL, "withdrawn", ident, at=START + 21)], [len(history)])
    assert verdict(world, ident) is Refusal

    world.feed(Happened((ident, BOB_ID)), Happened((ident, ALICE_MAIL)))
    assert verdict(world, BOB_ID) is Refusal
    world.feed(Separated(BOB_ID))
    assert verdict(world, BOB_ID) is Refusal
    assert verdict(world, ident) is Refusal


said = st.builds(
    Happened,
    idents=st.just((ALICE_ID,)),
    trust=st.sampled_from(Trust),
    source=st.sampled_from(["shop", "web"]),
    traits=st.dictionaries(st.sampled_from(["name", "diet"]), st.sampled_from(["a", "b", None]), min_size=1),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(said, max_size=8), st.randoms(use_true_random=False))
def test_it_lets_the_same_values_stand_whatever_the_order_of_arrival(events: list[Happened], random: Random) -> None:
    stamped = [Happened(e.idents, e.trust, e.source, START + n, traits=e.traits) for n, e in enumerate(events)]
    shuffled = list(stamped)
    random.shuffle(shuffled)
    one, other = World(), World()
    for event, late in zip(stamped, shuffled, strict=True):
        one.feed(event)
        other.feed(late)

    assert standing(one) == standing(other)


@settings(max_examples=50, deadline=None)
@given(st.lists(identifies, max_size=8), st.lists(identifies, max_size=8))
def test_it_gives_back_the_traits_that_each_had_when_a_merge_is_undone(
    hers: list[Happened], theirs: list[Happened]
) -> None:
    world = World()
    world.feed(*[Happened((ALICE_ID,), e.trust, e.source, e.at, traits=e.traits) for e in hers])
    world.feed(*[Happened((BOB_ID,), e.trust, e.source, e.at, traits=e.traits) for e in theirs])
    before = standing(world, ALICE_ID), standing(world, BOB_ID)

    world.feed(Happened((ALICE_ID, BOB_ID)))
    world.feed(Separated(BOB_ID))

    assert (standing(world, ALICE_ID), standing(world, BOB_ID)) == before
