"""The synthesis names a test in each of its cells: each of these tests is there."""

from __future__ import annotations

import ast

from tests.laws_of_the_house.tree import ROOT
from triptych.web.pages.panels.proofs import PROOFS

ROWS = ("who", "known", "named", "party", "data", "ground", "kept", "cross", "for", "works")


def names(file: str) -> set[str]:
    """The tests that a file defines."""
    tree = ast.parse((ROOT / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_cell_of_the_synthesis_names_a_test_that_is_there() -> None:
    assert tuple(PROOFS) == ROWS
    missing = [
        proof.address
        for cells in PROOFS.values()
        for proof in cells
        if not (ROOT / proof.file).exists() or proof.name not in names(proof.file)
    ]
    assert missing == []


def test_no_two_cells_of_a_panel_hide_behind_one_test() -> None:
    for panel in range(3):
        named = [cells[panel].address for key, cells in PROOFS.items() if key != "works"]
        assert len(set(named)) == len(named)
