"""Killed at any moment, the next run ends with the same tables, the same tickets and nothing doubled."""

import random
from functools import partial

from revrecon_tests.faults.calm import Calm
from revrecon_tests.faults.kiosk import SECOND
from revrecon_tests.faults.nursery import Order
from revrecon_tests.faults.outcomes import Outcome


def killed_at_every_step(calm: Calm, every: int = 1) -> Outcome:
    """kill -9 before each durable step of a day, or before each n-th, and before every request and its answer."""
    outcome = Outcome()
    chosen = [
        at for at, name in enumerate(calm.steps, 1) if at % every == 0 or name.startswith(("POST", "PUT", "answer"))
    ]
    for at in chosen:
        fault = f"before step {at}, {calm.steps[at - 1]}"
        outcome.judge(fault, calm.once(f"killed {fault}", partial(_killed_at, calm, at)))
    return outcome


def _killed_at(calm: Calm, at: int) -> list[str]:
    order = Order(calm.root, calm.copy(f"step{at}"), SECOND, at=at)
    told = calm.nursery.run(order)[0]
    unstruck = [f"was not killed but {told.how}"] if told.how != "killed" else []
    return [*unstruck, *calm.after(order.home)]


def killed_at_random_moments(calm: Calm, times: int, seed: int = 1) -> Outcome:
    """kill -9 at any time of a day, in native code too."""
    outcome, moments = Outcome(), random.Random(seed)
    for number in range(times):
        seconds = moments.uniform(0.1, calm.seconds)
        order = Order(calm.root, calm.copy(f"moment{number}"), SECOND, seconds=seconds)
        calm.nursery.run(order)
        outcome.judge(f"after {seconds:.2f} s", calm.after(order.home))
    return outcome


def killed_again_and_again(calm: Calm, strides: int) -> Outcome:
    """One home whose every run is killed some steps further on, until one comes through."""
    home, at, outcome = calm.copy("again"), 1, Outcome()
    while calm.nursery.run(Order(calm.root, home, SECOND, at=at))[0].how == "killed":
        at += strides
        outcome.tried += 1
    outcome.judge(f"killed {outcome.tried} times in a row", calm.after(home))
    return outcome
