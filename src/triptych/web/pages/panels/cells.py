"""What the synthesis is made of: cells and rows, and how a count and a list are written in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext

from triptych.web.pages import writing
from triptych.web.pages.panels.proofs import Proof

PANELS = ("crm", "cdp", "dmp")


class Cell(NamedTuple):
    """A cell: a key word or a live count, a remark, a sentence, the parties where it is about them, and its test."""

    key: str
    small: str
    text: str
    proof: Proof
    parties: tuple[int, ...] = ()
    mono: bool = False
    counted: str = ""
    value: int | None = None

    @property
    def held(self) -> str:
        """The digits of the parties, for the template."""
        return "".join(str(party) for party in self.parties)


class Row(NamedTuple):
    """A question, and what CRM, CDP and DMP answer."""

    key: str
    question: str
    cells: tuple[Cell, Cell, Cell]

    @property
    def leaves(self) -> Iterable[tuple[str, Cell]]:
        """Each cell with the panel that answers in it."""
        return zip(PANELS, self.cells, strict=True)


def counted_text(many: int | None) -> str:
    """A live count as it is written; that nobody counted is said."""
    return gettext("not counted") if many is None else writing.number(many)


def listed(some: Iterable[object]) -> str:
    """Words one after the other."""
    return ", ".join(str(each) for each in some)
