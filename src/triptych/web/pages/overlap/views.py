"""The matrix of segments by segments, and one pair of them."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from triptych.web.pages import definitions, reading, strangers, writing
from triptych.web.pages.definitions import Segment
from triptych.web.pages.overlap import drawing
from triptych.web.pages.view import page, show
from triptych.web.rights import Action, may

_MOST = 20


class Cell(NamedTuple):
    """A cell of the matrix: its step of heat, its words, its address; empty on the diagonal."""

    heat: str
    text: str
    url: str
    chosen: bool
    said: str


class Line(NamedTuple):
    """A row: a segment, its parties, its size, its cells."""

    segment: Segment
    parties: tuple[int, ...]
    size: str
    cells: tuple[Cell, ...]


@page("overlap", Action.SEE_SEGMENTS)
@require_GET
def overlap(request: HttpRequest) -> HttpResponse:
    """Which segments share visitors: shares of the row or counts, never a figure below 50."""
    cards = {card.id: card for card in definitions.segments()}
    wanted = [each for each in request.GET.getlist("s") if each in cards][:_MOST] or list(cards)[:_MOST]
    counts = request.GET.get("as") == "counts"
    answer = reading.ask("overlap", segments=wanted) if len(wanted) > 1 else reading.Answer({})
    shown = [each for each in answer.data.get("segments") or () if each in cards]
    matrix = answer.data.get("matrix") or []
    sizes = reading.ask("segments") if shown else reading.Answer({})
    chosen = _chosen(request, shown, matrix)
    context = {
        "answer": answer,
        "cards": list(cards.values()),
        "wanted": wanted,
        "counts": counts,
        "lines": _lines(cards, shown, matrix, chosen, asked=_asked(wanted, cards, counts=counts), counts=counts),
        "columns": [cards[each] for each in shown],
        "pair": _pair(cards, shown, matrix, chosen, sizes.data.get("visitors")) if chosen else None,
        "pairs": len(shown) * (len(shown) - 1) // 2,
        "scale": range(10),
        "other_way": _asked(wanted, cards, counts=not counts),
        "may_edit": may(request.user, Action.EDIT_SEGMENTS),
    }
    return show(request, "overlap/overlap.html", context)


def _asked(wanted: list[str], cards: dict[str, Segment], *, counts: bool) -> list[tuple[str, str]]:
    some = [] if wanted == list(cards)[:_MOST] else [("s", each) for each in wanted]
    return [*some, *([("as", "counts")] if counts else [])]


def _chosen(request: HttpRequest, shown: list[str], matrix: list[list[int | None]]) -> tuple[int, int] | None:
    one, other = request.GET.get("a", ""), request.GET.get("b", "")
    if one in shown and other in shown and one != other:
        return shown.index(one), shown.index(other)
    best = None
    for row in range(len(shown)):
        for column in range(len(shown)):
            many = matrix[row][column]
            if row != column and many is not None and (best is None or many > best[0]):
                best = (many, row, column)
    return (best[1], best[2]) if best else None


def _lines(
    cards: dict[str, Segment],
    shown: list[str],
    matrix: list[list[int | None]],
    chosen: tuple[int, int] | None,
    *,
    asked: list[tuple[str, str]],
    counts: bool,
) -> list[Line]:
    held = {each.id: each for each in definitions.contracts()}
    lines = []
    for row, one in enumerate(shown):
        whole = matrix[row][row]
        cells = []
        for column, other in enumerate(shown):
            url = "?" + urlencode([*asked, ("a", one), ("b", other)])
            said = gettext("%(row)s and %(column)s") % {"row": cards[one].name, "column": cards[other].name}
            cells.append(
                _cell(row, column, matrix[row][column], whole, counts=counts)._replace(
                    url=url, chosen=chosen == (row, column), said=said
                )
            )
        size = strangers.size(whole if whole is not None else {"size": None, "under": strangers.FEWEST})
        lines.append(Line(cards[one], definitions.parties_of(cards[one].text, held), size, tuple(cells)))
    return lines


def _cell(row: int, column: int, many: int | None, whole: int | None, *, counts: bool) -> Cell:
    if row == column:
        return Cell("x", "", "", False, "")
    if many is None or many < strangers.FEWEST or not whole:
        return Cell("0", "< 50", "", False, "")
    share = many / whole
    return Cell(str(drawing.heat(share)), writing.number(many) if counts else writing.percent(share), "", False, "")


def _pair(
    cards: dict[str, Segment],
    shown: list[str],
    matrix: list[list[int | None]],
    chosen: tuple[int, int],
    whole: int | None,
) -> dict[str, Any]:
    row, column = chosen
    one, other, both = matrix[row][row], matrix[column][column], matrix[row][column]
    a, b = cards[shown[row]], cards[shown[column]]
    told: dict[str, Any] = {
        "a": a,
        "b": b,
        "a_size": strangers.size(one) if one is not None else strangers.under(),
        "b_size": strangers.size(other) if other is not None else strangers.under(),
        "both": strangers.size(both) if both is not None else strangers.under(),
        "text_both": f"({a.text}) and ({b.text})",
        "text_only": f"({a.text}) and not ({b.text})",
    }
    if one is None or other is None or both is None:
        return told
    index = round(100 * both * whole / (one * other)) if whole and one and other else None
    return told | {
        "of_a": writing.percent(both, one),
        "of_b": writing.percent(both, other),
        "index": index,
        "times": writing.number(round(index / 100, 1)) if index else "",
        "a_only": strangers.size(one - both),
        "b_only": strangers.size(other - both),
        "drawing": drawing.pair(one, other, both),
    }
