"""The addresses of a declaration; their names begin with its key: ``crm_people``, then ``crm_people_edit``."""

from __future__ import annotations

from django.urls import URLPattern, path

from triptych.web.furniture.boards import move_view
from triptych.web.furniture.editing import edit_view
from triptych.web.furniture.exporting import export_view
from triptych.web.furniture.listing import columns_view, list_view
from triptych.web.furniture.model import ListPage, RecordPage


def of_list(page: ListPage, record: RecordPage | None = None) -> list[URLPattern]:
    """The addresses of a list: itself, its columns, its file, its cells and its board, where it has them."""
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
    return made
