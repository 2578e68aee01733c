"""Find parties by the beginnings of words: names, numbers, cities, contact points; with or without accents.

SQLite keeps the words in an FTS5 table, PostgreSQL in a table with a ``tsvector``. A party's row is written in the
transaction of the edit. Private notes and the texts of interactions are not in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from triptych.crm.models import ContactPoint, Party

_WORD = re.compile(r"[^\W_]+")
_TAKE_OUT = {
    "sqlite": "DELETE FROM crm_search WHERE rowid = %s",
    "postgresql": "DELETE FROM crm_search WHERE serial = %s",
}


def fold(text: str) -> str:
    """A text without case and accents, as it is sorted and found.

    >>> fold("Éloïse  MARTIN")
    'eloise martin'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(each for each in plain if not unicodedata.combining(each)).split())


def put(party: Party, contacts: Iterable[ContactPoint]) -> None:
    """Write the words of a party anew."""
    points = list(contacts)
    name = fold(f"{party.name} {party.title}")
    contact = fold(" ".join(" ".join(_said(each)) for each in points))
    other = fold(f"{party.number} {party.serial} {party.city} {party.postcode} {party.registration}")
    remove([party.serial])
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "INSERT INTO crm_search(rowid, name, contact, other) VALUES (%s, %s, %s, %s)",
                [party.serial, name, contact, other],
            )
        else:
            cursor.execute(
                "INSERT INTO crm_search(serial, words) VALUES (%s, to_tsvector('simple', %s))",
                [party.serial, " ".join(_WORD.findall(f"{name} {contact} {other}"))],
            )


def remove(serials: Iterable[int]) -> None:
    """Take parties out of the search."""
    with connection.cursor() as cursor:
        for serial in serials:
            cursor.execute(_TAKE_OUT[connection.vendor], [serial])


def optimise() -> None:
    """Merge what the search table keeps, so that words which were removed leave its pages too."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO crm_search(crm_search) VALUES ('optimize')")


def matching(parties: QuerySet[Party], text: str) -> QuerySet[Party]:
    """Those of the parties that have every word of the text, or a word that begins with it."""
    words = _WORD.findall(fold(text))
    if not words:
        return parties.none()
    if connection.vendor == "sqlite":
        question = " ".join(f'"{word}"*' for word in words)
        found = RawSQL("SELECT rowid FROM crm_search WHERE crm_search MATCH %s", [question])
    else:
        question = " & ".join(f"{word}:*" for word in words)
        found = RawSQL("SELECT serial FROM crm_search WHERE words @@ to_tsquery('simple', %s)", [question])
    return parties.filter(serial__in=found)


def _said(point: ContactPoint) -> tuple[str, ...]:
    """A contact point in the ways that people type it."""
    if point.kind != ContactPoint.Kind.PHONE:
        return (point.normalised,)
    national = f"0{point.normalised[3:]}" if point.normalised.startswith("+33") else ""
    return (point.normalised, national)
