"""What a visitor is seen to do, in words of the operator alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from triptych.collect.visitors.model import OTHER, Category

_TRACKED = {
    "product viewed": "product",
    "product list viewed": "product",
    "product added": "cart",
    "promotion viewed": "exposure",
    "ad viewed": "exposure",
}
_CLICKED = " clicked"


def kind_of(call: str, name: str) -> str | None:
    """The kind of an event by its call and name; ``None`` for what is never observed.

    >>> kind_of("page", ""), kind_of("track", "Product Added"), kind_of("track", "Order Completed")
    ('page', 'cart', None)
    """
    if call in {"page", "screen"}:
        return "page"
    if call != "track":
        return None
    plain = name.strip().casefold()
    found = _TRACKED.get(plain)
    return found if found is not None or not plain.endswith(_CLICKED) else "click"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words that one source may use of a page: its map, longest path first, and its campaigns' codes."""

    paths: tuple[tuple[str, str], ...]
    words: frozenset[str]
    codes: frozenset[str]

    @classmethod
    def of(cls, categories: Iterable[Category], campaigns: Iterable[str]) -> Wording:
        """The wording of a published map and list of campaigns."""
        paths = sorted(((_plain(each.path), each.category) for each in categories), key=lambda pair: -len(pair[0]))
        return cls(tuple(paths), frozenset(word for _, word in paths), frozenset(campaigns))

    def category(self, path: str, said: object = None) -> str:
        """The word for a page: by the longest path that it lies below, else what was said if that is such a word.

        >>> shop = Wording.of([Category("/shop", "shop"), Category("/shop/teas/", "tea")], [])
        >>> shop.category("/shop/teas/sencha"), shop.category("/shopping"), shop.category("", "tea")
        ('tea', 'other', 'tea')
        """
        for prefix, word in self.paths:
            if path.startswith(prefix) and (len(path) == len(prefix) or path[len(prefix)] == "/"):
                return word
        return said if isinstance(said, str) and said in self.words else OTHER

    def campaign(self, *said: object) -> str:
        """The first of the values that is a published campaign's code; nothing where none is."""
        for value in said:
            if isinstance(value, str) and value in self.codes:
                return value
        return ""


def _plain(path: str) -> str:
    """A path without its last slash; the root is the empty path, below which everything lies."""
    return path.rstrip("/")


def hour_of(happened: int, *, since: int, now: int) -> int:
    """The hour of an observation: the event's own, but not before the id was issued nor after now (hours).

    >>> hour_of(5, since=7, now=9), hour_of(8, since=7, now=9), hour_of(12, since=7, now=9)
    (7, 8, 9)
    """
    return max(since, min(happened, now))
