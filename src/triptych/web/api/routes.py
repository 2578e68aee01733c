"""The whole API as one table that reads aloud: method, address, right, handler, body, status."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from triptych.web.api import audiences, bodies, destinations, house, parties, quarantine, segments, sources
from triptych.web.rights import Action

Handler = Callable[..., Any]
_PART = re.compile(r"<(\w+):(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that the API does. ``handler`` gets the request, the address's parts and the body, if there is one."""

    method: str
    path: str
    action: Action
    handler: Handler
    body: type[bodies.Body] | type[bytes] | None = None
    status: int = 200

    @property
    def shown(self) -> str:
        """The address as people read it: ``sources/{id}``."""
        return _PART.sub(r"{\2}", self.path)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Kind and name of each variable part of the address."""
        return [(kind, name) for kind, name in _PART.findall(self.path)]

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().splitlines()[0]


ROUTES: tuple[Route, ...] = (
    Route("GET", "tokens", Action.USE_API, house.tokens),
    Route("POST", "tokens", Action.USE_API, house.add_token, bodies.NewToken, 201),
    Route("DELETE", "tokens/<int:number>", Action.USE_API, house.revoke_token, None, 204),
    Route("GET", "sources", Action.SEE_SOURCES, sources.index),
    Route("POST", "sources", Action.EDIT_SOURCES, sources.add, bodies.NewSource, 201),
    Route("GET", "sources/<slug:id>", Action.SEE_SOURCES, sources.one),
    Route("PATCH", "sources/<slug:id>", Action.EDIT_SOURCES, sources.change, bodies.SourceChange),
    Route("POST", "sources/<slug:id>/keys", Action.EDIT_SOURCES, sources.rotate, bodies.NewKey, 201),
    Route("GET", "sources/<slug:id>/plan", Action.SEE_SOURCES, sources.plan),
    Route("PUT", "sources/<slug:id>/plan", Action.EDIT_PLANS, sources.set_plan, bytes),
    Route("DELETE", "sources/<slug:id>/plan", Action.EDIT_PLANS, sources.remove_plan, None, 204),
    Route("GET", "purposes", Action.SEE_AUDIENCES, house.purposes),
    Route("GET", "audiences", Action.SEE_AUDIENCES, audiences.index),
    Route("POST", "audiences", Action.EDIT_AUDIENCES, audiences.add, bodies.NewAudience, 201),
    Route("GET", "audiences/<slug:id>", Action.SEE_AUDIENCES, audiences.one),
    Route("PATCH", "audiences/<slug:id>", Action.EDIT_AUDIENCES, audiences.change, bodies.AudienceChange),
    Route("DELETE", "audiences/<slug:id>", Action.EDIT_AUDIENCES, audiences.remove, None, 204),
    Route("GET", "segments", Action.SEE_SEGMENTS, segments.index),
    Route("POST", "segments", Action.EDIT_SEGMENTS, segments.add, bodies.NewSegment, 201),
    Route("GET", "segments/<slug:id>", Action.SEE_SEGMENTS, segments.one),
    Route("PATCH", "segments/<slug:id>", Action.EDIT_SEGMENTS, segments.change, bodies.SegmentChange),
    Route("DELETE", "segments/<slug:id>", Action.EDIT_SEGMENTS, segments.remove, None, 204),
    Route("GET", "segments/<slug:id>/size", Action.SEE_SEGMENTS, segments.size),
    Route("GET", "contracts", Action.SEE_PARTNERS, segments.contracts),
    Route("POST", "contracts", Action.EDIT_PARTNERS, segments.add_contract, bodies.NewContract, 201),
    Route("GET", "contracts/<slug:id>", Action.SEE_PARTNERS, segments.contract),
    Route("PATCH", "contracts/<slug:id>", Action.EDIT_PARTNERS, segments.change_contract, bodies.ContractChange),
    Route("POST", "contracts/<slug:id>/end", Action.EDIT_PARTNERS, segments.end_contract),
    Route("GET", "destinations", Action.SEE_DESTINATIONS, destinations.index),
    Route("POST", "destinations", Action.EDIT_DESTINATIONS, destinations.add, bodies.NewDestination, 201),
    Route("GET", "destinations/<slug:id>", Action.SEE_DESTINATIONS, destinations.one),
    Route("PATCH", "destinations/<slug:id>", Action.EDIT_DESTINATIONS, destinations.change, bodies.DestinationChange),
    Route("DELETE", "destinations/<slug:id>", Action.EDIT_DESTINATIONS, destinations.remove, None, 204),
    Route("POST", "destinations/<slug:id>/secret", Action.EDIT_DESTINATIONS, destinations.rotate, None, 201),
    Route("GET", "quarantine", Action.SEE_QUARANTINE, quarantine.index),
    Route("POST", "quarantine/replay", Action.REPLAY_QUARANTINE, quarantine.replay, bodies.Replay, 202),
    Route("GET", "guards", Action.SEE_SOURCES, house.guards),
    Route("POST", "guards/blocked", Action.EDIT_SOURCES, house.block, bodies.NewBlock, 201),
    Route("DELETE", "guards/blocked/<int:number>", Action.EDIT_SOURCES, house.unblock, None, 204),
    Route("GET", "accounts", Action.MANAGE_ACCOUNTS, house.accounts),
    Route("POST", "accounts", Action.MANAGE_ACCOUNTS, house.add_account, bodies.NewAccount, 201),
    Route("PATCH", "accounts/<int:number>", Action.MANAGE_ACCOUNTS, house.change_account, bodies.AccountChange),
    Route("GET", "parties", Action.SEE_PARTIES, parties.index),
    Route("POST", "parties", Action.EDIT_PARTIES, parties.add, bodies.NewParty, 201),
    Route("POST", "parties/search", Action.SEE_PARTIES, parties.search, bodies.PartySearch),
    Route("GET", "parties/<uuid:id>", Action.SEE_PARTIES, parties.one),
    Route("PATCH", "parties/<uuid:id>", Action.EDIT_PARTIES, parties.change, bodies.PartyChange),
    Route(
        "POST",
        "parties/<uuid:id>/contact-points",
        Action.EDIT_PARTIES,
        parties.add_contact_point,
        bodies.NewContactPoint,
        201,
    ),
    Route(
        "DELETE",
        "parties/<uuid:id>/contact-points/<int:number>",
        Action.EDIT_PARTIES,
        parties.remove_contact_point,
        None,
        204,
    ),
    Route("POST", "parties/<uuid:id>/roles", Action.EDIT_PARTIES, parties.add_role, bodies.RoleChange, 201),
    Route("DELETE", "parties/<uuid:id>/roles/<slug:role>", Action.EDIT_PARTIES, parties.end_role, None, 204),
    Route(
        "POST",
        "parties/<uuid:id>/affiliations",
        Action.EDIT_PARTIES,
        parties.add_affiliation,
        bodies.NewAffiliation,
        201,
    ),
    Route(
        "DELETE",
        "parties/<uuid:id>/affiliations/<int:number>",
        Action.EDIT_PARTIES,
        parties.end_affiliation,
        None,
        204,
    ),
    Route(
        "PUT",
        "parties/<uuid:id>/standings/<slug:division>",
        Action.EDIT_PARTIES,
        parties.stand,
        bodies.StandingChange,
    ),
    Route("GET", "parties/<uuid:id>/interactions", Action.SEE_PARTIES, parties.interactions),
    Route("POST", "parties/<uuid:id>/interactions", Action.LOG_INTERACTIONS, parties.log, bodies.NewInteraction, 201),
    Route("GET", "parties/<uuid:id>/notes", Action.SEE_PARTIES, parties.notes),
    Route("POST", "parties/<uuid:id>/notes", Action.LOG_INTERACTIONS, parties.add_note, bodies.NewNote, 201),
    Route("GET", "parties/<uuid:id>/changes", Action.SEE_PARTIES, parties.changes),
    Route("GET", "interactions", Action.SEE_PARTIES, parties.all_interactions),
    Route("POST", "interactions/<uuid:id>/done", Action.LOG_INTERACTIONS, parties.finish_step),
    Route("GET", "divisions", Action.SEE_PARTIES, parties.divisions),
    Route("POST", "divisions", Action.MANAGE_ACCOUNTS, parties.add_division, bodies.NewDivision, 201),
    Route("GET", "divisions/<slug:id>/members", Action.MANAGE_ACCOUNTS, parties.members),
    Route("PUT", "divisions/<slug:id>/members/<int:number>", Action.MANAGE_ACCOUNTS, parties.add_member, None, 204),
    Route(
        "DELETE", "divisions/<slug:id>/members/<int:number>", Action.MANAGE_ACCOUNTS, parties.remove_member, None, 204
    ),
    Route("GET", "versions", Action.SEE_SOURCES, house.versions),
    Route("GET", "audit", Action.SEE_AUDIT, house.audit),
)
