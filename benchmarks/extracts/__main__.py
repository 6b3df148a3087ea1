"""Extracts in rows per second: our connectors beside the vendors' clients, and PostgreSQL beside the usual readers.

    python -m benchmarks.extracts [--rows 20000] [--sql-rows 1000000] [--rounds 3] [--only hubspot]

Every reading is a fresh process that imports, logs in and only then starts the clock; readers take turns, and each
round gives a ratio of its own, of which the median is told. Before any timing, what each has read must be equal. Ours
does more within the clock: it counts before and after, turns every value into text, and spools to disk so that an
extract that is cut off goes on. Systems over HTTP are Python stand-ins on the loopback (TLS), which take most of the
time; so the client's own CPU is told too. A system that answers at its real pace shows no difference but this.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
import sqlalchemy as sa

from benchmarks.extracts import from_sql, over_http
from benchmarks.extracts.records import SYSTEMS
from benchmarks.process import say
from revrecon_tests.postgres import postgres, program

_DATABASE = "postgresql"


@dataclass(frozen=True)
class Run:
    """One reading: how many rows, in how many seconds, of which the client's own, and its memory at most."""

    rows: int
    seconds: float
    cpu: float
    peak_mb: float


def _reading(system: str, reader: str, address: str, folder: Path) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    if system == _DATABASE:
        return from_sql.READERS[reader](address, folder)
    return (over_http.ours if reader == "ours" else over_http.theirs)(system, address, folder)


def read_once(system: str, reader: str, address: str, folder: Path, kept: Path | None) -> None:
    """Be one of the processes: read, say what it took, and keep the rows where that is asked for."""
    read, as_rows = _reading(system, reader, address, folder)
    began, cpu = time.perf_counter(), time.process_time()
    found = read()
    run = Run(len(found), time.perf_counter() - began, time.process_time() - cpu, _peak())
    if kept is not None:
        as_rows(found).write_parquet(kept)
    sys.stdout.write(json.dumps(run.__dict__))


def _peak() -> float:
    """This process's own peak memory in MB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def _run(system: str, reader: str, address: str, environment: dict[str, str], kept: Path | None = None) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        asked = ["--read", system, "--reader", reader, "--at", address, "--folder", folder]
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.extracts", *asked]
        if kept is not None:
            command += ["--kept", str(kept)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
    return Run(**json.loads(done.stdout))


def _require_equal(system: str, readers: list[str], address: str, environment: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        frames = []
        for number, reader in enumerate(readers):
            kept = Path(folder) / f"{number}.parquet"
            _run(system, reader, address, environment, kept)
            frames.append(pl.read_parquet(kept))
    key = "id" if system == _DATABASE else SYSTEMS[system].asked.key[0]
    first = frames[0].sort(key)
    for reader, frame in zip(readers[1:], frames[1:], strict=True):
        if not first.equals(frame.select(first.columns).sort(key)):
            raise SystemExit(f"{system}: what {reader} read is not what ours read; no time is told.")


@contextmanager
def _system(name: str, rows: int) -> Iterator[tuple[str, dict[str, str]]]:
    """A stand-in in its own process: its address, and the environment of whoever asks it."""
    with tempfile.TemporaryDirectory() as folder:
        known = f"{folder}/ca.pem"
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.extracts.serving", name, str(rows), known]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            address, environment = json.loads(process.stdout.readline())
            yield address, {**environment, "SSL_CERT_FILE": known, "REQUESTS_CA_BUNDLE": known}
            process.terminate()


@contextmanager
def _database(rows: int) -> Iterator[tuple[str, dict[str, str]]]:
    with postgres() as address:
        engine = sa.create_engine(address, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql(from_sql.FILLED.replace("ROWS", str(rows)))
        yield address, {"EXTRACTS_DATABASE": address}


def _measured(name: str, readers: list[str], place: tuple[str, dict[str, str]], rounds: int) -> None:
    address, environment = place
    _require_equal(name, readers, address, environment)
    runs: dict[str, list[Run]] = {reader: [] for reader in readers}
    for number in range(rounds):
        for reader in readers if number % 2 == 0 else reversed(readers):
            runs[reader].append(_run(name, reader, address, environment))
    for reader in readers:
        _say_row(
            name, over_http.CLIENTS.get(name, reader) if reader == "theirs" else reader, runs[reader], runs["ours"]
        )


def _say_row(system: str, reader: str, runs: list[Run], ours: list[Run]) -> None:
    seconds, cpu = median(run.seconds for run in runs), median(run.cpu for run in runs)
    whole = median(one.seconds / our.seconds for one, our in zip(runs, ours, strict=True))
    own = median(one.cpu / our.cpu for one, our in zip(runs, ours, strict=True))
    peak, rows = max(run.peak_mb for run in runs), runs[0].rows
    say(
        f"{system:<19} {reader:<28} {rows:>9,} {seconds:>8.2f} {rows / seconds:>10,.0f} {whole:>6.2f}"
        f" {cpu:>8.2f} {rows / cpu:>11,.0f} {own:>6.2f} {peak:>8,.0f}"
    )


def _all(rows: int, sql_rows: int, rounds: int, only: str | None) -> None:
    say(
        f"{'system':<19} {'reader':<28} {'rows':>9} {'seconds':>8} {'rows/s':>10} {'ratio':>6} {'CPU s':>8}"
        f" {'rows/CPU s':>11} {'ratio':>6} {'peak MB':>8}"
    )
    for name in SYSTEMS:
        if only in (None, name):
            with _system(name, rows) as place:
                _measured(name, ["ours", "theirs"], place, rounds)
    if only not in (None, _DATABASE):
        return
    if program("initdb") is None:
        say("postgresql: left out, PostgreSQL is not installed (initdb was not found)")
        return
    lacking = {reader: found for reader in from_sql.READERS if (found := from_sql.lacking(reader))}
    for reader, package in lacking.items():
        say(f"postgresql          {reader}: left out, {package} is not installed (pip install 'revrecon[bench]')")
    with _database(sql_rows) as place:
        _measured(_DATABASE, [one for one in from_sql.READERS if one not in lacking], place, rounds)


def main() -> None:
    """Print the table; or be one of the processes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--sql-rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", choices=[*SYSTEMS, _DATABASE])
    for inner in ("--read", "--reader", "--at"):
        options.add_argument(inner, help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--kept", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.read:
        read_once(asked.read, asked.reader, asked.at, asked.folder, asked.kept)
    else:
        _all(asked.rows, asked.sql_rows, asked.rounds, asked.only)


if __name__ == "__main__":
    main()
