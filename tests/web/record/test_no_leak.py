"""Every address × every role × the record of another division: nothing of it is told, nothing of it is changed.

The addresses are those of the table that is written by hand, so that a new one is asked here too. Each is called with
the ids of a record that the role may not reach, or whose private notes it may not read, and with words that lead there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.conftest import Account
from tests.web.record.relations import PURCHASE_SECRET, SECRET, Relations
from tests.web.rights.expected import ROWS, Row
from triptych.crm.models import Interaction, Outbox, Party, PrivateNote
from triptych.web.accounts.services import create_token
from triptych.web.rights import TABLE, Action, Role

Browse = Callable[[str], Client]
CRM = TABLE[Action.SEE_PARTIES]
HONEY = ("Miellerie", "Chauvigné", "85201473900018", "chemin des Ruchers", "Yearly audit", "New general conditions")
MAHEU = ("Maheu", "eric.maheu@miel.example")
ALICE_WORDS = ("Tasting of the Christmas", "Liked the Yirgacheffe", "Put a jar of honey aside", "panettone hold gluten")
SOUGHT = ("Miellerie", "Maheu", "competitor", "could pay 4%", "audit", "O-1003")
"""What one types: names, words of private notes, words of interactions, a number."""


def hidden_from(role: Role) -> tuple[str, ...]:
    """What a role may read nowhere: the private notes of divisions it is not in, and what is out of its reach."""
    notes = {Role.SALES: (PURCHASE_SECRET,), Role.PROCUREMENT: (SECRET,)}.get(role, (SECRET, PURCHASE_SECRET))
    if role is Role.AGENT:
        return (*notes, *HONEY, *MAHEU)
    return notes if role in CRM else (*notes, *HONEY, *MAHEU, *ALICE_WORDS)


def calls(role: Role, relations: Relations) -> Iterator[tuple[Row, dict[str, Any], dict[str, Any]]]:
    """Every address, with the ids of foreign records and with each of the words that lead to them."""
    parties = [relations.honey, relations.bob, relations.alice]
    talks = list(Interaction.objects.values_list("id", flat=True))
    for row in ROWS:
        if row.name == "accounts:logout":
            continue
        ids: list[Mapping[str, Any]] = [{}]
        if "party_id" in row.parts:
            ids = [{"party_id": each} for each in parties]
        elif "thing" in row.parts:
            ids = [{"thing": each} for each in parties]
        elif "interaction_id" in row.parts or row.name.startswith("api:interactions/{id}"):
            ids = [{("interaction_id" if "interaction_id" in row.parts else "id"): each} for each in talks]
        elif row.name.startswith("api:parties/{id}"):
            ids = [{"id": each} for each in parties]
        words = SOUGHT if row.method == "POST" and row.name in SEARCHES else ("",)
        for some in ids:
            for word in words:
                yield row, {**row.parts, **some}, body_of(row, word)


SEARCHES = {
    "pages:search",
    "pages:palette",
    "pages:people",
    "pages:crm_people",
    "pages:crm_organisations",
    "pages:crm_interactions",
    "pages:crm_people_export",
    "pages:crm_organisations_export",
    "pages:crm_interactions_export",
    "api:parties/search",
    "pages:record_affiliation_options",
}
BODIES: dict[str, dict[str, Any]] = {
    "POST pages:record_log": {"kind": "visit", "direction": "in", "division": "service", "subject": "Intruding"},
    "POST pages:record_standing": {"division": "service", "stage": "lost"},
    "POST pages:record_point": {"kind": "email", "value": "intruder@example.org"},
    "POST pages:record_role": {"role": "customer"},
    "POST pages:record_affiliation": {"other": "Maheu"},
    "POST pages:crm_people_edit": {"value": "Intruded", "version": "1"},
    "POST pages:crm_organisations_edit": {"value": "Intruded", "version": "1"},
    "POST api:parties/{id}/interactions": {"kind": "visit", "division": "service", "subject": "Intruding"},
    "POST api:parties/{id}/notes": {"division": "purchasing", "text": "Intruding"},
    "POST api:parties/{id}/roles": {"role": "customer"},
    "POST api:parties/{id}/affiliations": {"organisation": "01980000-0000-7000-8000-000000000000"},
    "POST api:parties/{id}/contact-points": {"kind": "email", "value": "intruder@example.org"},
    "PATCH api:parties/{id}": {"field": "city", "value": "Intruded", "base_version": 1},
    "PUT api:parties/{id}/standings/{division}": {"stage": "lost"},
}


def body_of(row: Row, word: str) -> dict[str, Any]:
    if row.name == "api:parties/search":
        return {"text": word}
    field = "other" if row.name == "pages:record_affiliation_options" else "q"
    return {**BODIES.get(f"{row.method} {row.name}", {}), **({field: word} if word else {})}


def told(client: Client, token: str, row: Row, parts: dict[str, Any], body: dict[str, Any]) -> tuple[int, str]:
    """The answer, without what one typed oneself and without what differs from one call to the next."""
    api = row.name.startswith("api:")
    sent: Any = json.dumps(body) if api else body
    kind = "application/json" if api else "application/x-www-form-urlencoded"
    if not api:
        sent = "&".join(f"{name}={value}" for name, value in body.items()).replace(" ", "+").replace("%", "%25")
    answer = client.generic(
        row.method,
        reverse(row.name, kwargs=parts),
        data=sent,
        content_type=kind,
        headers={"authorization": f"Bearer {token}"} if api else {},
    )
    text = whole(answer)
    return answer.status_code, text.replace(str(body.get("q", "\0")), "").replace(str(body.get("text", "\0")), "")


def whole(answer: Any) -> str:
    """All that was answered, a file included."""
    content: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


@pytest.mark.parametrize("role", tuple(Role))
def test_no_address_tells_a_role_what_is_not_its_own(
    relations: Relations, account: Account, logged_in: Browse, role: Role
) -> None:
    client, token = logged_in(role.value), create_token(account(role.value), "test")
    hidden, leaks = hidden_from(role), []
    for row, parts, body in calls(role, relations):
        status, text = told(client, token, row, parts, body)
        leaks += [f"{row.method} {row.name} {body}: {status} tells {word!r}" for word in hidden if word in text]
        assert status < 500 or row.status >= 500, (row, status)
    assert leaks == []


def test_a_record_out_of_reach_is_as_if_it_were_not_there_and_stays_as_it_is(
    relations: Relations, account: Account, logged_in: Browse
) -> None:
    client, token = logged_in("agent"), create_token(account("agent"), "test")
    before = list(Party.objects.filter(pk__in=[relations.honey, relations.bob]).values_list("pk", "version", "city"))
    many = (Interaction.objects.count(), PrivateNote.objects.count())
    wrong = []
    for row, parts, body in calls(Role.AGENT, relations):
        foreign = {str(parts.get(name)) for name in ("party_id", "thing", "id")} & {
            str(relations.honey),
            str(relations.bob),
        }
        if foreign and "agent" in row.who.split():
            status, _ = told(client, token, row, parts, body)
            wrong += [] if status == 404 else [f"{row.method} {row.name}: {status}"]
    assert wrong == []
    kept = list(Party.objects.filter(pk__in=[relations.honey, relations.bob]).values_list("pk", "version", "city"))
    assert kept == before
    assert (Interaction.objects.count(), PrivateNote.objects.count()) == many


def test_a_team_counts_and_exports_its_own_alone(relations: Relations, logged_in: Browse) -> None:
    agent, sales = logged_in("agent"), logged_in("sales")
    assert re.search(r"<b>1</b>", agent.get("/crm/people/").text)
    assert re.search(r"<b>2</b>", sales.get("/crm/people/").text)
    assert agent.post("/crm/people/export/").status_code == 403
    taken = sales.post("/crm/people/export/")
    lines = whole(taken)
    assert "Garnier" in lines
    assert "Maheu" not in lines


def test_a_private_note_leaves_the_records_in_no_event_and_no_change(relations: Relations, logged_in: Browse) -> None:
    payloads = " ".join(Outbox.objects.values_list("payload", flat=True))
    assert SECRET not in payloads
    assert PURCHASE_SECRET not in payloads
    # an administrator who is in no division reads none, and is not told that there is one
    text = logged_in("admin").get(f"/crm/people/{relations.alice}/").text
    assert "Tasting of the Christmas coffees" in text
    assert "Private notes" not in text


def test_an_open_page_of_somebody_else_does_not_learn_of_a_private_note(
    relations: Relations, logged_in: Browse
) -> None:
    page = logged_in("support")
    address = f"/crm/parties/{relations.alice}/live/"
    tag = page.get(address).headers["ETag"]
    told_ = logged_in("sales").post(
        f"/crm/parties/{relations.alice}/log/",
        {"kind": "note", "division": "graslin", "private_note": "Only for the shop"},
    )
    assert told_.status_code == 302
    assert PrivateNote.objects.filter(text="Only for the shop").exists()
    assert page.get(address, headers={"If-None-Match": tag}).status_code == 304
