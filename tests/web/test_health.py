import pytest
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from triptych.web import health


@pytest.fixture(autouse=True)
def _fresh() -> None:
    health._is_migrated.cache_clear()


def test_it_is_ready_when_the_records_answer(db: None) -> None:
    assert Client().get("/healthz").content == b'{"ready":true}'


def test_it_says_that_the_records_do_not_answer(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise DatabaseError("unable to open database file")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", down)
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "missing": "records"})
    assert answer.headers["Retry-After"] == "1"


def test_it_says_that_the_records_have_an_older_shape(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["a step"])
    assert Client().get("/healthz").json() == {"ready": False, "missing": "migrations"}
    monkeypatch.undo()
    assert Client().get("/healthz").status_code == 200
