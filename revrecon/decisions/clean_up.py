"""Clean-up lists: per system the exact changes that would set its copies right, ranked by what they gain."""

from collections.abc import Iterator, Mapping

import polars as pl

from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.own_writing import written_back
from revrecon.canonical.survivorship import representatives
from revrecon.canonical.world import World
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.model import EntityMap
from revrecon.numbers.frames import VALUE

CLEAN_UP_SCHEMA: dict[str, pl.DataType] = {
    "rank": pl.Int64(),  # within its system, 1 for the change to make first
    "system": pl.String(),
    "object": pl.String(),
    "record_id": pl.String(),  # the record to change; of a record to create the one that it is created from
    "action": pl.String(),  # set, merge, create, or look: a person has to find out
    "column": pl.String(),  # the system's own column; null where the whole record is meant
    "field": pl.String(),  # ours
    "from": pl.String(),  # as the system writes it
    "to": pl.String(),  # as the system writes it; the record to merge into; null where nobody knows
    "why": pl.String(),
    "source_of_truth": pl.String(),  # system/object/key whose value it is
    "automatic": pl.Boolean(),  # whether it can be made without asking anyone
    "gain": VALUE,  # what it moves in a department's figure, signed; null where it moves none
    "gain_unit": pl.String(),
    "gain_of": pl.String(),  # number.definition
    "amount": pl.Decimal(18, 2),  # money that the finding touches
    "since": pl.Date(),
    "entity": pl.String(),
    "copy": pl.String(),
    "cause": pl.String(),
    "signature": pl.String(),
    "canonical_id": pl.String(),
}
"""One row per change, by system and rank."""

_VALUES = ("quality.wrong_value", "quality.stale_copy", "quality.missing_field", "quality.invalid_format")
_PARENTS = ("hierarchy.missing_parent", "hierarchy.different_parent", "hierarchy.cycle")


def clean_up(
    entity_map: EntityMap, world: World, findings: pl.DataFrame, links: pl.DataFrame, items: pl.DataFrame
) -> pl.DataFrame:
    """Every change that a day's findings ask for (CLEAN_UP_SCHEMA).

    `findings` as judges gave them (FINDING_SCHEMA), personal values in full; `links` the wrong links of all trees
    (LINK_SCHEMA), `items` of the day's bridges (ITEM_SCHEMA), from which the gains follow.
    """
    parts = [_nothing()]
    for (entity, copy), mine in findings.group_by("entity", "copy", maintain_order=True):
        name, copy_name = str(entity), str(copy)
        if name in world.entities and copy_name in world.entities[name].copies:
            parts += _of_copy(entity_map, world, name, copy_name, mine, links)
    changes = pl.concat(parts, how="diagonal_relaxed").unique("signature", keep="first", maintain_order=True)
    return _ranked(_with_gains(changes, items, entity_map))


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=CLEAN_UP_SCHEMA)


_KEPT = ("signature", "entity", "copy", "system", "object", "record_id", "canonical_id", "cause", "amount", "since")


def _of_copy(
    entity_map: EntityMap, world: World, entity: str, copy: str, findings: pl.DataFrame, links: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    known = pl.col("field").is_not_null() & pl.col("cause").is_in(list(_VALUES))
    for (field,), mine in findings.filter(known).group_by("field", maintain_order=True):
        yield _values(entity_map, world, entity, copy, str(field), mine)
    yield _parents(entity_map, entity, copy, findings.filter(pl.col("cause").is_in(list(_PARENTS))), links)
    yield _whole_records(findings)


def _values(
    entity_map: EntityMap, world: World, entity_name: str, copy_name: str, field: str, findings: pl.DataFrame
) -> pl.DataFrame:
    """Values that another copy knows better; where none does, someone has to look."""
    entity, here = entity_map.entities[entity_name], world.entities[entity_name]
    copy = entity.replication[copy_name]
    mapping, rule = copy.fields.get(field), entity.fields[field]
    if mapping is None or field not in here.canonical.columns or f"{field}__from" not in here.canonical.columns:
        return _to_look_at(findings)
    formats = entity_map.systems[entity_map.system_of(copy_name, copy)].formats
    written = written_back(field, rule, mapping, formats) if rule.type != "reference" else None
    told = written if written is not None else pl.col(field).cast(pl.String)
    best = here.canonical.select("canonical_id", told.alias("to"), pl.col(f"{field}__from").alias("_from"))
    own = here.copies[copy_name].records.select(pl.col("_id").alias("record_id"), told.alias("_own"))
    findings = findings.join(own, on="record_id", how="left", maintain_order="left")
    both = findings.join(best, on="canonical_id", how="left", maintain_order="left")
    both = both.join(_records_of(here.copies, entity), on=["canonical_id", "_from"], how="left", maintain_order="left")
    knows_better = pl.col("to").is_not_null() & (pl.col("_from") != copy_name).fill_null(False)
    return both.select(
        *_KEPT,
        pl.when(knows_better).then(pl.lit("set")).otherwise(pl.lit("look")).alias("action"),
        pl.lit(mapping.column).alias("column"),
        pl.lit(field).alias("field"),
        pl.coalesce("_own", "observed").alias("from"),
        pl.when(knows_better).then("to").alias("to"),
        _why(knows_better, written is not None).alias("why"),
        pl.when(knows_better).then("_source").alias("source_of_truth"),
        (knows_better & pl.lit(written is not None)).alias("automatic"),
    )


def _why(knows_better: pl.Expr, can_be_written: bool) -> pl.Expr:
    how = "" if can_be_written else "; the value is ours, its mapping cannot be turned round"
    return (
        pl.when(knows_better)
        .then(pl.concat_str(pl.lit("the source of truth, "), pl.col("_from"), pl.lit(f", says so{how}")))
        .otherwise(
            pl.concat_str(pl.lit("no system knows a better value; expected: "), pl.col("expected").fill_null(""))
        )
    )


def _records_of(copies: Mapping[str, CopyRecords], entity: Entity) -> pl.DataFrame:
    """`canonical_id` and `_from`, a copy's name: the record of that copy as system/object/key."""
    frames = [
        representatives(entity, name, copy.records).select(
            "canonical_id", pl.lit(name).alias("_from"),
            pl.format("{}/{}/{}", pl.lit(copy.system), pl.lit(copy.object), "_id").alias("_source"),
        )
        for name, copy in copies.items()
    ]  # fmt: skip
    return pl.concat(frames)


def _parents(
    entity_map: EntityMap, entity_name: str, copy_name: str, findings: pl.DataFrame, links: pl.DataFrame
) -> pl.DataFrame:
    """Parents to set, by the system's own keys; one that it does not hold has to be created first."""
    hierarchy = entity_map.entities[entity_name].hierarchy
    mine = links.filter((pl.col("entity") == entity_name) & (pl.col("copy") == copy_name))
    if hierarchy is None or findings.is_empty() or mine.is_empty():
        return _to_look_at(findings)
    mapping = entity_map.entities[entity_name].replication[copy_name].fields[hierarchy.parent_field]
    wanted = mine.select(
        "record_id", pl.col("canonical_parent_id").alias("to"), pl.col("parent_is_held").alias("_held"),
        pl.coalesce("canonical_parent_label", "canonical_parent").alias("_label"), pl.lit(True).alias("_known"),
    ).unique("record_id", keep="first", maintain_order=True)  # fmt: skip
    both = findings.join(wanted, on="record_id", how="left", maintain_order="left")
    ready = pl.col("_known").fill_null(False) & pl.col("_held").fill_null(False)
    said = pl.format("the canonical tree has it under {}", pl.col("_label").fill_null("nothing"))
    return both.select(
        *_KEPT,
        pl.when(ready).then(pl.lit("set")).otherwise(pl.lit("look")).alias("action"),
        pl.lit(mapping.column).alias("column"),
        pl.lit(hierarchy.parent_field).alias("field"),
        pl.col("observed").alias("from"),
        pl.when(ready).then("to").alias("to"),
        pl.when(ready).then(said).otherwise(pl.format("{}; the system must get that parent first", said)).alias("why"),
        pl.lit(hierarchy.canonical).alias("source_of_truth"),
        ready.alias("automatic"),
    )


_WHOLE = {
    "quality.duplicate": "merge",
    "quality.missing_record": "create",
    "quality.orphan": "look",
    "quality.excluded": "look",
}
_REASONS = {
    "merge": "the same thing is held more than once",
    "create": "it should have been copied and is not there",
    "look": "it stands for nothing canonical: link it to its source, or delete it",
}


def _whole_records(findings: pl.DataFrame) -> pl.DataFrame:
    """Records to merge, to create, or to look at."""
    mine = findings.filter(pl.col("cause").is_in(list(_WHOLE)) & pl.col("field").is_null())
    action = pl.col("cause").replace_strict(_WHOLE, default="look", return_dtype=pl.String)
    kept = pl.when(pl.col("cause") == "quality.duplicate").then(pl.col("expected").str.strip_prefix("one record, "))
    return mine.select(
        *_KEPT,
        action.alias("action"),
        kept.alias("to"),
        action.replace_strict(_REASONS, return_dtype=pl.String).alias("why"),
        pl.format("{}/{}/{}", "record_system", "record_object", "record_id").alias("source_of_truth"),
        pl.lit(False).alias("automatic"),
    )


def _to_look_at(findings: pl.DataFrame) -> pl.DataFrame:
    return findings.select(
        *_KEPT, pl.lit("look").alias("action"), "field", pl.col("observed").alias("from"),
        pl.format("expected: {}", pl.col("expected").fill_null("another value")).alias("why"),
        pl.lit(False).alias("automatic"),
    )  # fmt: skip


def _with_gains(changes: pl.DataFrame, items: pl.DataFrame, entity_map: EntityMap) -> pl.DataFrame:
    """The largest share that each change's record and cause have in any bridge whose figure is made from its copy."""
    units = {name: number.unit for name, number in entity_map.numbers.items()}
    named = [
        (name, label, one.copy_name)
        for name, number in entity_map.numbers.items()
        for label, one in number.definitions.items()
        if one.copy_name is not None
    ]
    schema = {"number": pl.String, "definition": pl.String, "copy": pl.String}
    mine = items.join(pl.DataFrame(named, schema=schema, orient="row"), on=["number", "definition"])
    newest = mine.filter(pl.col("period") == pl.col("period").max().over("number", "definition"))
    unit = pl.col("unit_id").str.split("!own:")
    told = newest.with_columns(
        pl.when(unit.list.len() == 1).then("unit_id").alias("canonical_id"),
        pl.when(unit.list.len() > 1).then(unit.list.last()).alias("_own"),
    )
    shares = told.group_by("copy", "cause", "canonical_id", "_own", "number", "definition").agg(pl.col("amount").sum())
    largest = shares.sort(pl.col("amount").abs().neg(), "number", "definition")
    gains = largest.select(
        "copy", "cause", "canonical_id", "_own", pl.col("amount").alias("gain"),
        pl.col("number").replace_strict(units, default=None, return_dtype=pl.String).alias("gain_unit"),
        pl.format("{}.{}", "number", "definition").alias("gain_of"),
    )  # fmt: skip
    by_thing = gains.filter(pl.col("canonical_id").is_not_null()).drop("_own")
    by_thing = by_thing.unique(["copy", "cause", "canonical_id"], keep="first", maintain_order=True)
    by_record = gains.filter(pl.col("_own").is_not_null()).drop("canonical_id").rename({"_own": "record_id"})
    by_record = by_record.unique(["copy", "cause", "record_id"], keep="first", maintain_order=True)
    bare = changes.drop("gain", "gain_unit", "gain_of")
    found = bare.join(by_thing, on=["copy", "cause", "canonical_id"], how="left", maintain_order="left")
    found = found.join(by_record, on=["copy", "cause", "record_id"], how="left", maintain_order="left", suffix="_own")
    return found.with_columns(pl.coalesce(name, f"{name}_own").alias(name) for name in ("gain", "gain_unit", "gain_of"))


def _ranked(changes: pl.DataFrame) -> pl.DataFrame:
    """By system: what moves a figure first, the most of it first; then by money, then the oldest."""
    size = pl.col("gain").abs().cast(pl.Float64).fill_null(0)
    money = pl.col("amount").abs().cast(pl.Float64).fill_null(0)
    ordered = changes.sort("system", size.neg(), money.neg(), "since", "signature", nulls_last=True)
    ranked = ordered.with_columns((pl.int_range(pl.len()).over("system") + 1).alias("rank"))
    return ranked.select(pl.col(name).cast(dtype) for name, dtype in CLEAN_UP_SCHEMA.items())
