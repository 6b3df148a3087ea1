"""The day after: what a day costs of which little changed, against the same day worked out whole.

`python -m benchmarks.days [ROWS ...] [--shares 0.01 0.0001] [--rounds 3]` lands a main table and a copy of it (those of
`benchmarks.comparison`), runs that day whole, and lands the next, on which so great a share of the records says
something else in both systems: as full extracts, or as extracts of what changed. Then whole processes work the next day
out, carried forward and with `--full`, and only if all their tables are the same do their times count.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import polars as pl

from benchmarks.comparison.company import AS_OF, home_at, land, map_of
from benchmarks.comparison.planted import COLUMNS, KEY, plant
from revrecon.daily.carrying.settings import Carrying
from revrecon.daily.day import Day
from revrecon.daily.home import Home
from revrecon.daily.steps import reconciliation_steps
from revrecon.history.lake import Lake
from revrecon.sources.contract import REJECTED_SCHEMA, RawExtract

NEXT = AS_OF + timedelta(days=1)
LIMITS = {0.01: 0.15, 0.0001: 0.05}
"""How much of a whole day the next one may cost at most, by the share of records that changed."""
_ROOT = Path(__file__).parents[1]


def changed(frame: pl.DataFrame, share: float) -> pl.DataFrame:
    """So great a share of the rows, each with another name and another revenue, in a fixed choice."""
    hit = pl.col(KEY).hash(seed=5) % 1_000_000 < int(share * 1_000_000)
    return frame.filter(hit).with_columns(
        pl.col("name") + " Ltd", (pl.col("revenue") + 1).cast(COLUMNS["revenue"]).alias("revenue")
    )


def land_next(folder: Path, home: Home, share: float, contents: str) -> None:
    """Take in the next day: the changed rows, or all rows with them; the copy took over nine tenths of the changes."""
    lake, spec = Lake(home.lake), map_of(1).map.systems["main"].objects["record"]
    for name in ("main", "copy_1"):
        whole = pl.read_parquet(folder / "landed" / f"{name}.parquet")
        new = changed(whole, share).filter(pl.lit(name == "main") | (pl.col(KEY).hash(seed=6) % 10 > 0))
        if contents == "full":
            new = pl.concat([whole.join(new, on=KEY, how="anti"), new]).sort(KEY)
        rows = new.with_columns(pl.all().cast(pl.String))
        lake.keep(name, "record", spec, RawExtract(NEXT, contents, rows, pl.DataFrame(schema=REJECTED_SCHEMA), "made"))


def take(root: Path, as_of: date, full: bool) -> None:
    """Work a day out and say what it took, and what its tables hold."""
    begun, used = time.perf_counter(), time.process_time()
    day = Day(map_of(1), Home(root, alone=True), as_of, decisions=(), carrying=Carrying(full=full))
    for step in reconciliation_steps(day):
        step.take()
    told = {
        "wall": time.perf_counter() - begun, "processor": time.process_time() - used,
        "peak": _peak(),
        "carried": day.carried("thing") is not None, "because": day.since("thing").whole_because,
    }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")


def _peak() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def digest(root: Path, as_of: date) -> str:
    """One word for all tables of a day: equal tables have equal words."""
    tables, told = Day(map_of(1), Home(root, alone=True), as_of, decisions=()).tables, hashlib.sha256()
    for room, name, _ in tables.all():
        if tables.has(room, name, as_of):
            told.update(
                f"{room}/{name}".encode() + tables.read(room, name, as_of).hash_rows(seed=1).to_numpy().tobytes()
            )
    return told.hexdigest()


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.days", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=_ROOT)
    return done.stdout.strip()


def _case(folder: Path, rows: int, share: float, contents: str, rounds: int) -> str:
    """One line of the table. Raises SystemExit where the two ways do not find the same."""
    home = folder / f"next_{share}_{contents}"
    shutil.copytree(home_at(folder, 1), home, copy_function=os.link)
    _run("--land", str(folder), str(home), str(share), contents)
    pairs, words = [], set()
    for _ in range(rounds):
        both = []
        for way in ("carried", "full"):
            both.append(json.loads(_run("--take", str(home), way)))
            words.add(_run("--digest", str(home)))
        pairs.append(both)
    if len(words) != 1:
        raise SystemExit(f"{rows} rows, {share:.2%} changed, {contents}: the tables differ.")
    if not all(carried["carried"] for carried, _ in pairs):
        raise SystemExit(f"{rows} rows, {share:.2%} changed, {contents}: not carried, {pairs[0][0]['because']}.")
    walls, used = (median(mine[of] / whole[of] for mine, whole in pairs) for of in ("wall", "processor"))
    mine, whole = (pl.DataFrame(one).select(pl.col("wall", "processor", "peak").median()).row(0)
                   for one in zip(*pairs, strict=True))  # fmt: skip
    limit = LIMITS.get(share)
    shutil.rmtree(home)
    return (
        f"| {rows:,} | {share:.2%} | {contents} | {mine[0]:.1f} | {whole[0]:.1f} | {walls:.3f} | {used:.3f} "
        f"| {limit if limit else ''} | {mine[2]:,.0f}, {whole[2]:,.0f} |"
    )


def _measured(sizes: list[int], shares: list[float], rounds: int, folder: Path) -> None:
    sys.stdout.write(
        f"{date.today()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n\n"  # noqa: DTZ011  # for people here
        "| rows a side | changed | extracts | wall s | whole day, wall s | wall, ratio | processor, ratio | limit "
        "| peak MB, carried and whole |\n|---|---|---|---|---|---|---|---|---|\n"
    )
    for rows in sizes:
        place = folder / str(rows)
        if not home_at(place, 1).exists():  # in processes of their own, so that nobody's peak memory holds ours
            _run("--plant", str(place), str(rows))
            _run("--take", str(home_at(place, 1)), "first")
        for share in shares:
            for contents in ("changed", "full"):
                sys.stdout.write(_case(place, rows, share, contents, rounds) + "\n")
                sys.stdout.flush()


def main() -> None:
    """Land, measure and compare; or one step of it, in a process of its own."""
    words = sys.argv[1:]
    if words[:1] == ["--take"]:
        take(Path(words[1]), AS_OF if words[2] == "first" else NEXT, full=words[2] != "carried")
    elif words[:1] == ["--plant"]:
        plant(Path(words[1]), int(words[2]), 1)
        land(Path(words[1]), 1)
    elif words[:1] == ["--land"]:
        land_next(Path(words[1]), Home(Path(words[2]), alone=True), float(words[3]), words[4])
    elif words[:1] == ["--digest"]:
        sys.stdout.write(digest(Path(words[1]), NEXT) + "\n")
    else:
        asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
        asked.add_argument("rows", nargs="*", type=int, default=[100_000, 1_000_000])
        asked.add_argument("--shares", nargs="*", type=float, default=list(LIMITS))
        asked.add_argument("--rounds", type=int, default=3)
        given = asked.parse_args()
        with tempfile.TemporaryDirectory() as folder:
            _measured(given.rows, given.shares, given.rounds, Path(folder))


if __name__ == "__main__":
    main()
