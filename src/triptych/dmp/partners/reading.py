"""A partner's file, line by line: what may be taken is a keyed digest, a code of the contract, and until when.

The file is a stream of any length. A line that is anything else is refused with its reason and stops nobody; its value
is told to nobody.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import BinaryIO, NamedTuple

import msgspec

from triptych.dmp.partners.model import Contract, Line, LineFault
from triptych.dmp.partners.rules import HOUR, last_hour

LONGEST = 1_024
"""Bytes of the longest line that is read."""

FIELDS = ("digest", "code", "until")
_DIGEST = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9][0-9 ().\-/]{5,24}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Refused(NamedTuple):
    """A line that was refused: its number, from 1, and why."""

    number: int
    fault: LineFault


class _Bad(Exception):
    def __init__(self, fault: LineFault) -> None:
        super().__init__(fault)
        self.fault = fault


def read(stream: BinaryIO, contract: Contract, *, now: int) -> Iterator[Line | Refused]:
    """Every line of a file that is not blank: taken, or refused.

    The first line tells the format: one that begins with a brace is JSON, an object a line; anything else is CSV with
    comma, semicolon or tab, with or without a first line of names.
    """
    judge = _Judge(contract, now)
    reader: _Reader | None = None
    for number, raw in _lines(stream):
        if raw is None:
            yield Refused(number, LineFault.TOO_LONG)
            continue
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            if not text:
                continue
            if reader is None:
                reader = _Reader(text)
                if reader.is_header:
                    continue
            yield judge.line(reader.fields(text))
        except _Bad as bad:
            yield Refused(number, bad.fault)
        except UnicodeDecodeError:
            yield Refused(number, LineFault.UNREADABLE)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The lines with their numbers; ``None`` for one that is too long, of which no more is held than that."""
    number = 0
    while raw := stream.readline(LONGEST + 1):
        number += 1
        if len(raw.rstrip(b"\r\n")) <= LONGEST and (raw.endswith(b"\n") or len(raw) <= LONGEST):
            yield number, raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = stream.readline(LONGEST)
        yield number, None


class _Reader:
    """Takes a line apart, as the first line showed how."""

    def __init__(self, first: str) -> None:
        self.is_json = first.startswith("{")
        self._delimiter = next((each for each in (",", ";", "\t") if each in first), ",")
        self._names: tuple[str, ...] = FIELDS
        names = () if self.is_json else tuple(name.strip().lower() for name in self._cells(first))
        self.is_header = bool(names) and "digest" in names
        if self.is_header:
            self._names = names

    def fields(self, text: str) -> Mapping[str, object]:
        """The fields of a line by name."""
        if self.is_json:
            try:
                found = msgspec.json.decode(text)
            except (msgspec.DecodeError, RecursionError):
                raise _Bad(LineFault.UNREADABLE) from None
            if not isinstance(found, dict):
                raise _Bad(LineFault.UNREADABLE)
            return found
        cells = [cell.strip() for cell in self._cells(text)]
        if len(cells) > len(self._names):
            raise _Bad(LineFault.UNKNOWN_FIELD)
        return {name: cell for name, cell in zip(self._names, cells, strict=False) if cell}

    def _cells(self, text: str) -> list[str]:
        try:
            return next(csv.reader([text], delimiter=self._delimiter, strict=True))
        except (csv.Error, StopIteration):
            raise _Bad(LineFault.UNREADABLE) from None


class _Judge:
    """Says of the fields of a line what is wrong with them, first of all whether they name a person."""

    def __init__(self, contract: Contract, now: int) -> None:
        self._codes = frozenset(each.code for each in contract.codes)
        self._end = last_hour(contract)
        self._hour = now // HOUR

    def line(self, fields: Mapping[str, object]) -> Line:
        """The line that the fields make."""
        if any(_names_somebody(value, name) for name, value in fields.items()):
            raise _Bad(LineFault.NAMES_A_PERSON)
        if not fields.keys() <= set(FIELDS):
            raise _Bad(LineFault.UNKNOWN_FIELD)
        digest, code = fields.get("digest"), fields.get("code")
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise _Bad(LineFault.NOT_A_DIGEST)
        if not isinstance(code, str) or code not in self._codes:
            raise _Bad(LineFault.UNKNOWN_CODE)
        until = self._until(fields.get("until"))
        if until <= self._hour:
            raise _Bad(LineFault.OVER)
        return Line(digest.lower(), code, until)

    def _until(self, value: object) -> int:
        if value is None:
            return self._end
        if not isinstance(value, str):
            raise _Bad(LineFault.BAD_UNTIL)
        try:
            return min(instant(value) // HOUR, self._end)
        except (ValueError, OverflowError):
            raise _Bad(LineFault.BAD_UNTIL) from None


def instant(text: str) -> int:
    """Microseconds since 1970 of an ISO 8601 text: a date lasts until its midnight, UTC; an instant needs its zone.

    >>> instant("1970-01-01"), instant("1970-01-01T00:00:01Z")
    (86400000000, 1000000)
    """
    if len(text) <= 10:
        day = date.fromisoformat(text) + timedelta(days=1)
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    else:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _names_somebody(value: object, name: str) -> bool:
    """Whether a value looks like a mail address or, where it is no code and no date, a telephone number."""
    if not isinstance(value, str):
        return False
    return "@" in value or (name not in {"code", "until"} and _PHONE.fullmatch(value.strip()) is not None)
