"""What may be done with one visitor: hand out what is held under the ID, and forget it now."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from tests.web.pages.strangers import SEEN
from triptych.web import front_door

Browse = Callable[[str], Client]


def test_what_is_held_under_an_id_is_handed_out_as_a_file(house: object, logged_in: Browse) -> None:
    client = logged_in("privacy")
    assert "Hand out what we hold" in client.get(f"/visitors/{SEEN}/").text
    answer = client.get(f"/visitors/{SEEN}/file/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="visitor-{SEEN}.json"'
    held = json.loads(answer.text)["visitor"]
    assert (held["handle"], held["observations"]) == (SEEN, 94)
    assert client.get("/visitors/ffffffffffffffff/file/").status_code == 404


def test_a_visitor_is_forgotten_by_whoever_may_erase(
    house: object, logged_in: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[str] = []
    monkeypatch.setattr(front_door, "withdraw_visitor", gone.append)
    told = logged_in("privacy").post(f"/visitors/{SEEN}/forget/", follow=True)
    assert gone == [SEEN]
    assert told.redirect_chain[-1][0] == "/visitors/"
    assert "within 60 seconds" in told.text
    media = logged_in("media")
    assert "Forget now" not in media.get(f"/visitors/{SEEN}/").text
    assert media.post(f"/visitors/{SEEN}/forget/").status_code == 403
    assert logged_in("privacy").post("/visitors/ffffffffffffffff/forget/").status_code == 404
    assert gone == [SEEN]


def test_a_front_door_that_is_closed_is_told(house: object, logged_in: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(handle: str) -> None:
        raise front_door.FrontDoorError("unreachable", handle)

    monkeypatch.setattr(front_door, "withdraw_visitor", closed)
    told = logged_in("privacy").post(f"/visitors/{SEEN}/forget/", follow=True).text
    assert "nothing has changed" in told
