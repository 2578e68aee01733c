"""What the columnar store promises: once each, visible at once, facts drawn alike from table and tail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.chunks import chunk, event
from triptych.warehouse import Chunk, Duck, DuckSettings, Follower, WarehouseFailed

ORDER = {
    "order_id": "o1",
    "total": "30.50",
    "currency": "EUR",
    "affiliation": "Nantes",
    "products": [
        {"product_id": "p1", "name": "Lamp", "category": "home", "price": 10, "quantity": 2},
        {"product_id": "p2", "name": "Bulb", "price": 10.5, "coupon": "TEN"},
    ],
}


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[Duck]:
    opened = Duck(tmp_path / "warehouse.duckdb", DuckSettings())
    yield opened
    opened.close()


def test_it_keeps_events_and_the_offset_after_them(duck: Duck) -> None:
    duck.append([chunk(event(3), event(4)), chunk(event(9))])
    assert duck.offset() == 10
    with duck.reader([]) as reader:
        assert reader.rows('SELECT "offset", message_id FROM events ORDER BY 1') == [(3, "m3"), (4, "m4"), (9, "m9")]


def test_it_shows_the_tail_beside_the_table_and_nothing_twice(duck: Duck) -> None:
    tail = [chunk(event(0)), chunk(event(1))]
    duck.append(tail[:1])
    with duck.reader(tail) as reader:
        assert reader.rows('SELECT "offset" FROM events ORDER BY 1') == [(0,), (1,)]


@pytest.mark.parametrize("written", [True, False])
def test_it_draws_orders_and_lines_from_table_and_tail_alike(duck: Duck, written: bool) -> None:
    said = chunk(event(0, "Order Completed", properties=ORDER), event(1, "Completed Order", properties={"total": 5}))
    if written:
        duck.append([said])
    with duck.reader([] if written else [said]) as reader:
        orders = reader.rows("SELECT order_id, total, currency, shop FROM orders ORDER BY total")
        lines = reader.rows("SELECT product_id, price, quantity, coupon FROM order_lines ORDER BY line")
        products = reader.rows("SELECT product_id, name, category FROM products ORDER BY 1")
    assert orders == [(None, Decimal("5.0000"), None, None), ("o1", Decimal("30.5000"), "EUR", "Nantes")]
    assert lines == [("p1", Decimal(10), Decimal(2), None), ("p2", Decimal("10.5"), Decimal(1), "TEN")]
    assert products == [("p1", "Lamp", "home"), ("p2", "Bulb", None)]


def test_it_counts_an_order_said_twice_once_and_a_cancelled_one_not_at_all(duck: Duck) -> None:
    other = {**ORDER, "order_id": "o2"}
    duck.append(
        [
            chunk(
                event(0, "Order Completed", properties=ORDER),
                event(1, "Order Completed", properties={**ORDER, "total": 31}),
                event(2, "Order Completed", properties=other),
                event(3, "Order Cancelled", properties={"order_id": "o2"}),
                event(4, "Order Refunded", properties={"order_id": "o1", "total": 1}),
            )
        ]
    )
    with duck.reader([]) as reader:
        assert reader.rows("SELECT order_id, total FROM orders") == [("o1", Decimal(31))]
        assert reader.rows("SELECT count(*) FROM order_lines") == [(2,)]
        assert reader.rows("SELECT order_id, total FROM refunds") == [("o1", Decimal(1))]


def test_it_remembers_the_last_that_was_said_of_a_product(duck: Duck) -> None:
    duck.append([chunk(event(0, properties={"product_id": "p1", "name": "Lamp", "price": 10}))])
    duck.append([chunk(event(1, properties={"product_id": "p1", "price": 12}))])
    tail = [chunk(event(2, properties={"product_id": "p1", "category": "home"}))]
    with duck.reader(tail) as reader:
        assert reader.rows("SELECT product_id, name, category, price FROM products") == [
            ("p1", "Lamp", "home", Decimal(12))
        ]


@pytest.mark.parametrize(
    "properties", ["[1]", '{"total":"much","products":3}', '{"products":[1,null]}', '{"a":"\\ud800"}']
)
def test_it_takes_an_odd_order_as_it_is(duck: Duck, properties: str) -> None:
    duck.append([chunk(event(0, "Order Completed", properties=properties))])
    with duck.reader([]) as reader:
        assert reader.rows("SELECT count(*) FROM events") == [(1,)]
        assert reader.rows("SELECT total FROM orders") in ([(None,)], [])


def test_it_may_not_read_files_or_be_configured(duck: Duck) -> None:
    with duck.reader([]) as reader, pytest.raises(duckdb.Error):
        reader.rows("SELECT * FROM read_text('/etc/hostname')")
    with duck.reader([]) as reader, pytest.raises(duckdb.Error):
        reader.rows("SET enable_external_access = true")


def test_it_follows_and_shows_what_it_has_not_written(tmp_path: Path) -> None:
    follower = Follower(Duck(tmp_path / "warehouse.duckdb", DuckSettings()))
    for offset in range(20):
        follower.put(chunk(event(offset)))
        with follower.reader() as reader:
            assert reader.rows("SELECT count(*) FROM events") == [(offset + 1,)]
    follower.drain()
    assert follower.offset == 20
    assert follower.waiting == 0
    follower.close()


def test_it_writes_whole_row_groups_and_shows_every_event_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triptych.warehouse.follower.ENOUGH", 5)
    monkeypatch.setattr("triptych.warehouse.follower.AT_ONCE", 5)
    monkeypatch.setattr("triptych.warehouse.follower.PATIENCE", 60)
    duck, written = Duck(tmp_path / "warehouse.duckdb", DuckSettings()), []
    append = duck.append

    def appended(chunks: Sequence[Chunk]) -> None:
        append(chunks)
        written.append(sum(each.rows for each in chunks))

    monkeypatch.setattr(duck, "append", appended)
    follower = Follower(duck, waiting=5)
    for start in range(0, 12, 3):
        follower.put(chunk(*(event(offset) for offset in range(start, start + 3))))
    follower.drain()
    assert set(written[:-1]) == {5}
    assert duck.offset() == 12
    with follower.reader() as reader:
        assert reader.rows('SELECT "offset" FROM events ORDER BY 1') == [(offset,) for offset in range(12)]
    follower.close()


def test_it_shows_the_rest_of_a_chunk_that_is_written_in_part(duck: Duck) -> None:
    whole = chunk(event(1), event(2), event(3))
    first, rest = whole.split(1)
    duck.append([first])
    assert duck.offset() == 2
    for tail in ([whole], [first, rest], [rest]):
        with duck.reader(tail) as reader:
            assert reader.rows('SELECT "offset" FROM events ORDER BY 1') == [(1,), (2,), (3,)]


def test_it_goes_on_after_an_error_that_was_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duck = Duck(tmp_path / "warehouse.duckdb", DuckSettings())
    follower = Follower(duck)
    whole, calls = duck.append, 0

    def lying(chunks: Any) -> None:
        nonlocal calls
        calls += 1
        whole(chunks)
        if calls == 1:
            raise duckdb.IOException("the checkpoint failed after the commit")

    monkeypatch.setattr(duck, "append", lying)
    follower.put(chunk(event(0)))
    follower.put(chunk(event(1)))
    follower.drain()
    with follower.reader() as reader:
        assert reader.rows('SELECT "offset" FROM events ORDER BY 1') == [(0,), (1,)]
    follower.close()


def test_it_gives_up_when_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duck = Duck(tmp_path / "warehouse.duckdb", DuckSettings())
    follower = Follower(duck)

    def failing(chunks: object) -> None:
        raise duckdb.IOException("no space")

    monkeypatch.setattr(duck, "append", failing)
    follower.put(chunk(event(0)))
    with pytest.raises(WarehouseFailed):
        follower.drain()
    follower.close()


def test_it_rewrites_its_file_so_that_deleted_bytes_are_gone(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    duck = Duck(path, DuckSettings(compression="uncompressed"))
    duck.append([chunk(event(0, page_title="alice-was-here"), event(1, page_title="bob-was-here"))])
    duck.checkpoint()
    duck.rewrite([('DELETE FROM store.events WHERE "offset" = ?', [0])])
    with duck.reader([]) as reader:
        assert reader.rows("SELECT message_id FROM events") == [("m1",)]
    assert duck.offset() == 2
    duck.close()
    found = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert b"alice-was-here" not in found
    assert b"bob-was-here" in found


KILLED = """
import sys
from pathlib import Path
from tests.warehouse.chunks import chunk, event
from triptych.warehouse import Duck, DuckSettings
duck = Duck(Path(sys.argv[1]), DuckSettings())
for offset in range(duck.offset(), 100_000):
    duck.append([chunk(event(offset))])
    print(offset + 1, flush=True)
"""


def test_it_keeps_what_it_committed_when_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    written = 0
    for limit in (20, 40):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True, env={**os.environ}
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) >= limit:
                    process.send_signal(signal.SIGKILL)
                    break
                written = int(line)
    duck = Duck(path, DuckSettings())
    with duck.reader([]) as reader:
        assert reader.rows('SELECT count(*) = max("offset") + 1 FROM events') == [(True,)]
    assert duck.offset() >= written
    duck.close()


def test_it_leaves_out_what_stands_there_already(duck: Duck) -> None:
    duck.append([chunk(event(0), event(1))])
    duck.append([chunk(event(0)), chunk(event(1), event(2))])
    with duck.reader([]) as reader:
        assert reader.rows('SELECT "offset" FROM events ORDER BY 1') == [(0,), (1,), (2,)]
    assert duck.offset() == 3
