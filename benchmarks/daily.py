"""A whole day outside and inside Dagster, and Dagster's definitions: `python -m benchmarks.daily [--as-of DAY]`.

Whole processes over the shipped company (or `--map` and `--data`), each on a home of its own whose lake holds the
exports already: the day as `revrecon run` takes it, the daily job in Dagster's in-process executor under the settings
that `revrecon ui` writes, and loading the definitions alone. Of each day the first of a home, which learns who is who,
and the one after another, as on every morning but the first of a quarter, in the Dagster that was there then. Prints
wall and processor seconds; Dagster's share is the difference between inside and outside.
"""

import argparse
import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, landing_steps, run_day
from revrecon.entity_map.loader import load_map
from revrecon.history.lake import Lake


def outside(inputs: Inputs, day: dt.date) -> None:
    """The day as the command line takes it."""
    run_day(inputs, day)


def inside(inputs: Inputs, day: dt.date) -> None:
    """The daily job of the same day in this process, its events kept as a Dagster of `revrecon ui` keeps them."""
    import dagster as dg

    from revrecon.dagster_defs.build import build_definitions
    from revrecon.dagster_defs.local_instance import dagster_environment

    definitions = build_definitions(inputs.loaded, inputs.loaded.path, inputs.data_root, inputs.home.root)
    os.environ.update(dagster_environment(inputs.home, inputs.loaded.path, inputs.data_root))
    with dg.DagsterInstance.get() as instance:
        job = definitions.resolve_job_def("daily_reconciliation")
        result = job.execute_in_process(instance=instance, partition_key=day.isoformat(), raise_on_error=True)
        sys.stderr.write(f"{len(result.get_asset_check_evaluations())} checks, ")
        sys.stderr.write(f"{len([e for e in result.all_events if e.event_type_value == 'STEP_SUCCESS'])} steps\n")


def definitions_only(inputs: Inputs, _day: dt.date) -> None:
    """What a code location does when it starts."""
    from revrecon.dagster_defs.build import build_definitions

    build_definitions(inputs.loaded, inputs.loaded.path, inputs.data_root, inputs.home.root)


WORK: dict[str, Callable[[Inputs, dt.date], None]] = {
    "revrecon run": outside, "inside Dagster": inside, "definitions": definitions_only,
}  # fmt: skip


def _inputs(asked: argparse.Namespace, home: Path) -> Inputs:
    return Inputs(load_map(asked.map), asked.data or asked.map.parent / "data", open_home(home))


def _measured(name: str, asked: argparse.Namespace, start: Path, label: str) -> None:
    """One process over a copy of a home."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(start, home)
        begun, used = time.perf_counter(), os.times()
        done = subprocess.run(_again(name, asked, home, asked.as_of), check=True, capture_output=True, text=True)
        wall, then = time.perf_counter() - begun, os.times()
    spent = then.children_user + then.children_system - used.children_user - used.children_system
    told = done.stderr.strip().splitlines()[-1] if name == "inside Dagster" else ""
    sys.stdout.write(f"{name + label:<28} {wall:7.1f} s wall  {spent:6.1f} s processor  {told}\n")


def _again(name: str, asked: argparse.Namespace, home: Path, day: dt.date) -> list[str]:
    data = ["--data", str(asked.data)] if asked.data else []
    own = ["--only", name, "--home", str(home), "--as-of", str(day), "--map", str(asked.map)]
    return [sys.executable, "-W", "ignore", "-m", "benchmarks.daily", *own, *data]


def main() -> None:
    """Land once, then run the processes; or be one of them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--map", type=Path, default=Path("entity_map.yaml"))
    options.add_argument("--data", type=Path)
    options.add_argument("--as-of", type=dt.date.fromisoformat, default=dt.date(2026, 7, 31))
    options.add_argument("--only", choices=list(WORK))
    options.add_argument("--home", type=Path)
    asked = options.parse_args()
    if asked.only:
        WORK[asked.only](_inputs(asked, asked.home), asked.as_of)
        return
    with tempfile.TemporaryDirectory() as folder:
        landed, played = Path(folder) / "landed", Path(folder) / "played"
        _land(asked, landed)
        shutil.copytree(landed, played)
        before = _again("inside Dagster", asked, played, asked.as_of - dt.timedelta(days=1))
        subprocess.run(before, check=True, capture_output=True)
        for name in ("revrecon run", "inside Dagster"):
            _measured(name, asked, landed, ", first day")
            _measured(name, asked, played, ", next day")
        _measured("definitions", asked, landed, "")


def _land(asked: argparse.Namespace, home: Path) -> None:
    inputs = _inputs(asked, home)
    for step in landing_steps(inputs, asked.as_of, Lake(inputs.home.lake)):
        step.take()


if __name__ == "__main__":
    main()
