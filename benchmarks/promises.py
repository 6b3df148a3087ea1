"""What RevRecon was put through, and what it kept: faults, inputs, leaks and load.

`python -m benchmarks.promises [--quick]` runs the very cases of `revrecon_tests/faults`, `revrecon_tests/bad_input` and
`revrecon_tests/security/leaks.py`, all of them or as many as the fast tests do, then `benchmarks.load`, whole (which
takes hours) or a hundredth of it, and prints the tables of docs/promises.md and docs/load.md. Ends with 1 where
anything is lost.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from benchmarks.load.__main__ import measured_under_load
from benchmarks.load.measured import table
from benchmarks.process import say
from revrecon_tests.bad_input.accounted import exports_landed, exports_reconciled, stranger_companies
from revrecon_tests.bad_input.fuzzed import answers_fuzzed, decisions_fuzzed, exports_fuzzed, maps_fuzzed
from revrecon_tests.faults import carried, damage, disks, elsewhere, killed, power, restarted
from revrecon_tests.faults.calm import Calm, calm_kiosk
from revrecon_tests.faults.carried import CarriedCalm, carried_calm
from revrecon_tests.faults.nursery import Nursery
from revrecon_tests.faults.outcomes import Outcome
from revrecon_tests.security.leaks import leave, open_to_others, persons_left, secrets_left

FAULTS: Mapping[str, Callable[[Calm, bool], Outcome]] = {
    "kill -9 at every step of a day": lambda calm, whole: killed.killed_at_every_step(calm, 1 if whole else 30),
    "kill -9 at random moments": lambda calm, whole: killed.killed_at_random_moments(calm, 8 if whole else 2),
    "kill -9 again and again": lambda calm, whole: killed.killed_again_and_again(calm, 11 if whole else 30),
    "the disk fills up at a step": lambda calm, whole: disks.full_from_a_step_on(calm, 4 if whole else 25),
    "the power fails at a step": lambda calm, whole: power.the_power_fails(calm, 6 if whole else 60),
    "a read-only home": lambda calm, _: disks.not_to_be_written(calm.nursery),
    "the warehouse in use, damaged or gone": lambda calm, _: damage.a_warehouse_in_any_state(calm),
    "a file of the lake damaged or gone": lambda calm, whole: damage.precious_files_damaged(calm, 1 if whole else 3),
    "a table damaged": lambda calm, _: damage.derived_files_damaged(calm),
    "the ledger damaged": lambda calm, _: damage.a_damaged_ledger(calm),
    "the ledger restored from an older backup": lambda calm, _: damage.a_ledger_of_before(calm),
    "two daily runs at once": lambda calm, whole: elsewhere.two_runs_at_once(calm, 3 if whole else 1),
    "a clock that jumps back": lambda calm, _: elsewhere.a_clock_that_jumps_back(calm),
    "days of 23 and 25 hours": lambda calm, _: elsewhere.days_of_23_and_25_hours(calm),
    "a source that dies in the middle": lambda calm, _: elsewhere.a_source_that_dies(calm),
    "Dagster's daemon killed and started again": lambda calm, whole: restarted.daemon_killed(
        calm.nursery, calm.root / "restarted", whole
    ),
    "a tracker that is down for a week": lambda calm, _: elsewhere.a_tracker_down_for_a_week(calm),
}
"""Faults by their names in docs/promises.md; `whole`: every case, or those of the fast tests."""

CARRIED: Mapping[str, Callable[[CarriedCalm, bool], Outcome]] = {
    "kill -9 at every step of a carried day": lambda calm, whole: carried.killed_on_a_carried_day(
        calm, 1 if whole else 21
    ),
    "kill -9 on the day before a carried one": lambda calm, whole: carried.killed_before_a_carried_day(
        calm, 3 if whole else 21
    ),
    "two runs of a carried day at once": lambda calm, whole: carried.two_runs_of_a_carried_day(calm, 3 if whole else 1),
    "a day and the one that rests on it at once": lambda calm, whole: carried.two_days_at_once(calm, 3 if whole else 1),
    "a layer of a carried day damaged": lambda calm, _: carried.layers_damaged(calm),
}
"""Faults of days that are carried forward, in the same way."""

INPUTS: Mapping[str, Callable[[Path, bool], Outcome]] = {
    "ugly exports, landed": lambda root, whole: exports_landed(root / "landed", large=whole),
    "ugly exports, a whole day": lambda root, _: exports_reconciled(root / "days"),
    "odd keys and circles of parents": lambda root, _: stranger_companies(root / "strange"),
    "fuzzed exports": lambda _, whole: exports_fuzzed(1000 if whole else 150),
    "fuzzed maps": lambda _, whole: maps_fuzzed(200 if whole else 40),
    "fuzzed files of decisions": lambda _, whole: decisions_fuzzed(500 if whole else 80),
    "fuzzed answers of live systems": lambda _, whole: answers_fuzzed(80 if whole else 15),
}
"""Inputs by their names in docs/promises.md."""


LEAKS: Mapping[str, Callable[[Path], Outcome]] = {
    "secrets, looked for in every file": secrets_left,
    "personal values, looked for outside of lake, tables and warehouse": persons_left,
    "files and folders that others on the machine could read": open_to_others,
}
"""What is looked for in all that two days leave, by its name in docs/promises.md."""


def _row(name: str, outcome: Outcome, seconds: float) -> str:
    return f"| {name} | {outcome.tried:,} | {outcome.survived:,} | {len(outcome.lost):,} | {seconds:.0f} s |"


def _table(head: str, cases: Mapping[str, Callable[[], Outcome]]) -> int:
    """Try every case and print its row; how much was lost."""
    say(f"| {head} | lost | time |\n|---|---:|---:|---:|---:|")
    tried = survived = lost = 0
    for name, case in cases.items():
        began = time.monotonic()
        outcome = case()
        say(_row(name, outcome, time.monotonic() - began))
        sys.stderr.write("".join(f"  LOST: {said}\n" for said in outcome.lost))
        tried, survived, lost = tried + outcome.tried, survived + outcome.survived, lost + len(outcome.lost)
    say(f"| **all** | **{tried:,}** | **{survived:,}** | **{lost:,}** | |\n")
    return lost


def _carried(case: Callable[[CarriedCalm, bool], Outcome], root: Path, whole: bool) -> Outcome:
    """Try a case where days are carried forward."""
    with carried_calm(root) as calm:
        return case(calm, whole)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only as many as the fast tests try")
    whole = not parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder, Nursery() as nursery:
        calm = calm_kiosk(Path(folder) / "kiosk", nursery)
        faults = {name: (lambda case=case: case(calm, whole)) for name, case in FAULTS.items()}
        for number, (name, case) in enumerate(CARRIED.items()):
            faults[name] = partial(_carried, case, Path(folder) / f"carried {number}", whole)
        lost = _table("fault | tried | survived", faults)
        inputs = {name: (lambda case=case: case(Path(folder), whole)) for name, case in INPUTS.items()}
        lost += _table("input | tried | accounted for", inputs)
        leave(leaks := _made(Path(folder) / "leaks"))
        lost += _table("leak | looked for | kept", {name: partial(look, leaks) for name, look in LEAKS.items()})
    say(table(measured_under_load(small=not whole)))
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
