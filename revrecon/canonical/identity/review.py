"""The review queue: pairs of things that may be one, for a steward to decide."""

import hashlib

import polars as pl

from revrecon.canonical.identity.frames import LINKAGE, REVIEW_SCHEMA, shaped
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.formulas import FIELD_TYPES, evaluate


def review_cases(
    entity_name: str, entity: Entity, nodes: pl.DataFrame, links: pl.DataFrame, crosswalk: pl.DataFrame
) -> pl.DataFrame:
    """One case per pair of clusters that linkage left apart: its best pair."""
    waiting = links.filter(pl.col("pass") == LINKAGE, pl.col("outcome") != "joined")
    if waiting.is_empty():
        return pl.DataFrame(schema=REVIEW_SCHEMA)
    ids = crosswalk.select(
        pl.col("copy"), pl.col("record_id").alias("_id"), "canonical_id"
    ).join(nodes.select("copy", "_id", "_node"), on=["copy", "_id"])  # fmt: skip
    live = nodes.filter(~pl.col("_gone"))["_node"]
    waiting = waiting.filter(pl.col("left").is_in(live.implode()), pl.col("right").is_in(live.implode()))
    for side in ("left", "right"):
        named = ids.select(
            pl.col("_node").alias(side), pl.col("copy").alias(f"{side}_copy"), pl.col("_id").alias(f"{side}_id"),
            pl.col("canonical_id").alias(f"{side}_canonical_id"),
        )  # fmt: skip
        waiting = waiting.join(named, on=side, how="left")
    both = [pl.min_horizontal("left_canonical_id", "right_canonical_id").alias("_one"),
            pl.max_horizontal("left_canonical_id", "right_canonical_id").alias("_other")]  # fmt: skip
    best = waiting.with_columns(*both).sort("weight", "left", "right", descending=[True, False, False])
    best = best.unique(["_one", "_other"], keep="first", maintain_order=True)
    cases = [_case(entity_name, one, other) for one, other in best.select("_one", "_other").iter_rows()]
    best = best.with_columns(
        pl.Series("case", cases, dtype=pl.String), pl.lit(entity_name).alias("entity"),
        _amounts(entity, nodes, best).alias("amount"),
    )  # fmt: skip
    return shaped(best, REVIEW_SCHEMA).sort(pl.col("weight"), "case", descending=[True, False])


def _case(entity_name: str, one: str, other: str) -> str:
    return "RV-" + hashlib.blake2b(f"{entity_name}\x1f{one}\x1f{other}".encode(), digest_size=4).hexdigest()


def _amounts(entity: Entity, nodes: pl.DataFrame, cases: pl.DataFrame) -> pl.Series:
    """The money on both records of each case by the entity's amount; null where it has none."""
    rule = entity.reconciliation.amount
    if rule is None:
        return pl.Series([None] * cases.height, dtype=pl.Decimal(18, 2))
    known = nodes.with_columns(
        pl.lit(None, dtype=FIELD_TYPES[r.type]).alias(f) for f, r in entity.fields.items() if f not in nodes.columns
    )
    worth = evaluate(known, {"amount": rule})["amount"].cast(pl.Decimal(18, 2), strict=False)
    sides = [worth.gather(cases[side]) for side in ("left", "right")]
    both = pl.DataFrame({"left": sides[0], "right": sides[1]})
    any_known = pl.any_horizontal(pl.all().is_not_null())
    total = pl.col("left").abs().fill_null(0) + pl.col("right").abs().fill_null(0)
    return both.select(pl.when(any_known).then(total.cast(pl.Decimal(18, 2)))).to_series()
