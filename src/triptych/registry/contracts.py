"""Changes of contracts: what a partner may say of visitors, what for, and until when.

A contract's key is made with it, in the DMP's own ring. Whoever empties the contract destroys it, after nothing of what
the partner said is left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from triptych.collect.visitors import KeyRing
from triptych.dmp.partners import Code, sensitive_word
from triptych.registry import audit, names
from triptych.registry.desk import Desk
from triptych.registry.errors import Problem, RegistryError, invalid
from triptych.registry.model import ContractCard
from triptych.registry.models import Contract
from triptych.registry.read import contract_card, known
from triptych.registry.recording import changing, noted, refuse_taken
from triptych.vocabulary import PURPOSES, Party

MAX_CODES = 500
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


def add_contract(
    desk: Desk,
    *,
    id: str,
    party: Party,
    ends_at: int,
    partner: str = "",
    purposes: Sequence[str] = ("advertising",),
    codes: Sequence[Code] = (),
    starts_at: int | None = None,
) -> ContractCard:
    """Take a partner under contract: until ``ends_at``, for these purposes, to say these codes and nothing else.

    It is never resold and never joined to names. Its key, by which our visitors' pseudonyms for this partner are made,
    is made at once.

    Raises:
        RegistryError: The id is taken, the end is not after the beginning, the party is not second or third, or a code
            speaks of what is too sensitive for a segment.
    """
    now = desk.clock()
    begins = now if starts_at is None else starts_at
    names.check_id(id)
    if ends_at <= begins:
        raise invalid("ends_at", "a contract ends after it begins")
    record = Contract(
        id=id,
        partner=names.check_name(partner, default=id),
        party=_check_party(party),
        purposes=_check_purposes(purposes),
        starts_at=audit.moment(begins),
        ends_at=audit.moment(ends_at),
        codes=_check_codes(codes),
        created_at=audit.moment(now),
    )
    with changing(desk):
        refuse_taken(record, "there is, or was, a contract")
        record.save(force_insert=True)
        audit.append(desk, "add", kind="contract", thing=id, after=_for_audit(record))
        KeyRing.of_home(desk.home).make_contract(id)
    return contract_card(record, now)


def change_contract(
    desk: Desk,
    id: str,
    *,
    partner: str | None = None,
    purposes: Sequence[str] | None = None,
    ends_at: int | None = None,
    codes: Sequence[Code] | None = None,
) -> ContractCard:
    """Change what is given of a contract that is not over. A code that a file has used may be renamed, not removed."""
    now = desk.clock()
    with changing(desk):
        record = _running(desk, id)
        with noted(desk, record, "change", _for_audit):
            if partner is not None:
                record.partner = names.check_name(partner, default=id)
            if purposes is not None:
                record.purposes = _check_purposes(purposes)
            if ends_at is not None:
                if audit.moment(ends_at) <= record.starts_at:
                    raise invalid("ends_at", "a contract ends after it begins")
                record.ends_at = audit.moment(ends_at)
            if codes is not None:
                fresh = _check_codes(codes)
                if {each["code"] for each in record.codes} - {each["code"] for each in fresh}:
                    raise invalid("codes", "a code of a contract stays: a segment or a file may use it")
                record.codes = fresh
    return contract_card(record, now)


def end_contract(desk: Desk, id: str) -> ContractCard:
    """End a contract before its time. From now on nothing of it is used; what it brought is removed right after."""
    now = desk.clock()
    with changing(desk):
        record = _running(desk, id)
        with noted(desk, record, "end", _for_audit):
            record.ended_at = audit.moment(now)
    return contract_card(record, now)


def mark_emptied(desk: Desk, id: str) -> ContractCard:
    """Note that nothing is left of what a contract brought, and that it is over, whatever its date."""
    now = desk.clock()
    with changing(desk):
        record = known(Contract.objects.all(), id)
        with noted(desk, record, "empty", _for_audit):
            record.ended_at = record.ended_at or audit.moment(now)
            record.emptied_at = record.emptied_at or audit.moment(now)
    return contract_card(record, now)


def _running(desk: Desk, id: str) -> Contract:
    record = known(Contract.objects.all(), id)
    if record.ended_at is not None or record.ends_at <= audit.moment(desk.clock()):
        raise RegistryError(Problem.CONFLICT, f"the contract {id!r} is over", field="id")
    return record


def _check_party(party: Party) -> int:
    if party not in {Party.SECOND, Party.THIRD}:
        raise invalid("party", "a partner is second or third party; what we see ourselves needs no contract")
    return Party(party).value


def _check_purposes(purposes: Sequence[str]) -> list[str]:
    found = sorted(set(purposes))
    if not found or any(purpose not in PURPOSES for purpose in found):
        raise invalid("purposes", f"one or more of {', '.join(sorted(PURPOSES))}")
    return found


def _check_codes(codes: Sequence[Code]) -> list[dict[str, Any]]:
    if len(codes) > MAX_CODES or len({each.code for each in codes}) < len(codes):
        raise invalid("codes", f"at most {MAX_CODES} codes, each once")
    for each in codes:
        if not _CODE.fullmatch(each.code):
            raise invalid("codes", "a code has 1 to 64 of A-Z, a-z, 0-9, dot, - and _")
        names.check_name(each.name, default=each.code)
        word = sensitive_word(f"{each.code} {each.name}")
        if word is not None:
            raise invalid("codes", f"{word!r} is too sensitive for a segment: health, faith, politics, origin")
        price = each.price_per_thousand
        if price is not None and not 0 <= price < 100_000:
            raise invalid("codes", "a price for a thousand is a number of euros from 0 to 100000")
    return [msgspec.to_builtins(each) for each in codes]


def _for_audit(record: Contract) -> dict[str, Any]:
    return {
        "partner": record.partner,
        "party": Party(record.party).word,
        "purposes": list(record.purposes),
        "starts_at": record.starts_at.isoformat(),
        "ends_at": record.ends_at.isoformat(),
        "codes": [each["code"] for each in record.codes],
        "ended": record.ended_at is not None,
        "emptied": record.emptied_at is not None,
    }
