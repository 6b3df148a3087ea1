"""The undisturbed kiosk: homes to start from, and what a home must hold when all is done."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from revrecon_tests.faults.comparing import everything, half_visible
from revrecon_tests.faults.kiosk import FIRST, SECOND, OtherSide, day_of_the_kiosk, kiosk_on_disk
from revrecon_tests.faults.nursery import Nursery, Order


@dataclass(frozen=True)
class Calm:
    """A kiosk on disk whose first day was run and whose second was run in a copy, both without any fault."""

    root: Path
    nursery: Nursery

    @cached_property
    def _tried(self) -> dict[str, list[str]]:
        return {}

    def once(self, fault: str, troubles: Callable[[], list[str]]) -> list[str]:
        """What a fault comes to, tried once with a kiosk: the fast tests try some of the faults of the slow ones."""
        if fault not in self._tried:
            self._tried[fault] = troubles()
        return self._tried[fault]

    @cached_property
    def second(self) -> dict[str, str]:
        """What a home holds after the second day."""
        return self.whole(self.copy("calm"))

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """The durable steps of the second day."""
        told = self.nursery.run(Order(self.root, self.copy("steps"), SECOND))[0]
        assert told.how == "done", told.said
        return told.steps

    @cached_property
    def seconds(self) -> float:
        """How long the second day takes, undisturbed, on this machine as it is now."""
        began = time.monotonic()
        self.nursery.run(Order(self.root, self.copy("timed"), SECOND))
        return time.monotonic() - began

    def other(self, home: Path) -> OtherSide:
        return OtherSide(home.with_suffix(".other"))

    def place(self, name: str) -> Path:
        """A folder that was never used, by this name or one like it: tests share the kiosk, and try the same faults."""
        self.root.joinpath("used").mkdir(exist_ok=True)
        number = sum(1 for _ in (self.root / "used").iterdir())
        (self.root / "used" / str(number)).touch()
        return self.root / f"{name.replace('.', ' ')} {number}"

    def copy(self, name: str) -> Path:
        """A new home as it was after the first day."""
        home = self.place(name)
        shutil.copytree(self.root / "base", home)
        if (self.root / "base.other").exists():
            shutil.copy(self.root / "base.other", home.with_suffix(".other"))
        return home

    @cached_property
    def _done(self) -> Path:
        home = self.copy("done")
        self.whole(home)
        return home

    def done(self, name: str) -> Path:
        """A new home as it was after the second day."""
        home = self.place(name)
        shutil.copytree(self._done, home)
        shutil.copy(self._done.with_suffix(".other"), home.with_suffix(".other"))
        return home

    def whole(self, home: Path, hours: int = 1) -> dict[str, str]:
        """Run the second day to its end here, some hours from now; everything that the home then holds."""
        other = self.other(home)
        other.clock.later(hours=hours)  # what was under way when a process died is known by now
        day_of_the_kiosk(self.root, home, SECOND, other)
        return everything(self.root, home, other)

    def troubles(self, home: Path) -> list[str]:
        """What a reader sees half of now, and what differs from the undisturbed home after one more run."""
        return [*half_visible(home), *self.differences(home)]

    def differences(self, home: Path, hours: int = 1) -> list[str]:
        """What differs from the undisturbed home after one more run."""
        found = self.whole(home, hours)
        differs = sorted(name for name in found.keys() | self.second.keys() if found.get(name) != self.second.get(name))
        return [f"{name} differs" for name in differs]

    def after(self, home: Path) -> list[str]:
        """The same, and the home is gone afterwards."""
        troubles = self.troubles(home)
        shutil.rmtree(home)
        return troubles


def calm_kiosk(root: Path, nursery: Nursery) -> Calm:
    """A kiosk whose first day is over."""
    kiosk_on_disk(root)
    told = nursery.run(Order(root, root / "base", FIRST))[0]
    assert told.how == "done", told.said
    return Calm(root, nursery)
