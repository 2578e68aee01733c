"""The addresses of a declaration; their names begin with its key: ``crm_people``, then ``crm_people_edit``."""

from __future__ import annotations

from django.urls import URLPattern, path

from triptych.web.furniture.boards import move_view
from triptych.web.furniture.editing import edit_view
from triptych.web.furniture.exporting import export_view
from triptych.web.furniture.listing import columns_view, list_view
from triptych.web.furniture.model import ListPage, RecordPage
from triptych.web.furniture.neighbours import neighbour_view


def of_list(page: ListPage, record: RecordPage | None = None) -> list[URLPattern]:
    """The addresses of a list: itself, and where it has them its columns, file, cells, board and records in a row."""
    start = page.path.lstrip("/")
    made = [
        path(start, list_view(page), name=page.key),
        path(f"{start}columns/", columns_view(page), name=f"{page.key}_columns"),
    ]
    if page.exporting:
        made.append(path(f"{start}export/", export_view(page), name=f"{page.key}_export"))
    if page.board:
        made.append(path(f"{start}move/", move_view(page), name=f"{page.key}_move"))
    if page.editing:
        made.append(path(f"{start}<uuid:thing>/edit/<slug:field>/", edit_view(page, record), name=f"{page.key}_edit"))
    if record:
        one = f"{start}<uuid:thing>/"
        made.append(path(f"{one}previous/", neighbour_view(page, record, later=False), name=f"{page.key}_previous"))
        made.append(path(f"{one}next/", neighbour_view(page, record, later=True), name=f"{page.key}_next"))
    return made
