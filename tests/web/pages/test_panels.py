"""The synthesis: three systems by ten questions, each cell from the code's own rules and with its test."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tests.web.pages.strangers import SEEN
from tests.web.pages.test_strangers import plain
from tests.web.pages.world import World
from triptych.registry import read as registry
from triptych.vocabulary import Party
from triptych.web.pages.panels import counts, proofs, rows
from triptych.web.pages.panels.proofs import PROOFS
from triptych.web.rights import Action, Role

Browse = Callable[[str], Client]


def shown(page: str) -> dict[str, int | None]:
    """The live counts of the page."""
    found = re.findall(r'data-count="(\w+)" data-value="(\d*)"', page)
    return {name: int(value) if value else None for name, value in found}


def test_every_question_is_answered_for_the_three_and_names_its_test(house: World, logged_in: Browse) -> None:
    text = logged_in("viewer").get("/panels/").text
    for question in ("Who is in it?", "Known by what?", "Named or not?", "From which party?", "Which data?"):
        assert f">{question}</th>" in text, question
    for question in ("On what ground?", "Kept how long?", "What may cross?", "What is it for?", "Who works in it?"):
        assert f">{question}</th>" in text, question
    assert len(re.findall(r'href="/panels/\w+/(?:crm|cdp|dmp)/"', text)) == 30


def test_every_cell_leads_to_its_test(house: World, logged_in: Browse) -> None:
    client = logged_in("viewer")
    for row, cells in PROOFS.items():
        for panel, proof in zip(("crm", "cdp", "dmp"), cells, strict=True):
            text = client.get(f"/panels/{row}/{panel}/").text
            assert f"pytest {proof.address}" in text, proof
            assert f"def {proof.name}(" in text, proof
    assert client.get("/panels/who/nobody/").status_code == 404


def test_an_installed_house_without_its_tests_says_where_they_stand(
    house: World, logged_in: Browse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(proofs, "ROOT", tmp_path)
    assert "brings no tests along" in logged_in("viewer").get("/panels/who/crm/").text


def test_it_shows_the_counts_of_those_who_count(house: World, logged_in: Browse) -> None:
    page = logged_in("viewer").get("/panels/").text
    told = shown(page)
    assert told["visitors"] == 9150
    assert told["observations"] == 61_204
    assert told["people"] == 31_000
    assert told["events"] == 34_902_771
    assert told["parties"] == 0
    assert "9,150" in plain(page)
    assert "12 took it back" in plain(page)


def test_what_nobody_counts_is_said_to_be_not_counted(house: World, logged_in: Browse) -> None:
    house.down = True
    page = logged_in("viewer").get("/panels/").text
    assert shown(page)["visitors"] is None
    assert "not counted visitors" in plain(page)
    assert "The engine does not answer" in page
    assert shown(page)["parties"] == 0


def test_the_sources_of_the_house_stand_on_the_ground_that_is_shown(house: World, logged_in: Browse) -> None:
    assert registry.source("crm").basis == "contract"
    told = {row.key: row for row in rows.rows(counts.now())}
    assert told["ground"].cells[0].key == "Contract"
    assert set(told["ground"].cells[1].key.lower().split(", ")) == {
        "consent",
        *(source.basis for source in registry.sources() if Party[source.party.upper()].may_name),
    }


def test_the_parties_are_those_of_the_vocabulary_and_of_the_contracts(house: World, logged_in: Browse) -> None:
    party = next(row for row in rows.rows(counts.now()) if row.key == "party")
    assert [cell.parties for cell in party.cells] == [(0, 1), (0, 1), (1, 2)]
    assert "Loire Télécom" in party.cells[2].text


def test_who_works_in_it_is_the_table_of_rights(house: World, logged_in: Browse) -> None:
    for role in Role:
        logged_in(role.value)
    told = counts.now()
    assert told.dmp_colleagues == len(counts.roles_of(Action.SEE_VISITORS)) == 3
    assert told.crm_colleagues == len(counts.roles_of(Action.SEE_PARTIES)) == 5


def test_ids_are_called_pseudonymous_and_only_counts_anonymous(house: World, logged_in: Browse) -> None:
    client = logged_in("admin")
    for address in ("/panels/", f"/visitors/{SEEN}/", "/visitors/", "/segments/", "/segments/renewing/", "/overlap/"):
        for sentence in re.split(r"[.:]", plain(client.get(address).text)):
            if re.search(r"\banonymous\b", sentence):
                assert "counts" in sentence, (address, sentence)


@pytest.mark.parametrize("role", ["viewer", "sales", "media"])
def test_a_fragment_of_it_is_counted_anew(house: World, logged_in: Browse, role: str) -> None:
    part = logged_in(role).get("/panels/", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert shown(part)["visitors"] == 9150
