"""Today, as published figures are compared with it; and the cheap question whether anything under a figure changed."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from revrecon.daily.day import Day
from revrecon.entity_map.between import moving_sha256
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.reach import entities_behind, objects_behind
from revrecon.history.map_store import MapStore
from revrecon.history.pinned_lake import Extract, extracts_in
from revrecon.tickets.figure_model import PublishedFigure, sha256_of
from revrecon.tickets.figures import extracts_sha256

Objects = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Changes:
    """What is no longer as it was under a figure; `later`: the systems have spoken of its period since."""

    data: bool
    decisions: bool
    map: bool
    later: bool

    @property
    def any(self) -> bool:
        return self.data or self.decisions or self.map or self.later


class Present:
    """The map, the decisions and the lake of today, seen from the last day with data."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.maps = MapStore(day.home.maps)
        self._then = {day.loaded.sha256: day.map}
        self._extracts: dict[tuple[Objects, date], list[Extract]] = {}
        self._digests: dict[tuple[Objects, date], str] = {}
        self._moving: dict[str, str] = {}

    @cached_property
    def _moving_now(self) -> str:
        return moving_sha256(self.day.map)

    def map_of(self, figure: PublishedFigure) -> EntityMap:
        """The map under which a figure was published. Raises NoSuchMap and MapProblems."""
        if figure.map_sha256 not in self._then:
            self._then[figure.map_sha256] = self.maps.by_sha(figure.map_sha256).map
        return self._then[figure.map_sha256]

    def extracts(self, figure: PublishedFigure, until: date) -> list[Extract]:
        """What the lake now has, up to a day, of everything that the figure's map reads for it."""
        key = (self._objects(figure), until)
        if key not in self._extracts:
            newest = self.all_extracts
            self._extracts[key] = [o for o in newest if o.day <= until and (o.system, o.object) in key[0]]
        return self._extracts[key]

    @cached_property
    def all_extracts(self) -> list[Extract]:
        """Everything that the lake reads up to the last day."""
        systems = self.day.map.systems
        every = [(system, name) for system in systems for name in systems[system].objects]
        return extracts_in(self.day.lake, every, self.day.as_of)

    def _objects(self, figure: PublishedFigure) -> Objects:
        return objects_behind(self.map_of(figure), self._entity(figure))

    def _entity(self, figure: PublishedFigure) -> str:
        return self.map_of(figure).numbers[figure.number].definitions[figure.definition].entity

    def _digest(self, figure: PublishedFigure, until: date) -> str:
        key = (self._objects(figure), until)
        if key not in self._digests:
            self._digests[key] = extracts_sha256(self.extracts(figure, until))
        return self._digests[key]

    def _decisions(self, figure: PublishedFigure) -> tuple[str, ...]:
        behind = entities_behind(self.map_of(figure), self._entity(figure))
        return tuple(decision.id for decision in self.day.decisions if decision.entity in behind)

    def changes(self, figure: PublishedFigure) -> Changes:
        """What has changed under a figure since it was published. Raises NoSuchMap and MapProblems."""
        if figure.map_sha256 not in self._moving:
            self._moving[figure.map_sha256] = moving_sha256(self.map_of(figure))
        until = self._until(figure)
        return Changes(
            data=self._digest(figure, figure.as_of) != figure.extracts_sha256,
            decisions=self._decisions(figure) != figure.decisions,
            map=self._moving[figure.map_sha256] != self._moving_now,
            later=until > figure.as_of and self._digest(figure, until) != self._digest(figure, figure.as_of),
        )

    def state(self, figure: PublishedFigure) -> str:
        """The digest of everything that a figure's value of today follows from."""
        until = self._until(figure)
        parts = (self._digest(figure, figure.as_of), self._digest(figure, until), self._moving_now, str(until))
        return sha256_of("\n".join([*parts, *self._decisions(figure)]))

    def _until(self, figure: PublishedFigure) -> date:
        """The last day of the data that a figure is compared with."""
        return max(self.day.as_of, figure.as_of) if figure.period else figure.as_of
