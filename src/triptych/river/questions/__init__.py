"""The questions that the engine answers on its socket, each with the shape of its parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from triptych.river.questions import commerce, flow, people, person, rights, visitors, whole
from triptych.river.questions.desk import Desk, Refusal


class Question(NamedTuple):
    """How a question is answered, and what it takes."""

    answer: Callable[[Desk, Any], dict[str, Any] | None]
    takes: type[Any]


QUESTIONS: dict[str, Question] = {
    "status": Question(flow.status, flow.Nothing),
    "live": Question(flow.live, flow.Live),
    "live_event": Question(flow.live_event, flow.Place),
    "quarantine": Question(flow.quarantine, flow.Quarantined),
    "quarantine_event": Question(flow.quarantine_event, flow.Place),
    "quarantine_dry_run": Question(flow.quarantine_dry_run, flow.DryRun),
    "export_events": Question(flow.export_events, flow.Export),
    "timeline": Question(person.timeline, person.Whose),
    "portrait": Question(person.portrait, person.Whose),
    "held": Question(rights.held, person.Whose),
    "commerce": Question(commerce.commerce, commerce.Commerce),
    "explain": Question(person.explain, person.Pair),
    "unmerge_preview": Question(person.unmerge_preview, person.Edge),
    "audience_size": Question(people.audience_size, people.Named),
    "audience_members": Question(people.audience_members, people.Named),
    "audience_flips": Question(people.audience_flips, people.Named),
    "audience_draft_size": Question(people.audience_draft_size, people.Draft),
    "audience_sample": Question(people.audience_sample, people.Sample),
    "audience_why": Question(people.audience_why, people.Why),
    "deliveries": Question(people.deliveries, people.Deliveries),
    "digest": Question(whole.digest, whole.Without),
    "visitors": Question(visitors.visitors, visitors.Page),
    "visitor": Question(visitors.visitor, visitors.Who),
    "segments": Question(visitors.segments, visitors.Nothing),
    "segment_size": Question(visitors.segment_size, visitors.Draft),
    "overlap": Question(visitors.overlap, visitors.Which),
    "visitors_status": Question(visitors.visitors_status, visitors.Nothing),
}

__all__ = ["QUESTIONS", "Desk", "Question", "Refusal"]
