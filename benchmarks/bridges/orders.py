"""All orders of a bridge of many records: seconds and peak memory, next to reading the same columns only.

`python -m benchmarks.bridges.orders [RECORDS]` makes a bridge of 5 million records with all four categories, writes its
sixteen lenses as Parquet and runs two whole processes over it: one that reads the columns, one that works out the bars,
the order-free shares, the ranges over all 24 orders and the records in which the order matters.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.process import peak_memory, say
from revrecon.numbers.orders import CORNERS, LENS_SCHEMA, is_set, orders_of

RECORDS = 5_000_000
SHARE_OF_EACH = 0.03  # of records differ in data, tree, day or definition, each by chance


def sixteen_lenses(records: int, seed: int = 1) -> pl.DataFrame:
    """A bridge (LENS_SCHEMA): a record counts where every coordinate lets it in, at its own or its canonical amount."""
    random = np.random.default_rng(seed)
    amount = random.integers(1_00, 500_000_00, records) * 100
    other = np.where(
        random.random(records) < SHARE_OF_EACH, amount + random.integers(-9_999, 9_999, records) * 100, amount
    )
    in_before = {name: random.random(records) > SHARE_OF_EACH for name in ("tree", "as_of", "definition")}
    in_after = {name: random.random(records) > SHARE_OF_EACH / 10 for name in in_before}
    columns: dict[str, object] = {
        "unit_id": pl.select(pl.format("crm:{}", pl.int_range(records).cast(pl.String).str.zfill(9))).to_series(),
        "in_transit": random.random(records) < SHARE_OF_EACH,
    }
    for corner in range(16):
        value = np.where(is_set(corner, "data"), amount, other)
        for name in in_before:
            value = np.where(in_after[name] if corner & CORNERS[name] else in_before[name], value, 0)
        columns[f"v{corner}"] = value
    return pl.DataFrame(columns, schema=LENS_SCHEMA)


def read_only(path: Path) -> str:
    """Read every column and add it up: what any program over these records costs at least."""
    frame = pl.read_parquet(path)
    total = frame.select(pl.sum_horizontal(pl.exclude("unit_id", "in_transit").sum())).item()
    return f"{frame.height:,} records, in all {total:,}"


def all_orders(path: Path) -> str:
    """Read every column and work out all orders."""
    found = orders_of(pl.read_parquet(path))
    return f"{found.matters.height:,} records in which the order matters; bars {found.bars['shapley'].to_list()}"


def _measured(what: str, path: Path) -> None:
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.bridges.orders", "--only", what, "--at", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    told, _, peak = done.stdout.strip().rpartition("\n")
    say(f"{what:<8} {seconds:6.1f} s  {int(peak) / 1024:8,.0f} MB  {told}")


def main() -> None:
    """Make the bridge, run both processes, say what they took; or be one of the two processes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("records", nargs="?", type=int, default=RECORDS)
    options.add_argument("--only", choices=["read", "orders"])
    options.add_argument("--at", type=Path)
    asked = options.parse_args()
    if asked.only:
        say({"read": read_only, "orders": all_orders}[asked.only](asked.at))
        say(peak_memory())
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lenses.parquet"
        sixteen_lenses(asked.records).write_parquet(path)
        say(f"{asked.records:,} records, {path.stat().st_size / 1024**2:,.0f} MB of Parquet")
        for what in ("read", "orders"):
            _measured(what, path)


if __name__ == "__main__":
    main()
