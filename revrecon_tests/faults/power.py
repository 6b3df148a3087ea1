"""The power fails: what was not flushed is gone, and the next run ends with the same tables and tickets."""

import shutil
from functools import partial
from pathlib import Path

from revrecon_tests.faults.calm import Calm
from revrecon_tests.faults.kiosk import SECOND
from revrecon_tests.faults.nursery import Order
from revrecon_tests.faults.outcomes import Outcome

DISKS = {"unflushed names are gone": "lose_power", "unflushed names are there, without content": "lose_contents"}


def the_power_fails(calm: Calm, every: int = 1) -> Outcome:
    """Before each durable step of a day and each flush, or each n-th, on a disk of either kind."""
    outcome = Outcome()
    steps = calm.nursery.run(Order(calm.root, calm.copy("powered"), SECOND, strike="lose_power"))[0].steps
    for kind, strike in DISKS.items():
        for at in range(1, len(steps) + 1, every):
            fault = f"{kind}, before step {at}, {steps[at - 1]}"
            outcome.judge(fault, calm.once(f"{strike} {at}", partial(_struck_at, calm, at, strike)))
    return outcome


def _struck_at(calm: Calm, at: int, strike: str) -> list[str]:
    order = Order(calm.root, calm.copy(f"power{at}"), SECOND, at=at, strike=strike)
    told = calm.nursery.run(order)[0]
    unstruck = [f"not struck but {told.how}: {told.said[-300:]}"] if told.how != "killed" else []
    return unstruck or _after(calm, order.home)


def _after(calm: Calm, home: Path) -> list[str]:
    """What is wrong with what the disk held, once it took the place of the home."""
    shutil.rmtree(home)
    home.with_suffix(".image").rename(home)
    shutil.rmtree(home.with_suffix(".platter"))
    return calm.after(home)
