"""The page of a party: her portrait and the work in one, and everything one does on it."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from tests.web.record.relations import SECRET, Relations

Browse = Callable[[str], Client]


def test_it_shows_portrait_and_work_in_one(relations: Relations, logged_in: Browse) -> None:
    text = logged_in("sales").get(f"/crm/people/{relations.alice}/").text
    for said in (
        "Élodie Garnier-Lefèvre",
        "Tasting of the Christmas coffees",
        "Bought 3 items",
        "Épicerie fine",
        "Put a jar of honey aside",
        "Nantes Graslin",
        SECRET,
    ):
        assert said in text, said
