"""A kiosk of many deals whose second day rests on its first: killed on either, and run twice at once."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from revrecon.daily.carrying.settings import CARRY_FROM, FULL
from revrecon.daily.day import Day
from revrecon.daily.layers import SUFFIX
from revrecon_tests.faults.calm import Calm
from revrecon_tests.faults.comparing import everything, half_visible
from revrecon_tests.faults.damage import Damage, cut_short
from revrecon_tests.faults.kiosk import (
    DEALS,
    FIRST,
    QUOTES,
    SECOND,
    THIRD,
    day_of_the_kiosk,
    export,
    inputs_of,
    kiosk_on_disk,
)
from revrecon_tests.faults.nursery import Nursery, Order, Told
from revrecon_tests.faults.outcomes import Outcome

_MANY = range(10, 30)
"""So many more deals that what hangs together with the one that changes is less than a fifth of most tables."""
_WHEN = "2026-01-12 00:00:00"


def _with_many(text: str, row: str) -> str:
    return text.rstrip() + "".join(f"\n    {row.format(n=n)} | {_WHEN} | {_WHEN}" for n in _MANY) + "\n"


MANY_DEALS = _with_many(DEALS, "D{n} | Deal {n} | open | {n}.00")
MANY_QUOTES = _with_many(QUOTES, "Q{n} | Deal {n} | open | {n}.50 | D{n}")


@dataclass(frozen=True)
class CarriedCalm(Calm):
    """The same where days are carried forward."""

    @cached_property
    def first_steps(self) -> tuple[str, ...]:
        """The durable steps of the first day, in a home that is only coming into being."""
        told = self.nursery.run(Order(self.root, self.place("steps of the first"), FIRST))[0]
        assert told.how == "done", told.said
        return told.steps

    @cached_property
    def full(self) -> dict[str, str]:
        """What a home holds after a second day that was worked out whole."""
        with _environment(FULL, "1"):
            return self.whole(self.copy("full"))

    def is_carried(self) -> bool:
        """Whether the second day is carried forward at all: else nothing is tried here."""
        inputs = inputs_of(self.root, self.copy("asked"))
        day_of_the_kiosk(self.root, inputs.home.root, SECOND, self.other(inputs.home.root))
        notes = list(inputs.home.tables.glob(f"*/*/{SECOND}{SUFFIX}"))
        return Day(inputs.loaded, inputs.home, SECOND).carried("deal") is not None and len(notes) > 3


@contextmanager
def carried_calm(root: Path) -> Iterator[CarriedCalm]:
    """A kiosk of many deals whose first day is over; in this process and the nursery days are carried forward."""
    kiosk_on_disk(root)
    export(root, FIRST, MANY_QUOTES, MANY_DEALS)
    export(root, SECOND, MANY_QUOTES.replace("900.00", "300.00"), MANY_DEALS)
    with _environment(CARRY_FROM, "0"), Nursery() as nursery:
        told = nursery.run(Order(root, root / "base", FIRST))[0]
        assert told.how == "done", told.said
        yield CarriedCalm(root, nursery)


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def killed_on_a_carried_day(calm: CarriedCalm, every: int = 1) -> Outcome:
    """kill -9 before each durable step of a day that is carried forward, or before each n-th."""
    return _killed(
        calm, calm.steps, every, lambda at: Order(calm.root, calm.copy(f"carried{at}"), SECOND, at=at), calm.after
    )


def killed_before_a_carried_day(calm: CarriedCalm, every: int = 1) -> Outcome:
    """kill -9 on the first day; the second rests on nothing that is half there, and all is as it would have been."""
    return _killed(
        calm, calm.first_steps, every, lambda at: Order(calm.root, calm.place(f"first{at}"), FIRST, at=at),
        lambda home: _gone_on_with(calm, home),
    )  # fmt: skip


def _killed(
    calm: CarriedCalm, steps: Sequence[str], every: int, order: Callable[[int], Order],
    after: Callable[[Path], list[str]],
) -> Outcome:  # fmt: skip
    """Orders that are struck before each step, or each n-th, two at a time; `after` says what a home then lacks."""
    outcome = Outcome()
    for pair in _pairs(range(1, len(steps) + 1, every)):
        orders = [order(at) for at in pair]
        for one, told in zip(orders, calm.nursery.run(*orders), strict=True):
            outcome.judge(f"{one.day} before step {one.at}, {steps[one.at - 1]}", [*_unstruck(told), *after(one.home)])
    return outcome


def _gone_on_with(calm: CarriedCalm, home: Path) -> list[str]:
    """What is wrong when the second day is run over a first that was cut off, and once the first was run after all."""
    half = half_visible(home) if home.exists() else []
    at_once = calm.whole(home)
    differs = [name for name in calm.second if _is_of_the_second(name) and at_once.get(name) != calm.second[name]]
    shutil.rmtree(home)
    return [*half, *(f"{name} differs at once" for name in differs)]


def _is_of_the_second(name: str) -> bool:
    return name.startswith(("tables/", "carried/")) and name.endswith(str(SECOND))


def two_runs_of_a_carried_day(calm: CarriedCalm, times: int = 1) -> Outcome:
    """The same carried day twice at the same time."""
    outcome = Outcome()
    for number in range(times):
        order = Order(calm.root, calm.copy(f"carried twice{number}"), SECOND)
        told = calm.nursery.run(order, order)
        troubles = [f"{one.how}: {one.said[-300:]}" for one in told if one.how != "done"]
        outcome.judge(f"twins {number}", [*troubles, *calm.after(order.home)])
    return outcome


def two_days_at_once(calm: CarriedCalm, times: int = 1) -> Outcome:
    """A day that is run again while the next one, which rests on it, is run."""
    export(calm.root, THIRD, MANY_QUOTES.replace("900.00", "300.00").replace("17.50", "18.50"), MANY_DEALS)
    one_by_one, at_once = calm.done("third"), calm.done("third at once")
    expected = _third(calm, one_by_one)
    outcome = Outcome()
    for number in range(times):
        told = calm.nursery.run(Order(calm.root, at_once, SECOND), Order(calm.root, at_once, THIRD))
        troubles = [f"{one.how}: {one.said[-300:]}" for one in told if one.how != "done"]
        found = _third(calm, at_once)
        outcome.judge(
            f"neighbours {number}", [*troubles, *(f"{n} differs" for n in expected if expected[n] != found[n])]
        )
    return outcome


def _third(calm: CarriedCalm, home: Path) -> dict[str, str]:
    """The tables of the third day, once it was run here to its end."""
    day_of_the_kiosk(calm.root, home, THIRD, calm.other(home))
    return {name: told for name, told in everything(calm.root, home, calm.other(home)).items() if str(THIRD) in name}


def layers_damaged(calm: CarriedCalm, damages: tuple[Damage, ...] = (cut_short, Path.unlink)) -> Outcome:
    """A layered table of the day is made again, whatever became of its note or a layer."""
    outcome = Outcome()
    for part in ("note", "base", "taken", "fresh"):
        for damage in damages:
            home = calm.done(f"{part} {damage.__name__}")
            path = home / f"tables/crosswalk/deal/{SECOND}{SUFFIX}"
            if part != "note":
                (path,) = path.parent.glob(f"layers/{SECOND}-*.{part}.parquet")
            damage(path)
            outcome.judge(f"{part} {damage.__name__}", calm.differences(home))
    return outcome


def _pairs(steps: range) -> Iterator[range]:
    return (steps[n : n + 2] for n in range(0, len(steps), 2))


def _unstruck(told: Told) -> list[str]:
    return [f"was not killed but {told.how}: {told.said[-300:]}"] if told.how != "killed" else []
