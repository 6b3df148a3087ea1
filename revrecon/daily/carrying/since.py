"""The earlier day from which an entity is carried forward, or why there is none."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from revrecon.daily.buckets.dividing import entities_pointed_to
from revrecon.daily.carrying.asking import AskingDay
from revrecon.daily.carrying.basis import basis_of
from revrecon.daily.carrying.conditions import whole_because
from revrecon.daily.carrying.kept import all_rest_on, places_of


@dataclass(frozen=True)
class Since:
    """One entity of a day, and the last earlier day of which its tables were made."""

    day: AskingDay
    entity: str

    @cached_property
    def basis(self) -> str:
        """What the day's own tables rest on."""
        return self.basis_on(self.entity, self.day.as_of)

    def basis_on(self, entity: str, as_of: date) -> str:
        return basis_of(self.day.loaded, self.day.lake, self.day.decisions, entity, as_of)

    @cached_property
    def then(self) -> date | None:
        """The last day before this one of which there is a crosswalk."""
        days = self.day.tables.days("crosswalk", self.entity)
        return max((day for day in days if day < self.day.as_of), default=None)

    @cached_property
    def whole_because(self) -> str | None:
        """Why the entity is worked out whole on this day, in words; None where it is carried forward."""
        if self.day.carrying.full:
            return "a whole day was asked for"
        if self.day.spread.buckets > 1:
            return "the day is divided into buckets"
        if (reason := whole_because(self.day.map, self.entity)) is not None:
            return reason
        if self.then is None:
            return "no earlier day was run"
        return self._not_since(self.then)

    def _not_since(self, then: date) -> str | None:
        basis = self.basis_on(self.entity, then)
        if self.day.tables.rests_on("crosswalk", self.entity, then) != basis:
            return f"the code, the map, a decision or what was received up to {then} is not what it was"
        if self._records(then) < self.day.carrying.least:
            return "it is small"
        places = places_of(self.day.map, self.entity, self.day.tables, self.day.carried_tables)
        if not all_rest_on(places, then, basis):
            return f"a table of {then} is not there, or not what it was"
        for other in entities_pointed_to(self.day.map, self.entity):
            if self.day.tables.rests_on("crosswalk", other, then) != self.basis_on(other, then):
                return f"who was who in {other} on {then} is not known"
        if self._heard(then) != self._heard(self.day.as_of):
            return "a system speaks for the first time"
        return None

    def _heard(self, as_of: date) -> set[str]:
        copies = self.day.map.entities[self.entity].replication
        known = {name: self.day.lake.kept(self.day.map.system_of(name, copy), copy.object, as_of)
                 for name, copy in copies.items()}  # fmt: skip
        return {name for name, kept in known.items() if kept}

    def _records(self, then: date) -> int:
        return int(self.day.tables.scan("crosswalk", self.entity, then).select(pl.len()).collect().item())
