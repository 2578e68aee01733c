from __future__ import annotations

from datetime import datetime
from typing import Any

from triptych.runtime.demo.strangers import CAMPAIGNS, DAY, Browser, browsers, visits
from triptych.runtime.demo.visiting import visitor_of

NOW = 400 * DAY


def some() -> list[Browser]:
    return list(browsers(80, users=["C-1", "C-2"], now=NOW, seed=1))


def at(event: dict[str, object]) -> float:
    return datetime.fromisoformat(str(event["timestamp"])).timestamp() * 1e6


def context(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["context"]
    return found


def test_it_sends_the_same_browsers_twice() -> None:
    assert some() == some()
    assert [list(visits(one, now=NOW, seed=1)) for one in some()] == [
        list(visits(one, now=NOW, seed=1)) for one in some()
    ]
    assert len({visitor_of(one, seed=1) for one in some()}) == 80


def test_only_a_browser_that_agreed_to_be_measured_has_an_id_and_logs_in() -> None:
    for one in some():
        events = list(visits(one, now=NOW, seed=1))
        said = {str(context(each)["consent"]["categoryPreferences"]) for each in events}
        assert said == {str({"advertising": True, "analytics": one.anonymous_id is not None})}
        assert any("userId" in each for each in events) == (one.user_id is not None)


def test_nobody_does_anything_before_the_consent_or_in_the_future() -> None:
    for one in some():
        assert all(one.since <= at(each) < NOW for each in visits(one, now=NOW, seed=1))


def test_each_event_has_an_id_of_its_own_and_campaigns_are_the_operators() -> None:
    events = [each for one in some() for each in visits(one, now=NOW, seed=1)]
    assert len({str(each["messageId"]) for each in events}) == len(events)
    named = {context(each)["campaign"]["name"] for each in events if "campaign" in context(each)}
    assert named == set(CAMPAIGNS)
