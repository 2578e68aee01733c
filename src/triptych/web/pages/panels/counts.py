"""The live counts of the synthesis, each asked of the store that holds it. What nobody answers is absent."""

from __future__ import annotations

from dataclasses import dataclass

from triptych.crm import reading
from triptych.crm.models import Outbox
from triptych.registry import read as registry
from triptych.vocabulary import system_clock
from triptych.web.accounts.models import User
from triptych.web.pages import definitions
from triptych.web.pages import reading as engine
from triptych.web.rights import TABLE, Action, Role


@dataclass(frozen=True, slots=True)
class Counts:
    """What is in the three systems now. ``None``: the one who counts does not answer."""

    at: int
    parties: int
    contact_points: int
    interactions: int
    waiting: int
    people: int | None
    identifiers: int | None
    events: int | None
    rate: float | None
    visitors: int | None
    observations: int | None
    withdrawn: int | None
    audiences: int
    segments: int
    contracts: int
    named_sources: int
    sources: int
    bases: tuple[str, ...]
    crm_basis: str
    parties_held: tuple[int, ...]
    partners: tuple[str, ...]
    crm_colleagues: int
    cdp_colleagues: int
    dmp_colleagues: int


def now() -> Counts:
    """Count everything that the synthesis tells."""
    relation = reading.totals()
    river, strangers = engine.ask("status").data, engine.ask("visitors_status").data
    counted = river.get("counts") or {}
    sources = [source for source in registry.sources() if source.enabled]
    named = [source for source in sources if source.party in {"zero", "first"}]
    held = [contract for contract in definitions.contracts() if not contract.ended]
    return Counts(
        at=system_clock(),
        parties=relation.parties,
        contact_points=relation.contact_points,
        interactions=relation.interactions,
        waiting=Outbox.objects.filter(sent_at=None).count(),
        people=river.get("named_profiles"),
        identifiers=river.get("identifiers"),
        events=counted.get("stored"),
        rate=river.get("events_per_s"),
        visitors=strangers.get("visitors"),
        observations=strangers.get("observations"),
        withdrawn=strangers.get("withdrawn"),
        audiences=len(registry.audiences()),
        segments=len(definitions.segments()),
        contracts=len(held),
        named_sources=len(named),
        sources=len(sources),
        bases=tuple(dict.fromkeys(source.basis for source in named)),
        crm_basis=next((source.basis for source in sources if source.id == "crm"), ""),
        parties_held=tuple(sorted({1, *(contract.party for contract in held)})),
        partners=tuple(contract.partner for contract in held),
        crm_colleagues=_colleagues(Action.SEE_PARTIES),
        cdp_colleagues=_colleagues(Action.SEE_AUDIENCES, Action.SEE_PEOPLE),
        dmp_colleagues=_colleagues(Action.SEE_VISITORS),
    )


def roles_of(*actions: Action) -> list[Role]:
    """The roles that may do one of these, in the order of the vocabulary of roles."""
    allowed = frozenset().union(*(TABLE[action] for action in actions))
    return [role for role in Role if role in allowed]


def _colleagues(*actions: Action) -> int:
    names = [role.value for role in roles_of(*actions)]
    return User.objects.filter(is_active=True, groups__name__in=names).distinct().count()
