"""The source tree as the laws read it."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "triptych"
DOCS = ROOT / "docs"
PANELS = ("cdp", "dmp")
ROOMS = sorted(
    folder.relative_to(SRC).as_posix()
    for folder in [*SRC.iterdir(), *(SRC / "cdp").iterdir(), *(SRC / "dmp").iterdir()]
    if folder.is_dir() and folder.name not in {"__pycache__", *PANELS}
)
"""Every room: the folders of the package, with those of ``cdp`` and ``dmp``."""


def sources() -> list[Path]:
    """Every module of the product."""
    return sorted(SRC.rglob("*.py"))


def room_of(file: Path) -> str:
    """The room that a module stands in."""
    parts = file.relative_to(SRC).parts
    return "/".join(parts[:2]) if parts[0] in PANELS and len(parts) > 2 else parts[0]


def tree(file: Path) -> ast.Module:
    """A module, parsed."""
    return ast.parse(file.read_text(), filename=str(file))
