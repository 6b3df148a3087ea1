"""Disks that are full, and folders that nobody may write to: told in a sentence, and mended by running again."""

import os
import tempfile
from functools import partial
from pathlib import Path

from revrecon_tests.faults.calm import Calm
from revrecon_tests.faults.kiosk import SECOND, kiosk_on_disk
from revrecon_tests.faults.nursery import Nursery, Order, Told
from revrecon_tests.faults.outcomes import Outcome

NOBODY = 65534


def full_from_a_step_on(calm: Calm, every: int = 1) -> Outcome:
    """No file grows any more from a step of the day on; then there is room again."""
    outcome = Outcome()
    chosen = range(1, len(calm.steps) + 1, every)
    for at in chosen:
        fault = f"from step {at} on, {calm.steps[at - 1]}"
        outcome.judge(fault, calm.once(f"full {fault}", partial(_full_from, calm, at)))
    return outcome


def _full_from(calm: Calm, at: int) -> list[str]:
    order = Order(calm.root, calm.copy(f"full{at}"), SECOND, at=at, strike="full")
    told = calm.nursery.run(order)[0]
    return [*unclear(told, order.home), *calm.after(order.home)]


def unclear(told: Told, home: Path) -> list[str]:
    """What is wrong with how a run ended: neither done nor refused in a sentence with a next step."""
    if told.how == "done":
        return []
    if told.how != "refused":
        return [f"{told.how}: {told.said.strip().splitlines()[-1] if told.said else ''}"]
    return [] if "again" in told.said or "Name another" in told.said else [f"no next step in: {told.said}"]


def not_to_be_written(nursery: Nursery) -> Outcome:
    """A home below a folder that is not the runner's, and one that was made read-only after its first day."""
    outcome, us = Outcome(), os.getuid()
    with tempfile.TemporaryDirectory() as folder:
        root = kiosk_on_disk(Path(folder) / "kiosk")
        home = root / "home"
        home.mkdir()
        for path in (Path(folder), root, home):
            path.chmod(0o555)
        told = nursery.run(Order(root, home, SECOND, uid=0 if us else NOBODY))[0]
        for path in (home, root, Path(folder)):
            path.chmod(0o755)
        refused = told.how == "refused" and f"The home folder {home} cannot be written" in told.said
        outcome.judge("a read-only home", [] if refused and not list(home.iterdir()) else [f"{told.how}: {told.said}"])
    return outcome
