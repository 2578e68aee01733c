"""The relay: everything arrives, once each, in order, whatever fails on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.crm.people import HOUSE, person
from triptych.crm import CrmError, outbox, services
from triptych.crm.front_door import Outcome, Taken
from triptych.crm.models import Outbox
from triptych.vocabulary import system_clock

pytestmark = pytest.mark.django_db


class Receiver:
    """A front door that keeps an event once for its message id, and fails as it is told."""

    def __init__(self, *answers: Taken) -> None:
        self.answers = list(answers)
        self.events: dict[str, Any] = {}
        self.bodies: list[bytes] = []
        self.refuses: set[str] = set()

    def __call__(self, body: bytes) -> Outcome:
        self.bodies.append(body)
        batch = json.loads(body)["batch"]
        answer = self.answers.pop(0) if self.answers else Taken.YES
        if self.refuses & {event["messageId"] for event in batch}:
            return Outcome(Taken.NO, "http_413")
        if answer is Taken.YES:
            for event in batch:
                self.events.setdefault(event["messageId"], event)
        return Outcome(answer, "" if answer is Taken.YES else "ConnectError")


def edits(number: int) -> None:
    seen = person(city="Nantes")
    for place in range(number - 1):
        services.edit_party(HOUSE, seen.id, field="city", value=f"Rezé {place}", base_version=seen.version + place)


def test_it_sends_each_edit_once_in_order_under_its_outbox_id() -> None:
    edits(5)
    door = Receiver()
    relay = outbox.Relay(door, clock=system_clock, batch=2)
    while relay.once():
        pass
    ids = list(Outbox.objects.order_by("id").values_list("id", flat=True))
    assert list(door.events) == [f"crm-{number}" for number in ids]
    assert json.loads(door.bodies[0])["source"] == "crm"
    assert outbox.standing() == outbox.Standing(waiting=0, oldest_at=None, attempts=0, refused=0)


def test_while_the_door_is_down_edits_go_on_and_wait() -> None:
    edits(2)
    door = Receiver(Taken.LATER, Taken.LATER)
    relay = outbox.Relay(door, clock=system_clock)
    assert relay.once() is None
    edits(1)
    assert relay.once() is None
    assert (outbox.standing().waiting, outbox.standing().attempts) == (3, 2)
    assert relay.once() == 3
    assert len(door.events) == 3


def test_a_batch_whose_answer_is_lost_is_sent_again_with_the_same_bytes() -> None:
    edits(3)
    door = Receiver()
    relay = outbox.Relay(door, clock=system_clock)
    relay.once()
    Outbox.objects.update(sent_at=None)  # as after a kill between the answer and the mark
    relay.once()
    assert door.bodies[0] == door.bodies[1]
    assert len(door.events) == 3


def test_an_event_that_is_never_taken_is_set_aside_with_its_reason_and_blocks_nobody() -> None:
    edits(3)
    door = Receiver()
    second = Outbox.objects.order_by("id")[1]
    door.refuses = {second.message_id}
    relay = outbox.Relay(door, clock=system_clock)
    assert relay.once() == 3
    assert len(door.events) == 2
    assert outbox.standing().refused == 1
    assert Outbox.objects.get(pk=second.pk).refused == "http_413"


def test_what_was_sent_long_ago_is_removed_and_what_is_kept_can_be_sent_again() -> None:
    edits(2)
    door = Receiver()
    outbox.Relay(door, clock=lambda: 1_000_000).once()
    now = Outbox.objects.order_by("id")[0].created_at
    assert outbox.send_again() == 2
    outbox.Relay(door, clock=lambda: 1_000_000).once()
    assert outbox.prune(now) == 2


STEPS = st.lists(
    st.sampled_from(["edit", "log", "same", "fail", "send", "down", "killed before the mark"]), max_size=25
)


@given(STEPS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_edit_leaves_exactly_one_event_whatever_happens_to_the_relay(steps: list[str]) -> None:
    services.add_division("shop", name="Shop", kind="shop")
    Outbox.objects.all().delete()
    door, seen, edited = Receiver(), person(city="Nantes"), 1
    for place, step in enumerate(steps):
        if step == "edit":
            services.edit_party(HOUSE, seen.id, field="city", value=f"Rezé {place}", base_version=99)
        elif step == "log":
            services.log_interaction(HOUSE, seen.id, kind="call", division="shop", subject=f"{place}")
        elif step == "same":
            services.add_role(HOUSE, seen.id, "customer")
        elif step == "fail":
            with pytest.raises(CrmError):
                services.log_interaction(HOUSE, seen.id, kind="call", division="nowhere")
        else:
            door.answers = [Taken.LATER] if step == "down" else []
            outbox.Relay(door, clock=system_clock, batch=3).once()
            if step == "killed":
                last = Outbox.objects.filter(sent_at__isnull=False).order_by("-id").values("id")[:3]
                Outbox.objects.filter(id__in=list(last.values_list("id", flat=True))).update(sent_at=None)
        edited += step in {"edit", "log"}
    door.answers = []
    while outbox.Relay(door, clock=system_clock).once():
        pass
    assert len(door.events) == edited
    told = [json.loads(each.payload) for each in Outbox.objects.order_by("id")]
    assert [{**event, "messageId": None} for event in door.events.values()] == [{**e, "messageId": None} for e in told]
