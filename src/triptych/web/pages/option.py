"""What the palette and the search answer with: options in groups."""

from __future__ import annotations

from typing import NamedTuple


class Option(NamedTuple):
    """Something to open: icon (or a name for a disc, square for an organisation), text, a remark, keys, address."""

    icon: str
    text: str
    href: str
    aside: str = ""
    keys: tuple[str, ...] = ()
    disc: str = ""
    square: bool = False


class Group(NamedTuple):
    """Options of a kind."""

    title: str
    options: list[Option]
