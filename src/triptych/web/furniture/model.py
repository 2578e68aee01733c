"""What a list and a record page are declared with. Frozen: a declaration is read, never changed.

``Row`` is whatever the declaration's own query gives; the furniture reads it only through the declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from triptych.web.rights import Action as Right

Row: TypeAlias = Any
Actor: TypeAlias = Any
Words: TypeAlias = "str | Promise"


class Kind(StrEnum):
    """What a value is: how it is shown, aligned, edited and exported."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    LABELS = "labels"
    PERSON = "person"
    STAGE = "stage"


class Operator(StrEnum):
    """How a filter compares."""

    IS = "is"
    NOT = "not"
    WITHIN = "within"
    OLDER = "older"
    AFTER = "after"
    BEFORE = "before"
    EMPTY = "empty"
    FILLED = "filled"


class Refused(Exception):
    """A value that cannot be saved; the message says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a field or a filter offers."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a list, and when: what relative filters and "mine" are about."""

    actor: Actor
    now: datetime
    personal: bool = True


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else changed the same field since it was shown: all three values, and who it was."""

    before: str
    theirs: str
    mine: str
    version: int
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value of a record: how it is called, read, shown and, where ``editable``, edited in its place."""

    key: str
    label: Words
    kind: Kind = Kind.TEXT
    read: Callable[[Row], object] | None = None
    choices: Callable[[], Sequence[Choice]] | None = None
    template: str = ""
    personal: bool = False
    editable: bool = False
    required: bool = False
    most: int = 200
    hint: Words = ""
    autocomplete: str = "off"

    def value(self, row: Row) -> object:
        """The value of this field in a row."""
        return self.read(row) if self.read else getattr(row, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Field):
    """A field as a column of a list.

    ``place`` is where it stands in the two lines of a row on a phone: ``m1`` to ``m4``, or ``mx`` for nowhere.
    ``sort`` names the sort that its head turns; ``shown`` is whether a reader has it before choosing columns.
    """

    place: str = "mx"
    width: str = ""
    sort: str = ""
    name: bool = False
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Among:
    """A condition on other rows: those of ours whose ``column`` is among ``key`` of ``rows``."""

    rows: QuerySet[Any]
    key: str
    column: str = "pk"
    negated: bool = False


Where: TypeAlias = "Q | Among"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A condition that a reader may set: a chip ``field · operator · value``.

    Where ``where`` is absent, ``path`` names the model's field. Nothing personal may be a filter: its value stands in
    the address. Who looks for a name or a number uses the field of the list, whose text travels in a body.
    """

    key: str
    label: Words
    kind: Kind = Kind.CHOICE
    path: str = ""
    choices: Callable[[Reader], Sequence[Choice]] | None = None
    where: Callable[[Reader, Operator, tuple[str, ...]], Where] | None = None
    operators: tuple[Operator, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """An order of the rows by ``path``, ties broken by the primary key; rows without a value come last."""

    key: str
    label: Words
    path: str
    descending: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to do: on the page (``url`` of nothing), on a record (``url`` of a row)."""

    key: str
    label: Words
    icon: str
    right: Right
    url: Callable[[Row], str]
    primary: bool = False
    letter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A ready set of filters, as a tab: ``query`` is what stands in the address."""

    key: str
    label: Words
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The rows of a list by lane. A list may have several boards of the same lanes; ``boards`` gives those of a reader.

    ``lane(reader, rows, board, lane)`` gives the rows of one lane, in parts that share none and are each quick to read
    in order. ``move(actor, id, board, lane)`` says by hand that a row is in another, ``movable(actor, board)`` gives
    the rows for which this reader may say so.
    """

    boards: Callable[[Reader], Sequence[Choice]]
    lanes: Callable[[], Sequence[Choice]]
    lane: Callable[[Reader, QuerySet[Any], str, str], Sequence[QuerySet[Any]]]
    movable: Callable[[Actor, str], QuerySet[Any]]
    move: Callable[[Actor, str, str, str], None]
    right: Right
    card: str
    sort: str
    most: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """How a field is saved: ``save(actor, id, field, value, base version)``, which may raise ``Refused``.

    ``query`` gives the rows that this reader may edit.
    """

    right: Right
    query: Callable[[Actor], QuerySet[Any]]
    version: Callable[[Row], int]
    save: Callable[[Actor, str, str, str, int], Clash | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporting:
    """Who may take a list away as a file, and which rows: often fewer than one may see."""

    right: Right
    query: Callable[[Actor], QuerySet[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A list: whose rows, in which columns, by which filters and orders.

    ``key`` is the place of the navigation and the beginning of its URL names; ``query`` gives the rows that a reader
    may see and nothing else, ``find`` those that answer to a text. ``sort`` is the first order. What answers is counted
    up to ``bound``.
    """

    key: str
    panel: str
    title: Words
    path: str
    right: Right
    query: Callable[[Actor], QuerySet[Any]]
    columns: tuple[Column, ...]
    sorts: tuple[Sort, ...]
    sort: str
    record_url: Callable[[Row], str]
    filters: tuple[Filter, ...] = ()
    views: tuple[View, ...] = ()
    actions: tuple[Action, ...] = ()
    find: Callable[[Actor, QuerySet[Any], str], QuerySet[Any]] | None = None
    find_hint: Words = ""
    board: Board | None = None
    editing: Editing | None = None
    exporting: Exporting | None = None
    prepare: Callable[[Reader, Sequence[Row]], None] | None = None
    empty: Words = ""
    empty_says: Words = ""
    size: int = 50
    bound: int = 2_000
    columns_by_key: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        """Index the columns, and refuse a declaration that names what it has not."""
        object.__setattr__(self, "columns_by_key", {column.key: column for column in self.columns})
        known = {sort.key for sort in self.sorts}
        named = {column.sort for column in self.columns if column.sort} | {self.sort}
        if self.board:
            named.add(self.board.sort)
        if named - known:
            raise ValueError(f"{self.key}: no sort is called {sorted(named - known)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a zone with its own template, over what ``load`` adds. Without the right it says so, locked."""

    key: str
    template: str
    label: Words = ""
    load: Callable[[HttpRequest, Row], Mapping[str, Any]] | None = None
    right: Right | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One of the columns of a record page: fields first, then blocks."""

    key: str
    label: Words
    fields: tuple[Field, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """The page of one record: its head, its actions, three zones.

    ``list_page`` is the list that it belongs to: its neighbours and the editing of its fields are the list's.
    """

    key: str
    panel: str
    right: Right
    load: Callable[[Actor, str], Row | None]
    title: Callable[[Row], str]
    zones: tuple[Zone, ...]
    list_page: ListPage | None = None
    head: Block | None = None
    strip: Block | None = None
    square: bool = False
    actions: tuple[Action, ...] = ()
