"""The lists of the relation: what they show, find, filter, count, export; and what they ask of the database."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.furniture.cast import BUYING, GRASLIN, many, organisation, person, talk
from triptych.crm import Actor, services
from triptych.web.accounts.models import User
from triptych.web.furniture import filtering
from triptych.web.furniture.exporting import safe
from triptych.web.pages.relations.lists import PEOPLE

pytestmark = pytest.mark.django_db
Browse = Callable[[str], Client]

QUERIES = {"/crm/people/": 13, "/crm/people/?layout=board": 33, "/crm/organisations/": 12, "/crm/interactions/": 11}
"""The questions that a list asks, whether it has two rows or fifty: session, account, rights and layout included."""


def names(client: Client, address: str) -> list[str]:
    """The names that a list shows, in its order."""
    rows = client.get(address).context["rows"]
    return [row.row.name for row in rows]


def test_it_shows_people_and_organisations_apart(alice_sells: Actor, logged_in: Browse) -> None:
    person("Élodie", "Garnier", city="Nantes")
    organisation("Miellerie Chauvigné")
    client = logged_in("sales")
    assert names(client, "/crm/people/") == ["Élodie Garnier"]
    assert names(client, "/crm/organisations/") == ["Miellerie Chauvigné"]


def test_it_sorts_by_the_letters_that_people_know(alice_sells: Actor, logged_in: Browse) -> None:
    for family in ("Zola", "Étienne", "Eco", "Fort"):
        person("A", family)
    client = logged_in("sales")
    assert names(client, "/crm/people/?sort=name") == ["A Eco", "A Étienne", "A Fort", "A Zola"]
    assert names(client, "/crm/people/?sort=-name")[0] == "A Zola"


def test_it_filters_by_role_owner_division_city_and_last_contact(alice_sells: Actor, logged_in: Browse) -> None:
    mine = person("Charlie", "Mien", city="Nantes", by=alice_sells, division=GRASLIN, roles=["customer", "supplier"])
    other = person("Dana", "Autre", city="Rezé")
    talk(mine.id, days=5)
    talk(other.id, days=90, division=BUYING)
    client = logged_in("sales")
    for query, expected in {
        "owner.is=me": ["Charlie Mien"],
        "owner.not=me": ["Dana Autre"],
        "owner.empty=1": ["Dana Autre"],
        "owner.filled=1": ["Charlie Mien"],
        "division.is=mine": ["Charlie Mien"],
        "division.not=mine": ["Dana Autre"],
        "role.is=supplier": ["Charlie Mien"],
        "role.not=supplier": ["Dana Autre"],
        "city.is=Rezé": ["Dana Autre"],
        "city.not=Rezé": ["Charlie Mien"],
        "contact.within=30": ["Charlie Mien"],
        "contact.older=30": ["Dana Autre"],
        "contact.after=2020-01-01": ["Dana Autre", "Charlie Mien"],
        "contact.before=2020-01-01": [],
        "role.is=customer&city.is=Nantes&contact.within=7": ["Charlie Mien"],
    }.items():
        assert names(client, f"/crm/people/?sort=name&{query}") == expected, query


def test_a_filter_means_the_same_however_it_is_asked(
    alice_sells: Actor, logged_in: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("Charlie", "Mien", by=alice_sells, division=GRASLIN, roles=["supplier"])
    person("Dana", "Autre")
    for few in (0, 5_000):
        monkeypatch.setattr(filtering, "FEW", few)
        monkeypatch.setattr(filtering, "COUNTED", few)
        assert names(logged_in("sales"), "/crm/people/?role.is=supplier") == ["Charlie Mien"]
        assert names(logged_in("sales"), "/crm/people/?role.not=supplier") == ["Dana Autre"]


def test_the_filter_form_leads_to_the_address_of_its_chip(alice_sells: Actor, logged_in: Browse) -> None:
    person("Charlie", "Mien")
    client = logged_in("sales")
    answer = client.get("/crm/people/?role.is=customer&add=stage&op=is&value=loyal&value=lost")
    assert answer.headers["Location"] == "/crm/people/?role.is=customer&stage.is=loyal&stage.is=lost"
    text = client.get(answer.headers["Location"]).text
    assert "is any of" in text
    assert "Loyal, Lost" in text
    assert client.get("/crm/people/?add=shoe&op=is&value=5").headers["Location"] == "/crm/people/?"


def test_it_finds_what_one_looks_for_without_its_name_in_an_address(alice_sells: Actor, logged_in: Browse) -> None:
    found = person("Élodie", "Garnier", mail="elodie@courriel.example")
    person("Bob", "Autre")
    client = logged_in("sales")
    for text in ("garn", "elo garnier", "elodie@courriel.example", found.number):
        answer = client.post("/crm/people/", {"q": text})
        assert [row.row.name for row in answer.context["rows"]] == ["Élodie Garnier"], text
        assert "q=" not in answer.text
    nothing = client.post("/crm/people/", {"q": "nobody at all"}, headers={"HX-Request": "true"})
    assert "Nothing answers to this." in nothing.text
    assert "<html" not in nothing.text


def test_what_one_looks_for_stays_with_a_filter_and_a_page(alice_sells: Actor, logged_in: Browse) -> None:
    many(60)
    client = logged_in("sales")
    answer = client.post("/crm/people/?sort=name", {"q": "garnier"})
    assert answer.context["next"]
    assert 'formaction="/crm/people/?sort=name&amp;after=' in answer.text
    after = client.post(f"/crm/people/{answer.context['next']}", {"q": "garnier"})
    assert len(after.context["rows"]) == 10
    added = client.post("/crm/people/?sort=name", {"q": "garnier", "add": "stage", "op": "is", "value": "lost"})
    assert added.headers["X-Address"] == "/crm/people/?stage.is=lost&sort=name"


def test_it_pages_by_key(alice_sells: Actor, logged_in: Browse) -> None:
    many(60)
    client = logged_in("sales")
    first = client.get("/crm/people/?sort=name")
    after = client.get(f"/crm/people/{first.context['next']}")
    back = client.get(f"/crm/people/{after.context['previous']}")
    shown = [[row.pk for row in page.context["rows"]] for page in (first, after, back)]
    assert [len(each) for each in shown] == [50, 10, 50]
    assert shown[0] == shown[2]
    assert not set(shown[0]) & set(shown[1])
    assert first.context["count"].number == 60


def test_it_asks_the_same_number_of_questions_for_two_rows_and_for_fifty(alice_sells: Actor, logged_in: Browse) -> None:
    client = logged_in("sales")

    def asked() -> dict[str, int]:
        counted = {}
        for address in QUERIES:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
            counted[address] = len(queries)
        return counted

    asked()  # the first request of a session writes when it began
    few = asked()
    many(55, owner=alice_sells.user_id)
    organisation("Miellerie")
    assert asked() == QUERIES
    assert {address: many for address, many in few.items() if many > QUERIES[address]} == {}


def test_a_colleague_sees_those_in_reach_and_no_others(
    places: None, alice_sells: Actor, account: Callable[[str], User], logged_in: Browse
) -> None:
    services.add_member(account("agent").pk, BUYING)
    person("Charlie", "Mien", by=alice_sells, division=GRASLIN)
    client = logged_in("agent")
    assert names(client, "/crm/people/") == []
    assert client.post("/crm/people/", {"q": "mien"}).context["count"].number == 0
    assert "Mien" not in client.post("/search/", {"q": "mien"}).text
    assert client.post("/crm/people/export/").status_code == 403


def test_columns_are_each_readers_own(alice_sells: Actor, logged_in: Browse) -> None:
    person("Charlie", "Mien", city="Nantes")
    client = logged_in("sales")
    answer = client.post("/crm/people/columns/", {"column": ["city", "number"], "state": "stage.is=lost"})
    assert answer.headers["Location"] == "/crm/people/?stage.is=lost"

    def shown(role: str) -> list[str]:
        return [head.column.key for head in logged_in(role).get("/crm/people/").context["heads"]]

    assert shown("sales") == ["name", "city", "number"]
    assert shown("support") == [column.key for column in PEOPLE.columns if column.shown]
    client.post("/crm/people/columns/", {"reset": "1"})
    assert shown("sales") == shown("support")


def test_a_file_holds_the_rows_of_the_state_and_no_formula(
    alice_sells: Actor, bob_buys: Actor, logged_in: Browse
) -> None:
    person("=cmd|' /C calc'!A0", "X", city="Nantes", by=alice_sells, division=GRASLIN)
    person("Charlie", "Mien", city="Rezé", by=alice_sells, division=GRASLIN)
    person("Dana", "Loin", by=bob_buys, division=BUYING)
    client = logged_in("sales")

    def exported(**fields: object) -> list[list[str]]:
        sent = client.post("/crm/people/export/", fields)
        assert sent.headers["Content-Type"].startswith("text/csv")
        text = sent.getvalue().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    rows = exported(state="sort=name")
    assert rows[0][:2] == ["Name", "Stage"]
    assert [row[0] for row in rows[1:]] == ["Charlie Mien", "'=cmd|' /C calc'!A0 X"]
    assert [row[0] for row in exported(state="city.is=Rezé")[1:]] == ["Charlie Mien"]
    assert [row[0] for row in exported(q="mien")[1:]] == ["Charlie Mien"]
    one = client.get("/crm/people/?city.is=Rezé").context["rows"][0].pk
    assert [row[0] for row in exported(row=[one, "nobody"])[1:]] == ["Charlie Mien"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@now", "\t=1", " =1", "\r=1", "\0=1", "\u200b=1", "\ufeff@x", "＝1+1"]
)
def test_a_text_that_begins_like_a_formula_is_a_text(text: str) -> None:
    assert safe(text) == f"'{text}"
    assert safe("Alice = Bob") == "Alice = Bob"


def test_it_says_what_an_empty_list_is_for_and_offers_one_action(alice_sells: Actor, logged_in: Browse) -> None:
    text = logged_in("sales").get("/crm/people/").text
    assert "Nobody yet" in text
    assert text.count('href="/crm/people/new/"') == 2  # in the bar and in the middle
    assert "Nobody yet" not in logged_in("sales").get("/crm/people/?stage.is=lost").text


def test_interactions_are_listed_newest_first_and_filtered(alice_sells: Actor, logged_in: Browse) -> None:
    one, two = person("Charlie", "Mien"), organisation("Miellerie")
    talk(one.id, days=3, kind="call", subject="Livraison")
    talk(two.id, days=1, kind="visit", subject="Audit", division=BUYING)
    client = logged_in("sales")

    def subjects(query: str) -> list[str]:
        return [row.row.subject for row in client.get(f"/crm/interactions/{query}").context["rows"]]

    assert subjects("") == ["Audit", "Livraison"]
    assert subjects("?kind.is=call") == ["Livraison"]
    assert subjects("?division.is=mine") == ["Livraison"]
    assert subjects("?channel.is=offline&when.within=2") == ["Audit"]
    assert subjects("?author.is=me") == []
    found = client.post("/crm/interactions/", {"q": "miell"}).context["rows"]
    assert [row.row.subject for row in found] == ["Audit"]
