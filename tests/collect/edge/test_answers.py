"""The codes that make some client retry for ever, or delete what it holds, are never said."""

from __future__ import annotations

import json
import re
from pathlib import Path

from triptych.collect.edge.answers import ERRORS, GIF, KEPT_OUT, OK, error
from triptych.vocabulary import Reason

PERMANENT, TRANSIENT = {400, 401, 404}, {503}
READING = {"party_may_not_read"}
"""Said to who reads profiles, which no client of events does."""


def test_success_is_exactly_200() -> None:
    assert {answer.status for answer in (OK, KEPT_OUT, GIF)} == {200}


def test_an_error_is_permanent_or_transient_and_nothing_that_a_client_takes_wrong() -> None:
    statuses = {status for code, (status, _) in ERRORS.items() if code not in READING}
    assert statuses == PERMANENT | TRANSIENT
    assert {error(reason, status=400).status for reason in Reason} == {400}


def test_every_error_has_code_and_message_and_a_transient_one_says_when_in_whole_seconds() -> None:
    for code, (status, _) in ERRORS.items():
        answer = error(code)
        body = json.loads(answer.body)
        assert (body["success"], body["code"], bool(body["message"])) == (False, code, True)
        wait = dict(answer.headers).get("retry-after", "")
        assert wait.isdecimal() == (status in TRANSIENT)
        assert int(wait or 1) in range(1, 301)


def test_a_proxy_set_up_as_the_manual_says_answers_as_the_door_does() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "how-to" / "run-on-a-server.md").read_text()
    said = re.findall(r"return (\d+) '(.*?)'", manual)
    assert {status for status, _ in said} == {"400", "404", "503"}
    for status, body in said:
        told = json.loads(body)
        assert (told["success"], bool(told["message"])) == (False, True)
        assert ERRORS[told["code"]][0] == int(status)
    rewritten = dict(re.findall(r"error_page ([\d ]+) =(\d+)", manual))
    assert rewritten == {"413": "400", "403": "404", "502 504": "503"}
