"""Compare copies with everything that can: `python -m benchmarks.comparison [ROWS ...] [--rounds 3] [--peer NAME]`.

Tables with planted differences are made once per size (below `--folder`). Every peer is a whole process, is run once
per round, and counts only if it finds exactly what was planted. Ratios are paired within a round: other programs on
the machine disturb both. Processor seconds are those of all threads; they hardly depend on who else is at work.
"""

import argparse
import datetime as dt
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.comparison.company import home_at
from benchmarks.comparison.measuring import Peer, PeerMissing, Taken, taken
from benchmarks.comparison.table import ratio, rows_of, target
from benchmarks.process import say

BY_HAND = Peer("polars by hand, landed files", "polars_landed")
FOUR_BY_HAND = Peer("the same for four copies", "polars_landed", ("4",))
DATACOMPY = Peer("datacompy on polars", "datacompy_frames", ("polars",), outside=True, at_most=2_000_000)
DAY = Peer("RevRecon, one copy", "revrecon_day", ("1",), at_most=5_000_000)
DIVIDED = Peer("RevRecon, one copy, in buckets", "revrecon_day", ("1", "--in-buckets"), at_least=1_000_000)
FOUR = Peer("RevRecon, four copies", "revrecon_day", ("4",), at_most=2_000_000)
PEERS = [
    Peer("reading the columns only", "reading", answers=False),
    BY_HAND,
    FOUR_BY_HAND,
    Peer("polars by hand, files in any order", "polars_by_hand"),
    Peer("polars lazy, straightforward", "polars_lazy"),
    Peer("DuckDB SQL, row hash first", "duckdb_sql", ("hash",)),
    Peer("DuckDB SQL, full join", "duckdb_sql", ("join",)),
    DATACOMPY,
    Peer("datacompy on pandas", "datacompy_frames", ("pandas",), outside=True, at_most=100_000),
    Peer("reladiff on PostgreSQL", "reladiff_postgres", outside=True, at_most=100_000),
    DAY,
    DIVIDED,
    FOUR,
]


def _prepare(folder: Path, rows: int, copies: list[int]) -> None:
    """Plant and land in processes of their own, so that nobody's peak memory holds ours."""
    if not (folder / "truth.json").exists():
        _python("benchmarks.comparison.planted", str(folder), str(rows), "4")
    for number in copies:
        if not (home_at(folder, number) / "lake").exists():
            _python("benchmarks.comparison.company", str(folder), str(number))


def _python(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], check=True)


def _measured(folder: Path, peers: list[Peer], rounds: int, python: Path | None) -> dict[Peer, list[Taken]]:
    found: dict[Peer, list[Taken]] = {peer: [] for peer in peers}
    for _ in range(rounds):
        for peer in list(found):
            try:
                found[peer].append(taken(peer, folder, python))
            except PeerMissing as trouble:
                say(f"{peer.title} is left out: {trouble}")
                del found[peer]
    return found


def _targets(found: dict[Peer, list[Taken]]) -> list[str]:
    lines = ["| target | limit | measured | |", "|---|---|---|---|"]
    day = DAY if DAY in found else DIVIDED
    if {day, BY_HAND} <= set(found):
        lines.append(target("one copy against polars by hand on the landed files", ratio(found, day, BY_HAND), 1.3))
    if {day, DATACOMPY} <= set(found):
        lines.append(target("one copy against datacompy on polars", ratio(found, day, DATACOMPY), 1 / 3))
    for way in [one for one in found if one in (DAY, DIVIDED)]:
        most = max(one.peak for one in found[way]) / 1024
        lines.append(target(f"peak memory, {way.title} (the limit is for ten million rows)", most, 4, " GiB"))
    if {DAY, FOUR} <= set(found):
        lines.append(target("four copies against one", ratio(found, FOUR, DAY), 2.0))
    return lines


def main() -> None:
    """Make what is lacking, measure, print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rows", nargs="*", type=int, default=[100_000, 1_000_000])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--peer", action="append", default=[], help="only those whose title holds this; repeatable")
    options.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "revrecon-comparison")
    options.add_argument("--peers-python", type=Path, help="the interpreter of the peers' environment")
    asked = options.parse_args()
    for rows in asked.rows:
        named = [peer for peer in PEERS if any(part in peer.title for part in asked.peer)]
        peers = named or [peer for peer in PEERS if peer.at_least <= rows <= peer.at_most]
        folder = asked.folder / str(rows)
        _prepare(folder, rows, [int(peer.arguments[0]) for peer in peers if peer.module == "revrecon_day"])
        load = os.getloadavg()[0]
        say(f"\n## {rows:,} rows a side, {dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {load:.1f}\n")
        found = _measured(folder, peers, asked.rounds, asked.peers_python)
        base = BY_HAND if BY_HAND in found else next(iter(found))
        say("\n".join(["", *rows_of(found, base), "", *_targets(found)]))


if __name__ == "__main__":
    main()
