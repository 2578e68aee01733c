"""Log what happens between a party and us, and keep private notes."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from triptych.crm import events
from triptych.crm.errors import CrmError, Problem, invalid, not_found
from triptych.crm.model import Action, Actor, InteractionView, NoteView
from triptych.crm.models import Interaction, Party, PrivateNote, Standing
from triptych.crm.numbers import uuid7_at
from triptych.crm.parties import check_division
from triptych.crm.recording import Edit, editing, hold, present
from triptych.crm.rights import restrict
from triptych.crm.views import interaction_view, note_view

ONLINE = frozenset({"mail", "chat"})
"""The kinds that happen online unless it is said otherwise; all others happen offline."""

LONGEST = 20_000


def log_interaction(
    by: Actor,
    party_id: uuid.UUID,
    *,
    kind: str,
    division: str,
    direction: str = "none",
    occurred_at: datetime | None = None,
    subject: str = "",
    text: str = "",
    private_note: str = "",
    outcome: str = "",
    next_step: str = "",
    next_due: date | None = None,
    duration_s: int | None = None,
    online: bool | None = None,
    external_id: str = "",
) -> InteractionView:
    """Keep an interaction, with its private note where there is one. An ``external_id`` is kept once.

    Raises:
        CrmError: The party is out of reach, the actor does not act for the division, or a value cannot be.
    """
    with editing(by, party_id, Action.LOG) as edit:
        check_division(by, division, Action.LOG)
        known = _known(edit.party, external_id)
        if known is not None:
            return interaction_view(known)
        interaction = Interaction(
            party=edit.party,
            division_id=division,
            kind=_one_of("kind", kind, Interaction.Kind.values),
            direction=_one_of("direction", direction, Interaction.Direction.values),
            online=kind in ONLINE if online is None else online,
            occurred_at=_instant(occurred_at, default=edit.now),
            duration_s=duration_s,
            subject=_line("subject", subject, 200),
            text=_text("text", text),
            outcome=_one_of("outcome", outcome, ["", *Interaction.Outcome.values]),
            next_step=_line("next_step", next_step, 200),
            next_due=next_due,
            author_id=by.user_id,
            external_id=external_id,
            created_at=edit.now,
        )
        interaction.id = uuid7_at(int(edit.now.timestamp() * 1000))
        interaction.save(force_insert=True)
        if private_note.strip():
            _keep_note(by, edit, division=division, text=private_note, interaction=interaction)
        if not Standing.objects.filter(party=edit.party, division=division).exists():
            Standing.objects.create(party=edit.party, division_id=division, since=edit.now)
        edit.change("interaction", None, {"id": str(interaction.id), "kind": kind})
        edit.tell(_logged(interaction))
    return interaction_view(interaction)


def finish_step(by: Actor, interaction_id: uuid.UUID) -> InteractionView:
    """Say that the next step of an interaction is done. Saying it again changes nothing."""
    found = restrict(by, Action.LOG, Interaction.objects.filter(pk=interaction_id)).first()
    if found is None:
        raise not_found("interaction")
    with editing(by, found.party_id, Action.LOG) as edit:
        interaction = Interaction.objects.get(pk=interaction_id)
        if interaction.next_done_at is None and (interaction.next_step or interaction.next_due):
            interaction.next_done_at = edit.now
            interaction.save(update_fields=["next_done_at"])
            told = {"interaction_id": str(interaction.id), "next_step": interaction.next_step}
            edit.change("next_step", told, None)
            edit.tell(events.track(edit.party.id, "Next Step Done", at=edit.now, properties=told))
    return interaction_view(interaction)


def add_note(
    by: Actor, party_id: uuid.UUID, *, division: str, text: str, interaction: uuid.UUID | None = None
) -> NoteView:
    """Keep a private note. It leaves no change and no event: nobody outside the division learns that it is there."""
    edit = Edit(by=by, party=hold_to_log(by, party_id), now=present(by))
    check_division(by, division, Action.LOG)
    about = None
    if interaction is not None:
        about = Interaction.objects.filter(pk=interaction, party=edit.party).first()
        if about is None:
            raise not_found("interaction")
    return note_view(_keep_note(by, edit, division=division, text=text, interaction=about))


def hold_to_log(by: Actor, party_id: uuid.UUID) -> Party:
    """The party, if the actor may log with it."""
    return hold(by, party_id, Action.LOG, lock=False)


def _keep_note(by: Actor, edit: Edit, *, division: str, text: str, interaction: Interaction | None) -> PrivateNote:
    if division not in by.divisions:
        raise CrmError(Problem.FORBIDDEN, "a private note is written by a member of its division", field="private_note")
    words = _text("private_note", text).strip()
    if not words:
        raise invalid("private_note", "a note has a text")
    return PrivateNote.objects.create(
        party=edit.party,
        division_id=division,
        interaction=interaction,
        author_id=by.user_id,
        text=words,
        at=edit.now,
    )


def _logged(interaction: Interaction) -> dict[str, Any]:
    return events.track(
        interaction.party_id,
        "Interaction Logged",
        at=interaction.occurred_at,
        properties={
            "interaction_id": str(interaction.id),
            "kind": interaction.kind,
            "direction": interaction.direction,
            "online": interaction.online,
            "division": interaction.division_id,
            "outcome": interaction.outcome,
            "next_step": interaction.next_step,
            "subject": interaction.subject,
        },
    )


def _known(party: Party, external_id: str) -> Interaction | None:
    if not external_id:
        return None
    if len(external_id) > 120:
        raise invalid("external_id", "at most 120 characters")
    known = Interaction.objects.filter(external_id=external_id).first()
    if known is not None and known.party_id != party.id:
        raise CrmError(Problem.EXISTS, "another party has an interaction with this id", field="external_id")
    return known


def _instant(value: datetime | None, *, default: datetime) -> datetime:
    if value is None:
        return default
    if value.tzinfo is None:
        raise invalid("occurred_at", "an instant with its time zone")
    return value.astimezone(UTC)


def _line(field: str, value: str, most: int) -> str:
    line = " ".join(value.split())
    if len(line) > most or "\0" in line:
        raise invalid(field, f"at most {most} characters")
    return line


def _text(field: str, value: str) -> str:
    text = value.replace("\r\n", "\n").rstrip()
    if len(text) > LONGEST or "\0" in text:
        raise invalid(field, f"at most {LONGEST} characters")
    return text


def _one_of(field: str, value: str, choices: list[str]) -> str:
    if value not in choices:
        raise invalid(field, f"one of {', '.join(filter(None, choices))}")
    return value
