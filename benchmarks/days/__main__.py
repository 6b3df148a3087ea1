"""The day after: what a day costs of which little changed, against the same day worked out whole.

`python -m benchmarks.days [ROWS ...] [--company things] [--shares 0.01 0.0001] [--rounds 3]` lands a company's first
day (benchmarks/days/companies.py), runs it whole, and lands the next, on which so great a share of the records says
something else: as full extracts, or as extracts of what changed. Then whole processes work the next day out, carried
forward and with `--full`, and only if all their tables are the same do their times count.
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
from datetime import date
from pathlib import Path
from statistics import median

import polars as pl

from benchmarks.days.companies import COMPANIES, Company
from revrecon.daily.carrying.settings import Carrying
from revrecon.daily.day import Day
from revrecon.daily.home import Home
from revrecon.daily.steps import reconciliation_steps
from revrecon.history.lake import Lake

LIMITS = {0.01: 0.15, 0.0001: 0.05}
"""How much of a whole day the next one may cost at most, by the share of records that changed."""
_ROOT = Path(__file__).parents[2]


def take(company: Company, root: Path, as_of: date, full: bool) -> None:
    """Work a day out and say what it took, and what its tables hold."""
    begun, used = time.perf_counter(), time.process_time()
    day = Day(company.map(), Home(root, alone=True), as_of, decisions=(), carrying=Carrying(full=full))
    for step in reconciliation_steps(day):
        step.take()
    told = {
        "wall": time.perf_counter() - begun, "processor": time.process_time() - used,
        "peak": _peak(),
        "carried": day.carried(company.entity) is not None, "because": day.since(company.entity).whole_because,
    }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")


def _peak() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def digest(company: Company, root: Path, as_of: date) -> str:
    """One word for all tables of a day: equal tables have equal words."""
    tables, told = Day(company.map(), Home(root, alone=True), as_of, decisions=()).tables, hashlib.sha256()
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


def _case(name: str, folder: Path, rows: int, share: float, contents: str, rounds: int) -> str:
    """One line of the table. Raises SystemExit where the two ways do not find the same."""
    home = folder / f"next_{share}_{contents}"
    shutil.copytree(COMPANIES[name].home_at(folder), home, copy_function=os.link)
    _run("--land", name, str(folder), str(home), str(share), contents)
    pairs, words = [], set()
    for _ in range(rounds):
        both = []
        for way in ("carried", "full"):
            _as_the_first_day_left_it(COMPANIES[name].home_at(folder) / "linkage", home / "linkage")
            both.append(json.loads(_run("--take", name, str(home), way)))
            words.add(_run("--digest", name, str(home)))
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


def _as_the_first_day_left_it(kept: Path, folder: Path) -> None:
    """Scores of pairs are kept for the next day, so that a second run of a day would find its own."""
    shutil.rmtree(folder, ignore_errors=True)
    if kept.exists():
        shutil.copytree(kept, folder)


def _measured(name: str, sizes: list[int], shares: list[float], rounds: int, folder: Path) -> None:
    sys.stdout.write(
        f"{name}, {date.today()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n\n"  # noqa: DTZ011  # for people here
        "| rows a side | changed | extracts | wall s | whole day, wall s | wall, ratio | processor, ratio | limit "
        "| peak MB, carried and whole |\n|---|---|---|---|---|---|---|---|---|\n"
    )
    for rows in sizes:
        place = folder / str(rows)
        if not COMPANIES[name].home_at(place).exists():  # in processes of their own: nobody's peak memory holds ours
            _run("--first", name, str(place), str(rows))
            _run("--take", name, str(COMPANIES[name].home_at(place)), "first")
        for share in shares:
            for contents in ("changed", "full"):
                sys.stdout.write(_case(name, place, rows, share, contents, rounds) + "\n")
                sys.stdout.flush()


def main() -> None:
    """Land, measure and compare; or one step of it, in a process of its own."""
    step, *words = sys.argv[1:] or [""]
    company = COMPANIES.get(words[0]) if words else None
    if step == "--take" and company:
        take(
            company, Path(words[1]), company.first if words[2] == "first" else company.next, full=words[2] != "carried"
        )
    elif step == "--first" and company:
        company.land_first(Path(words[1]), int(words[2]))
    elif step == "--land" and company:
        lake = Lake(Home(Path(words[2]), alone=True).lake)
        company.land_next(Path(words[1]), lake, float(words[3]), words[4])
    elif step == "--digest" and company:
        sys.stdout.write(digest(company, Path(words[1]), company.next) + "\n")
    else:
        asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
        asked.add_argument("rows", nargs="*", type=int, default=[100_000, 1_000_000])
        asked.add_argument("--company", choices=COMPANIES, default="things")
        asked.add_argument("--shares", nargs="*", type=float, default=list(LIMITS))
        asked.add_argument("--rounds", type=int, default=3)
        given = asked.parse_args()
        with tempfile.TemporaryDirectory() as folder:
            _measured(given.company, given.rows, given.shares, given.rounds, Path(folder))


if __name__ == "__main__":
    main()
