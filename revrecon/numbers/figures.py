"""One figure by itself: its value, the day that it looks at, and what every unit contributes to it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.canonical.naming import naming_field
from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.reach import entities_behind
from revrecon.numbers.converting import world_of
from revrecon.numbers.frames import VALUE
from revrecon.numbers.lenses import canonical_lens, own_lens
from revrecon.numbers.moments import Period, periods
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.worlds import WorldOn

CONTRIBUTED_SCHEMA: dict[str, pl.DataType] = {
    "unit_id": pl.String(),  # a canonical id, or COPY!own:KEY
    "label": pl.String(),  # what a person would call it
    "records": pl.String(),  # the keys of the records behind it, ", " between them
    "value": VALUE,
}
"""One row per unit of a figure, sorted by unit; the values add up to the figure."""


@dataclass(frozen=True)
class FigureName:
    """Which figure: a number, one of its definitions, and a period (empty where the number has none)."""

    number: str
    definition: str
    period: str = ""

    def __str__(self) -> str:
        return f"{self.number}.{self.definition} {self.period}".strip()


@dataclass(frozen=True)
class Figure:
    """A figure worked out: its value and contributions (CONTRIBUTED_SCHEMA), and the world that it looks at."""

    name: FigureName
    value: Decimal
    world: World
    contributions: pl.DataFrame


def figure_names(entity_map: EntityMap, as_of: date) -> list[FigureName]:
    """Every figure that a map reports on a day, in the map's order."""
    return [
        FigureName(name, definition, period.name)
        for name, number in entity_map.numbers.items()
        for period in periods(number, as_of, entity_map.company)
        for definition in number.definitions
    ]


def figure(entity_map: EntityMap, name: FigureName, as_of: date, world_on: WorldOn) -> Figure:
    """A figure as it is reported on a day. Raises NotKnown where the map or the history has no such figure."""
    number = entity_map.numbers.get(name.number)
    if number is None or name.definition not in number.definitions:
        raise NotKnown(f"the map, version {entity_map.map.version}, does not define {name.number}.{name.definition}")
    definition = number.definitions[name.definition]
    world = world_of(entity_map, definition, as_of, world_on)
    lens = canonical_lens if name.definition == number.canonical else own_lens
    units = lens(entity_map, world, definition, _period(entity_map, name, as_of))
    named = units.join(_labels(entity_map, world, definition.entity), on="unit_id", how="left", maintain_order="left")
    shaped = named.with_columns(pl.coalesce("label", "unit_id").alias("label"), pl.col("records").list.join(", "))
    contributions = shaped.select(pl.col(column).cast(dtype) for column, dtype in CONTRIBUTED_SCHEMA.items())
    return Figure(name, Decimal(str(units["value"].sum())), world, contributions)


def _period(entity_map: EntityMap, name: FigureName, as_of: date) -> Period:
    found = {period.name: period for period in periods(entity_map.numbers[name.number], as_of, entity_map.company)}
    if name.period not in found:
        raise NotKnown(f"{name.number} has no period '{name.period}' on {as_of}; it has {', '.join(found)}")
    return found[name.period]


def _labels(entity_map: EntityMap, world: World, entity: str) -> pl.DataFrame:
    """What people call the units of an entity and of those behind it: their first text field that is not personal."""
    found = [pl.DataFrame(schema={"unit_id": pl.String, "label": pl.String})]
    for name in entities_behind(entity_map, entity):
        field = naming_field(entity_map.entities[name])
        if field is not None:
            canonical = world.entities[name].canonical
            found.append(canonical.select(pl.col("canonical_id").alias("unit_id"), pl.col(field).alias("label")))
    return pl.concat(found).unique("unit_id", keep="first", maintain_order=True)
