"""Timeline: what every compared field of a copy said beside the canonical value, day by day."""

from zoneinfo import ZoneInfo

import polars as pl

from revrecon.canonical.converted import at_its_day
from revrecon.canonical.survivorship import kept_of
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.formulas import evaluate
from revrecon.entity_map.model import EntityMap
from revrecon.quality.drift import compared_fields, differences, money_at_stake
from revrecon.timing.replay import Replay

TIMELINE_SCHEMA: dict[str, pl.DataType] = {
    "canonical_id": pl.String(),
    "field": pl.String(),  # empty for the question whether the record is there at all
    "day": pl.Date(),
    "state": pl.String(),  # equal, differs, null, absent; null where nothing is expected of the copy
    "expected": pl.String(),
    "amount": pl.Decimal(18, 2),  # observed less expected; for a missing record what it is worth, negative
    "record_id": pl.String(),  # the copy's record, where it has one
    "changed": pl.Datetime("us", "UTC"),  # when the canonical record last changed
    "own_changed": pl.Datetime("us", "UTC"),  # when the copy's record did; was created, for the whole record
    "day_end": pl.Datetime("us", "UTC"),
}
"""One row per canonical record, field and day on which anything was said about the record; in that order."""


def timeline(entity_map: EntityMap, replayed: Replay, copy_name: str) -> pl.DataFrame:
    """The timeline of a copy (TIMELINE_SCHEMA): its compared fields, and its presence where the map expects records.

    Fields that refer to other records are left out: a replay does not follow references.
    """
    found = [pl.DataFrame(schema=TIMELINE_SCHEMA)]
    here = replayed.world.entities[replayed.entity]
    if copy_name in here.copies:
        zone, entity = entity_map.company.zone, entity_map.entities[replayed.entity]
        told = [_values(entity_map, replayed, copy_name), _presence(entity_map, replayed, copy_name)]
        found += [_on_every_day(entity, replayed, copy_name, rows, zone) for rows in told]
    return pl.concat(found).sort("canonical_id", "field", "day")


_TOLD = ("stacked_id", "field", "state", "expected", "amount")


def _values(entity_map: EntityMap, replayed: Replay, copy_name: str) -> pl.DataFrame:
    entity = entity_map.entities[replayed.entity]
    plain = [f for f in compared_fields(entity, copy_name) if entity.fields[f].type != "reference"]
    rows = differences(entity_map, replayed.world, replayed.entity, copy_name)
    held = rows.filter(pl.col("field").is_in(plain), pl.col("state") != "absent")
    return held.rename({"canonical_id": "stacked_id"}).select(_TOLD)


def _presence(entity_map: EntityMap, replayed: Replay, copy_name: str) -> pl.DataFrame:
    """Whether the records that the map expects are there."""
    here = at_its_day(entity_map, replayed.world).entities[replayed.entity]
    entity = entity_map.entities[replayed.entity]
    rule, canonical = entity.replication[copy_name].expected_when, here.canonical
    if rule is None or canonical.is_empty():
        return pl.DataFrame(schema={name: TIMELINE_SCHEMA.get(name, pl.String()) for name in _TOLD})
    dated = canonical.with_columns(pl.lit(replayed.world.as_of).alias("as_of"))
    expected = canonical.filter(evaluate(dated, {"expected": f"coalesce(({rule}), false)"})["expected"])
    held = here.copies[copy_name].records["canonical_id"].drop_nulls().unique()
    is_held = pl.col("canonical_id").is_in(held.implode())
    worth = money_at_stake(entity, expected)
    return expected.with_columns(worth.alias("_worth")).select(
        pl.col("canonical_id").alias("stacked_id"), pl.lit("").alias("field"),
        pl.when(is_held).then(pl.lit("equal")).otherwise(pl.lit("absent")).alias("state"),
        pl.lit(None, dtype=pl.String).alias("expected"),
        pl.when(~is_held).then(-pl.col("_worth")).cast(pl.Decimal(18, 2)).alias("amount"),
    )  # fmt: skip


def _on_every_day(entity: Entity, replayed: Replay, copy_name: str, rows: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """The rows with their records, days and clocks; a day on which nothing is expected has a row without a state."""
    here = replayed.world.entities[replayed.entity]
    fields = rows.select("field").unique()
    anchors = here.canonical.select(pl.col("canonical_id").alias("stacked_id"), pl.col("_changed").alias("changed"))
    own = kept_of(entity, here.copies[copy_name])
    stacked = pl.col("canonical_id").alias("stacked_id")
    own = own.select(stacked, "_id", "_created", pl.col("_changed").alias("_touched"))
    every = replayed.days.join(fields, how="cross").join(rows, on=["stacked_id", "field"], how="left")
    every = every.join(anchors, on="stacked_id", how="left").join(own, on="stacked_id", how="left")
    key = pl.col("_id").str.split("\x1f").list.first()
    clock = pl.when(pl.col("field") == "").then("_created").otherwise("_touched")
    return every.with_columns(
        key.alias("record_id"), clock.alias("own_changed"), end_of_day(pl.col("day"), zone).alias("day_end")
    ).select(pl.col(name).cast(dtype) for name, dtype in TIMELINE_SCHEMA.items())


def end_of_day(day: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """The last instant of a day in a time zone, in UTC."""
    midnight = day.dt.offset_by("1d").cast(pl.Datetime("us"))
    there = midnight.dt.replace_time_zone(str(zone), ambiguous="earliest", non_existent="null")
    return there.dt.convert_time_zone("UTC").dt.offset_by("-1us")


def day_of(instant: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """The day of an instant in a time zone."""
    return instant.dt.convert_time_zone(str(zone)).dt.date()
