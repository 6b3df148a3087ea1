"""Scores of a day: candidates compared under a model, those of unchanged records carried over, evidence in words."""

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from revrecon.canonical.identity.linkage.blocking import candidates, rules, worth_looking
from revrecon.canonical.identity.linkage.defaults import IN_ONE_COPY, Comparison, comparisons, linkage_of
from revrecon.canonical.identity.linkage.engine import Scorer, compared_pairs
from revrecon.canonical.identity.linkage.evidence import with_evidence
from revrecon.canonical.identity.linkage.features import prepared, present, with_pinned
from revrecon.canonical.identity.linkage.model import Model
from revrecon.canonical.identity.linkage.schemas import (
    CARRIED_PAIRS_SCHEMA,
    CARRIED_RECORDS_SCHEMA,
    Carried,
    Groups,
    Scores,
)
from revrecon.entity_map.entities import Entity

BELOW_REVIEW = 7.0
"""How far below the review threshold, in log2, pairs are still kept: what speaks against a merge must be seen."""


def scores_of(
    entity: Entity,
    model: Model,
    nodes: pl.DataFrame,
    groups: Groups,
    carried: Carried | None = None,
    scorer: Scorer = compared_pairs,
) -> Scores:
    """Score the day's candidates; what `carried` holds for unchanged records is taken from there."""
    learned = set(model.parameters["field"])
    compared = tuple(c for c in present(comparisons(entity), nodes) if c.field in learned)
    records = prepared(compared, nodes)
    content = _contents(compared, records)
    under = f"{model.fingerprint}_{_floor(entity):.3f}"
    old = carried if carried is not None and carried.model == under else None
    kept_records = old.records if old else pl.DataFrame(schema=CARRIED_RECORDS_SCHEMA)
    changed = records.with_columns(content["content"]).join(kept_records, on=["copy", "_id", "content"], how="anti")
    known = with_pinned(compared, records, model.pinned)
    places = worth_looking(rules(compared, linkage_of(entity).block_on), model.pinned)
    found = candidates(places, known, model.pinned, changed["_node"] if old else None)
    paired = known.filter(pl.col("_node").is_in(pl.concat([found["left"], found["right"]]).unique().implode()))
    fresh = weighed(compared, scorer(compared, model, paired, found, _floor(entity)) if found.height else ())
    kept = _still_true(old.pairs if old else pl.DataFrame(schema=CARRIED_PAIRS_SCHEMA), records, changed)
    pairs = pl.concat([kept, fresh]).sort("left", "right")
    names = records.select("_node", "copy", "_id")
    return Scores(
        pairs=with_evidence(compared, _apart(pairs, groups), _shown(compared, nodes), _plain_weights(model)),
        carried=Carried(under, content.sort("copy", "_id"), _named(pairs, names)),
        scored_anew=found.height,
    )


def _floor(entity: Entity) -> float:
    review = min(max(linkage_of(entity).review, 1e-9), 1 - 1e-9)
    return float(np.log2(review / (1 - review)) - BELOW_REVIEW)


def _contents(compared: Sequence[Comparison], records: pl.DataFrame) -> pl.DataFrame:
    """Per record a hash of everything compared (CARRIED_RECORDS_SCHEMA)."""
    fields = [c.field for c in compared if c is not IN_ONE_COPY]
    return records.select("copy", "_id", pl.struct(fields).hash().alias("content"))


def _shown(compared: Sequence[Comparison], nodes: pl.DataFrame) -> pl.DataFrame:
    """The compared values as the nodes hold them, as text."""
    values = [
        pl.coalesce(pl.col(name) for name in (c.field, *c.instead) if name in nodes.columns)
        .cast(pl.String)
        .alias(c.field)
        for c in compared
    ]
    return nodes.select(pl.col("_node").cast(pl.Int64), *values)


def _plain_weights(model: Model) -> pl.DataFrame:
    return model.parameters.select(
        "field", "level", ((pl.col("m") / pl.col("u")).log(2) * pl.col("say")).alias("weight")
    )


_WEIGHED_SCHEMA: dict[str, pl.DataType] = {
    "left": pl.Int64(),
    "right": pl.Int64(),
    **{name: CARRIED_PAIRS_SCHEMA[name] for name in ("weight", "levels", "weights")},
}


def weighed(compared: Sequence[Comparison], answers: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Scored pairs: weight, and per comparison its level and weight, frequencies included."""
    return pl.concat([pl.DataFrame(schema=_WEIGHED_SCHEMA), *(_rounded(compared, answer) for answer in answers)])


def _rounded(compared: Sequence[Comparison], answer: pl.DataFrame) -> pl.DataFrame:
    weights = [_field_weight(c, answer.columns).round(6) for c in compared]
    return answer.select(
        pl.min_horizontal("_node_l", "_node_r").alias("left"),
        pl.max_horizontal("_node_l", "_node_r").alias("right"),
        pl.col("match_weight").round(6).alias("weight"),
        pl.concat_list(pl.col(f"gamma_{c.field}").cast(pl.Int8) for c in compared).alias("levels"),
        pl.concat_list(weights).alias("weights"),
    ).cast(pl.Schema(_WEIGHED_SCHEMA))


def _field_weight(c: Comparison, columns: Sequence[str]) -> pl.Expr:
    own = pl.col(f"mw_{c.field}")
    adjusted = f"mw_tf_adj_{c.field}"
    return own + pl.col(adjusted).fill_null(0.0) if adjusted in columns else own


def _still_true(old: pl.DataFrame, records: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
    """Carried pairs whose two records are both there and as they were, by today's nodes."""
    same = records.select("_node", "copy", "_id").join(changed.select("_node"), on="_node", how="anti")
    left = same.select(pl.col("_node").alias("_l"), pl.col("copy").alias("left_copy"), pl.col("_id").alias("left_id"))
    right = same.select(
        pl.col("_node").alias("_r"), pl.col("copy").alias("right_copy"), pl.col("_id").alias("right_id")
    )
    both = old.join(left, on=["left_copy", "left_id"]).join(right, on=["right_copy", "right_id"])
    return both.select(
        pl.min_horizontal("_l", "_r").alias("left"),
        pl.max_horizontal("_l", "_r").alias("right"),
        "weight",
        "levels",
        "weights",
    ).cast(pl.Schema(_WEIGHED_SCHEMA))


def _named(pairs: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Pairs by their records' own keys (CARRIED_PAIRS_SCHEMA), so that they mean the same on another day."""
    left = names.select(
        pl.col("_node").alias("left"), pl.col("copy").alias("left_copy"), pl.col("_id").alias("left_id")
    )
    right = names.rename({"_node": "right", "copy": "right_copy", "_id": "right_id"})
    named = pairs.join(left, on="left").join(right, on="right").select(*CARRIED_PAIRS_SCHEMA)
    return named.sort("left_copy", "left_id", "right_copy", "right_id")


def _apart(pairs: pl.DataFrame, groups: Groups) -> pl.DataFrame:
    """Pairs that no stronger pass has put into one group."""
    together = groups[pairs["left"].to_numpy()] == groups[pairs["right"].to_numpy()]
    return pairs.filter(~pl.Series(together, dtype=pl.Boolean))
