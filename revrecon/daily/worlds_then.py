"""Between then and now: the day of a published figure under the extracts, decisions and maps of then and of today."""

from collections.abc import Sequence
from dataclasses import replace

from revrecon.daily.day import Day
from revrecon.daily.home import Home
from revrecon.daily.present import Present
from revrecon.daily.verifying import decisions_of
from revrecon.entity_map.between import MapStep, steps_between
from revrecon.entity_map.model import EntityMap
from revrecon.history.lake import Lake
from revrecon.history.pinned_lake import Extract, PinnedLake
from revrecon.tickets.figure_model import PublishedFigure
from revrecon.tickets.figures import FigureRegister


class WorldsThen:
    """The day of published figures under other extracts, decisions and maps, each worked out once."""

    def __init__(
        self, present: Present, scratch: Home, register: FigureRegister, figures: Sequence[PublishedFigure]
    ) -> None:  # fmt: skip
        self.present, self.scratch = present, scratch
        self.as_of = figures[0].as_of
        self.decided_then = decisions_of(present.day.home, figures)
        self.known_then = register.extracts_at(figures[0])
        self._days: dict[tuple[str, int], Day] = {}
        self._steps: dict[int, tuple[MapStep, ...]] = {}

    def map_steps(self, then: EntityMap) -> tuple[MapStep, ...]:
        """From a map of then to today's, cause by cause."""
        if id(then) not in self._steps:
            self._steps[id(then)] = steps_between(then, self.present.day.map)
        return self._steps[id(then)]

    def day(self, which: str, entity_map: EntityMap) -> Day:
        """`then`, with what arrived `late`, with all data of `now`, and `decided` as today as well."""
        key = (which, id(entity_map))
        if key not in self._days:
            decisions = self.present.day.decisions if which == "decided" else self.decided_then
            loaded = replace(self.present.day.loaded, map=entity_map)
            self._days[key] = Day(loaded, self.scratch, self.as_of, self._lake(which), decisions)
        return self._days[key]

    def _lake(self, which: str) -> Lake:
        root = self.present.day.home.lake
        if which == "then":
            return PinnedLake(root, self.known_then)
        return PinnedLake(root, [*self.known_then, *self.late]) if which == "late" else Lake(root)

    @property
    def late(self) -> list[Extract]:
        """Extracts of days of which nothing was there then."""
        known = {(one.system, one.object, one.day) for one in self.known_then}
        return [one for one in self._now if (one.system, one.object, one.day) not in known]

    @property
    def corrected(self) -> bool:
        """Whether an extract that was there then has another content, or is gone, now."""
        return set(self.known_then) != set(self._now) - set(self.late)

    @property
    def _now(self) -> list[Extract]:
        return [one for one in self.present.all_extracts if one.day <= self.as_of]
