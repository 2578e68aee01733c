"""The furniture: what every list and every record page is made of, built once.

A page is declared, never written again: a list has columns, filters, sorts, actions and perhaps a board; a record page
has zones of fields and blocks. The furniture brings chips, keyset pages, counts, sorting, columns per reader, export,
the board, inline edit with its conflict, and the keys. It knows no object of any room: a declaration hands it the rows
a reader may see and the service that saves a field, and nothing is shown that did not come through them.
"""

from triptych.web.furniture.model import (
    Action,
    Block,
    Board,
    Choice,
    Clash,
    Column,
    Editing,
    Exporting,
    Field,
    Filter,
    Kind,
    ListPage,
    RecordPage,
    Refused,
    Sort,
    View,
    Zone,
)

__all__ = [
    "Action",
    "Block",
    "Board",
    "Choice",
    "Clash",
    "Column",
    "Editing",
    "Exporting",
    "Field",
    "Filter",
    "Kind",
    "ListPage",
    "RecordPage",
    "Refused",
    "Sort",
    "View",
    "Zone",
]
