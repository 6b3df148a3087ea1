"""The planted main table and a copy of it, which name each other's keys."""

from datetime import timedelta
from pathlib import Path

import polars as pl

from benchmarks.comparison import company
from benchmarks.comparison.planted import COLUMNS, KEY, plant
from revrecon.entity_map.loader import LoadedMap
from revrecon.history.lake import Lake
from revrecon.sources.contract import REJECTED_SCHEMA, RawExtract

FIRST = company.AS_OF
NEXT = FIRST + timedelta(days=1)


def loaded() -> LoadedMap:
    """The map: one entity, `thing`, in two systems."""
    return company.map_of(1)


def loaded_with_numbers() -> LoadedMap:
    """The same with a number: the revenue of all things, and a figure of it in either system."""
    return company.map_of(1, numbers=True)


def home_at(folder: Path) -> Path:
    """Where its home is."""
    return company.home_at(folder, 1)


def land_first(folder: Path, rows: int) -> None:
    """Plant both tables and take them in."""
    plant(folder, rows, 1)
    company.land(folder, 1)


def land_next(folder: Path, lake: Lake, share: float, contents: str) -> None:
    """Take in the next day: the changed rows, or all rows with them; the copy took over nine tenths of the changes."""
    spec = loaded().map.systems["main"].objects["record"]
    for name in ("main", "copy_1"):
        whole = pl.read_parquet(folder / "landed" / f"{name}.parquet")
        new = _changed(whole, share).filter(pl.lit(name == "main") | (pl.col(KEY).hash(seed=6) % 10 > 0))
        if contents == "full":
            new = pl.concat([whole.join(new, on=KEY, how="anti"), new]).sort(KEY)
        rows = new.with_columns(pl.all().cast(pl.String))
        lake.keep(name, "record", spec, RawExtract(NEXT, contents, rows, pl.DataFrame(schema=REJECTED_SCHEMA), "made"))


def _changed(frame: pl.DataFrame, share: float) -> pl.DataFrame:
    """So great a share of the rows, each with another name and another revenue, in a fixed choice."""
    hit = pl.col(KEY).hash(seed=5) % 1_000_000 < int(share * 1_000_000)
    return frame.filter(hit).with_columns(
        pl.col("name") + " Ltd", (pl.col("revenue") + 1).cast(COLUMNS["revenue"]).alias("revenue")
    )
