"""A nursery: one process that has everything imported, and bears children that each run a day and may be struck.

It has used neither polars nor DuckDB itself, so that no thread is lost with a fork.
"""

import datetime as dt
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from revrecon.daily.errors import CANNOT_RUN
from revrecon_tests.faults import stepping
from revrecon_tests.faults.kiosk import OtherSide, day_of_the_kiosk
from revrecon_tests.faults.platter import Platter

_LATER = ("numpy.ma", "numpy.testing", "pandas", "pyarrow.dataset", "scipy.sparse.csgraph", "sqlglot.dialects.duckdb")
"""What a day imports only when it comes to it, a third of a child's time: the nursery does so for all children."""


@dataclass(frozen=True)
class Told:
    """How a child ended: `done`, `killed`, `refused` with a sentence, or `broken` with a traceback."""

    how: str
    said: str = ""
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Order:
    """What a child does: run the kiosk's day in a home, struck at a step or after some seconds, or as another user."""

    root: Path
    home: Path
    day: dt.date
    at: int = 0
    strike: str = "kill"
    seconds: float = 0.0
    uid: int = 0


@dataclass
class Nursery:
    """The process, from the outside."""

    process: subprocess.Popen[str] | None = None
    waiting: list[Order] = field(default_factory=list)

    def __enter__(self) -> "Nursery":
        command = [sys.executable, "-m", "revrecon_tests.faults.nursery"]
        pipe = subprocess.PIPE
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        self.process.communicate()

    def run(self, *orders: Order) -> list[Told]:
        """Run some days at the same time; how each ended, in the order of the orders."""
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        told = [{name: str(value) for name, value in vars(order).items()} for order in orders]
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        answers = json.loads(self.process.stdout.readline())
        return [Told(one["how"], one["said"], tuple(one["steps"])) for one in answers]


def _order(told: dict[str, str]) -> Order:
    return Order(
        Path(told["root"]), Path(told["home"]), dt.date.fromisoformat(told["day"]), int(told["at"]), told["strike"],
        float(told["seconds"]), int(told["uid"]),
    )  # fmt: skip


def _obey(order: Order, answer: int) -> None:
    """In the child: run the day, and say how it ended."""
    steps = stepping.Steps(str(order.home), order.at, getattr(stepping, order.strike, stepping.kill))
    if order.strike in ("lose_power", "lose_contents"):
        platter = Platter(order.home, order.home.with_suffix(".platter"), steps.step)
        steps.strike = lambda step: _lose_power(platter, order, step)
    told = Told("broken")
    try:
        if order.uid:
            os.setuid(order.uid)
        if order.seconds:
            signal.setitimer(signal.ITIMER_REAL, order.seconds)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process as a kill does: no handler runs
        other = OtherSide(
            order.home.with_suffix(".other"), before=steps.step, after=lambda asked: steps.step(f"answer to {asked}")
        )
        day_of_the_kiosk(order.root, order.home, order.day, other)
        told = Told("done")
    except CANNOT_RUN as trouble:
        told = Told("refused", str(trouble))
    finally:  # an error of any other kind is told, too: a child that said nothing would count as killed
        if told.how == "broken":
            told = Told("broken", traceback.format_exc())
        os.write(answer, json.dumps({"how": told.how, "said": told.said, "steps": steps.names}).encode())


def _lose_power(platter: Platter, order: Order, step: str) -> None:
    """Leave beside the home what its disk holds now, and end."""
    platter.image(order.home.with_suffix(".image"), names_too=order.strike == "lose_contents")
    stepping.kill(step)


def _born(order: Order) -> tuple[int, int]:
    """A child that obeys; its process and where its answer can be read."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            _obey(order, writing)
        finally:  # whatever it raises was told; else it would go on as a second nursery, with the first one's pipes
            os._exit(0)
    os.close(writing)
    return child, reading


def _ended(child: int, reading: int) -> dict[str, object]:
    with os.fdopen(reading, "rb") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return dict(json.loads(told)) if told else {"how": "killed", "said": "", "steps": []}


def serve() -> None:
    """Obey orders, one line each, until there are no more."""
    "".encode("utf-8-sig")  # a child that is another user finds no codec
    for name in _LATER:
        importlib.import_module(name)
    gc.freeze()  # what is there by now is shared by all children, and none goes through it
    out = os.dup(1)
    os.dup2(2, 1)  # what children print is no answer
    for line in sys.stdin:
        born = [_born(_order(told)) for told in json.loads(line)]
        answers = [_ended(*one) for one in born]
        os.write(out, (json.dumps(answers) + "\n").encode())


if __name__ == "__main__":
    serve()
