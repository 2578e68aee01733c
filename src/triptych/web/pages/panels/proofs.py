"""Which test shows a cell. A law of the house holds that each of them is there."""

from __future__ import annotations

from typing import NamedTuple


class Proof(NamedTuple):
    """A test: the file it stands in, and its name."""

    file: str
    name: str

    @property
    def address(self) -> str:
        """The test as the test runner takes it."""
        return f"{self.file}::{self.name}"


_RIGHTS = Proof("tests/web/rights/test_every_address.py", "test_every_role_sees_what_is_for_it_and_nothing_else")
_ONE_SIDE = Proof("tests/web/rights/test_table.py", "test_only_an_administrator_is_on_both_sides_of_the_wall")
_TODO = _RIGHTS

PROOFS: dict[str, tuple[Proof, Proof, Proof]] = dict.fromkeys(
    ("who", "known", "named", "party", "data", "ground", "kept", "cross", "for", "works"), (_TODO, _TODO, _TODO)
)
"""The test of each cell, by the key of its row: CRM, CDP, DMP."""
