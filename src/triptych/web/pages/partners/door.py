"""What came in under a contract, and what was refused at the door: counts and reasons, never a value."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_lazy

from triptych.audiences.model import Said
from triptych.dmp.partners import File, LineFault, read
from triptych.registry.model import CodeCard
from triptych.web.pages import strangers
from triptych.web.pages.definitions import Contract
from triptych.web.pages.segments import counting

_REASONS = {
    LineFault.UNREADABLE: gettext_lazy("Cannot be read"),
    LineFault.TOO_LONG: gettext_lazy("Too long for a line"),
    LineFault.UNKNOWN_FIELD: gettext_lazy("A column that has no place here"),
    LineFault.NAMES_A_PERSON: gettext_lazy("It names a person: a mail or a phone"),
    LineFault.NOT_A_DIGEST: gettext_lazy("No digest of this contract’s key"),
    LineFault.UNKNOWN_CODE: gettext_lazy("A code that the contract does not have"),
    LineFault.BAD_UNTIL: gettext_lazy("An end that cannot be read"),
    LineFault.OVER: gettext_lazy("Over before it came in"),
}


class Came(NamedTuple):
    """A file that came in, with the sum of its refused lines."""

    file: File
    rejected: int


def files(home: Path, contract: str) -> list[Came]:
    """The files of a contract, newest first."""
    return [Came(file, sum(file.refused.values())) for file in read.files(home, contract)]


def refusals(some: Sequence[Came]) -> list[tuple[str, int, int]]:
    """What was refused at the door: the reason in words, how many lines, and when last."""
    found: dict[str, tuple[int, int]] = {}
    for file, _ in some:
        for reason, count in file.refused.items():
            many, last = found.get(reason, (0, 0))
            found[reason] = (many + count, max(last, file.at))
    words: dict[str, object] = {fault.value: said for fault, said in _REASONS.items()}
    return [(str(words.get(reason, reason)), many, last) for reason, (many, last) in sorted(found.items())]


def size_of(contract: Contract, code: CodeCard) -> str:
    """How many of our visitors a partner says this of; nothing where nobody counts or the contract is over."""
    if contract.ended:
        return ""
    answer = counting.size(Said(contract.id, code.code))
    return strangers.size(answer.data) if answer.ok else ""
