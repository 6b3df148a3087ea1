"""Shares of a number: what some of its records give to every figure and bridge, small enough to be put together.

An additive number of one entity is the sum of what each of its records gives. So its records can be looked at in parts,
none of which needs another; a number that counts roots, or looks at several entities, has one share: everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.currencies import foreign_fields
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Number
from revrecon.numbers.attribution import PIECE_SCHEMA, pieces_of
from revrecon.numbers.between import total
from revrecon.numbers.converting import left_out, world_of
from revrecon.numbers.frames import VALUE
from revrecon.numbers.in_all_orders import walked_both
from revrecon.numbers.labels import labels, labels_of
from revrecon.numbers.lenses import canonical_lens, own_lens
from revrecon.numbers.moments import Period, periods
from revrecon.numbers.orders import LENS_SCHEMA, MAGNITUDE_SCHEMA, condensed, magnitudes
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.walk import Walk, walk
from revrecon.numbers.worlds import WorldOn

PLACE: dict[str, pl.DataType] = {"period": pl.String(), "definition": pl.String()}
"""Which bridge or figure of the number a row belongs to."""

SHARE_SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "figures": {**PLACE, "value": VALUE, "records": pl.Int64()},
    "bridges": {**PLACE, "reported": VALUE, "closing": VALUE},
    "pieces": {**PLACE, **PIECE_SCHEMA},
    "lenses": {**PLACE, **LENS_SCHEMA},
    "magnitudes": {**PLACE, **MAGNITUDE_SCHEMA},
    "labels": {"definition": pl.String(), "unit_id": pl.String(), "label": pl.String()},
}
"""The frames of a share, by their names."""


@dataclass(frozen=True)
class NotRun:
    """What could not be worked out, and why, in a sentence."""

    period: str
    definition: str
    in_every_order: bool  # only the bridge whatever the order of its steps
    sentence: str


@dataclass(frozen=True)
class NumberShare:
    """What the records of a world give to a number (SHARE_SCHEMAS), and what could not be worked out."""

    figures: pl.DataFrame
    bridges: pl.DataFrame
    pieces: pl.DataFrame
    lenses: pl.DataFrame
    magnitudes: pl.DataFrame
    labels: pl.DataFrame
    not_run: tuple[NotRun, ...]


def shared_entity(entity_map: EntityMap, number: Number) -> str | None:
    """The entity over whose records a number adds up; None for a number that must be worked out over all at once.

    Amounts in several currencies are among these: which records have no rate is told in one sentence over all.
    """
    named = {definition.entity for definition in number.definitions.values()}
    measures = [m for d in number.definitions.values() for m in (d.measure, d.own.measure) if m is not None]
    if len(named) > 1 or any(measure.count_roots for measure in measures):
        return None
    entity = named.pop()
    return None if foreign_fields(entity_map.entities[entity]) else entity


def share_of(entity_map: EntityMap, number_name: str, as_of: date, world_on: WorldOn) -> NumberShare:
    """What the records of the worlds give to every figure of a number and every bridge, for each of its periods."""
    number = entity_map.numbers[number_name]
    made: dict[str, list[pl.DataFrame]] = {name: [pl.DataFrame(schema=s)] for name, s in SHARE_SCHEMAS.items()}
    not_run: list[NotRun] = []
    for period in periods(number, as_of, entity_map.company):
        for name in number.definitions:
            try:
                made["figures"].append(_figure(entity_map, number_name, name, as_of, period, world_on))
                not_run += _left_out(entity_map, number_name, name, as_of, period, world_on)
            except NotKnown as reason:
                not_run.append(_was_not_run(number_name, name, period, "", reason))
        for name in number.definitions:
            if name == number.canonical:
                continue
            try:
                taken = walk(entity_map, number_name, name, as_of, period, world_on)
                back = _walk_back(entity_map, number_name, as_of, period, world_on)
            except NotKnown:
                continue
            bridge, pieces = _bridge(entity_map, taken, back)
            made["bridges"].append(bridge)
            made["pieces"].append(pieces)
            units = [pieces["unit_id"]]
            try:
                values = walked_both(entity_map, taken, back)
                hanging, kept = condensed(values)
                units.append(hanging)
                made["lenses"].append(_placed(kept, period.name, name))
                made["magnitudes"].append(_placed(magnitudes(values), period.name, name))
            except NotKnown as reason:
                not_run.append(_was_not_run(number_name, name, period, " in every order", reason))
            made["labels"].append(_labels(entity_map, number, name, taken.own_moment, pl.concat(units)))
    frames = {name: pl.concat(found) for name, found in made.items()}
    frames["labels"] = frames["labels"].unique(["definition", "unit_id"], keep="first", maintain_order=True)
    return NumberShare(**frames, not_run=tuple(not_run))


def together(shares: Iterable[NumberShare]) -> NumberShare:
    """The share of all records, from those of parts that hold no record twice."""
    every = list(shares)
    frames = {name: pl.concat([getattr(one, name) for one in every]) for name in SHARE_SCHEMAS}
    for name in ("figures", "bridges"):
        summed = [column for column in SHARE_SCHEMAS[name] if column not in PLACE]
        added = frames[name].group_by(*PLACE, maintain_order=True).agg(pl.col(summed).sum())
        frames[name] = added.cast(pl.Schema(SHARE_SCHEMAS[name]))
    told = dict.fromkeys(one for share in every for one in share.not_run)
    return NumberShare(**frames, not_run=tuple(told))


def _placed(frame: pl.DataFrame, period: str, definition: str) -> pl.DataFrame:
    place = (pl.lit(period).alias("period"), pl.lit(definition).alias("definition"))
    return frame.select(*place, pl.all())


def _figure(
    entity_map: EntityMap, number_name: str, name: str, as_of: date, period: Period, world_on: WorldOn
) -> pl.DataFrame:
    number = entity_map.numbers[number_name]
    definition = number.definitions[name]
    world = world_of(entity_map, definition, as_of, world_on)
    lens = (canonical_lens if name == number.canonical else own_lens)(entity_map, world, definition, period)
    row = (period.name, name, total(lens), lens["records"].list.len().sum())
    return pl.DataFrame([row], schema=SHARE_SCHEMAS["figures"], orient="row")


def _left_out(
    entity_map: EntityMap, number_name: str, name: str, as_of: date, period: Period, world_on: WorldOn
) -> list[NotRun]:
    """What a figure does not hold because its amounts have no rate, in sentences."""
    number = entity_map.numbers[number_name]
    definition, canonical = number.definitions[name], name == number.canonical
    world = world_of(entity_map, definition, as_of, world_on)
    told = left_out(entity_map, definition, canonical, world, period)
    title = f"{number_name}.{name} {period.name}".strip()
    return [NotRun(period.name, name, False, f"{title}: {sentence}") for sentence in told]


def _was_not_run(number_name: str, name: str, period: Period, which: str, reason: Exception) -> NotRun:
    sentence = f"{number_name}.{name} {period.name}".strip() + f"{which} was not run: {reason}"
    return NotRun(period.name, name, bool(which), sentence)


def _walk_back(entity_map: EntityMap, number_name: str, as_of: date, period: Period, world_on: WorldOn) -> Walk | None:
    """The closing department's walk, where the map names one at whose figure bridges end."""
    closing = entity_map.numbers[number_name].closing
    return walk(entity_map, number_name, closing, as_of, period, world_on) if closing is not None else None


def _bridge(entity_map: EntityMap, taken: Walk, back: Walk | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both ends of a bridge, and the pieces between them."""
    pieces, closing = pieces_of(entity_map, taken), total(taken.canonical)
    if back is not None:
        closing = total(back.reported)
        turned = pieces_of(entity_map, back).with_columns((-pl.col("amount")).cast(VALUE).alias("amount"))
        pieces = pl.concat([pieces, turned]) if taken.definition != back.definition else pieces.clear()
    row: tuple[str, str, Decimal, Decimal] = (taken.period.name, taken.definition, total(taken.reported), closing)
    ends = pl.DataFrame([row], schema=SHARE_SCHEMAS["bridges"], orient="row")
    return ends, _placed(pieces, taken.period.name, taken.definition)


def _labels(entity_map: EntityMap, number: Number, name: str, world: World, units: pl.Series) -> pl.DataFrame:
    """What people call the units of a bridge; of an additive number they are records of its own entity."""
    entity = shared_entity(entity_map, number)
    called = labels(entity_map, world) if entity is None else labels_of(entity_map, world, entity)
    mine = called.filter(pl.col("unit_id").is_in(units.unique().implode()))
    return mine.select(pl.lit(name).alias("definition"), "unit_id", "label")
