"""A model from an entity's records: facts about values, chance pairs, candidates, and what they teach."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from revrecon.canonical.identity.linkage.barren import Judge, Places, places_looked_at
from revrecon.canonical.identity.linkage.blocking import CANDIDATE_SCHEMA, asked_for, crowded_blocks, rules
from revrecon.canonical.identity.linkage.defaults import Comparison, comparisons, linkage_of
from revrecon.canonical.identity.linkage.features import (
    learned_shared,
    learned_words,
    prepared,
    present,
    with_pinned,
)
from revrecon.canonical.identity.linkage.learning import Learned, Limits, as_parameters, expected_shares, learned, odds
from revrecon.canonical.identity.linkage.levels import levels_of
from revrecon.canonical.identity.linkage.model import PINNED_SCHEMA, REPORT_SCHEMA, Model
from revrecon.canonical.identity.linkage.patterns import Flags, Floats, Patterns, Rivals, patterns, rivals
from revrecon.canonical.identity.linkage.schemas import Groups
from revrecon.entity_map.entities import Entity

_CHANCE_PAIRS = 100_000
_SEED = 20_260_101


def model_of(entity: Entity, nodes: pl.DataFrame, groups: Groups) -> Model:
    """Learn the model of an entity from its nodes; `groups` are what stronger passes already call the same."""
    compared = present(comparisons(entity), nodes)
    raw, groups = _renumbered(prepared(compared, nodes), groups)
    facts = pl.concat([learned_words(compared, raw), learned_shared(compared, raw, groups)])
    records = with_pinned(compared, raw, facts)
    chance = patterns(levels_of(compared, records, _chance_pairs(records)))
    limits = Limits(records.height * (records.height - 1) / 2, _most_matches(records))
    judge = Judge(compared, records, groups, expected_shares(compared, chance, limits, _told_pairs(records, groups)))
    extra = linkage_of(entity).block_on
    rules_ = rules(compared, extra)
    crowded = crowded_blocks(rules_, records)
    places = places_looked_at(rules_, asked_for(extra), crowded, judge)
    pairs = places.pairs
    found = patterns(levels_of(compared, records, pairs))
    rivalry = _rivalry(records, pairs, groups)
    result = learned(compared, chance, found, rivalry, limits)
    alone = odds(found.levels, result.shares)[found.at]
    likely = np.where(rivalry.known, 1.0, alone / (1.0 + alone))
    frequencies = _frequencies(compared, records, pairs, found, result, likely)
    return Model(
        prior=result.shares.prior,
        parameters=as_parameters(compared, result.shares),
        pinned=pl.concat([facts, crowded, places.barren, frequencies]),
        report=_report(records, places, rivalry.known, groups, result),
    )


def _chance_pairs(records: pl.DataFrame) -> pl.DataFrame:
    """All pairs where they are few, else as many drawn at random, always the same ones."""
    nodes, size = records["_node"].to_numpy(), records.height
    if size * (size - 1) / 2 <= _CHANCE_PAIRS:
        low, high = np.triu_indices(size, 1)
    else:
        drawn = np.random.default_rng(_SEED).integers(0, size, (2, _CHANCE_PAIRS))
        low, high = drawn.min(axis=0), drawn.max(axis=0)
    pairs = pl.DataFrame({"left": nodes[low], "right": nodes[high]}, schema=CANDIDATE_SCHEMA)
    pairs = pairs.filter(pl.col("left") != pl.col("right"))
    low_, high_ = pl.min_horizontal("left", "right"), pl.max_horizontal("left", "right")
    return pairs.select(low_.alias("left"), high_.alias("right")).unique().sort("left", "right")


def _renumbered(records: pl.DataFrame, groups: Groups) -> tuple[pl.DataFrame, Groups]:
    """Records and their groups numbered in the order of their keys, so that a model depends on no other order."""
    mine = groups[records["_node"].to_numpy()]
    return records.drop("_node").with_row_index("_node").cast({"_node": pl.Int64}), mine


def _rivalry(records: pl.DataFrame, pairs: pl.DataFrame, groups: Groups) -> Rivals:
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    copy_of = (records["copy"].rank("dense") - 1).to_numpy().astype(np.int64)
    return rivals(left, right, copy_of, np.asarray(groups[left] == groups[right], dtype=np.bool_))


def _most_matches(records: pl.DataFrame) -> float:
    """As many true pairs as the copies can hold: each record once in every other copy, and some twice in their own."""
    sizes = sorted(records.group_by("copy").len()["len"].to_list(), reverse=True)
    across = sum(size * place for place, size in enumerate(sizes))
    return float(across + sum(sizes) * (2.0 if len(sizes) == 1 else 0.2))


def _frequencies(
    compared: Sequence[Comparison], records: pl.DataFrame, pairs: pl.DataFrame, found: Patterns, result: Learned,
    likely: Floats,
) -> pl.DataFrame:  # fmt: skip
    """How often chance brings a value together with itself (PINNED_SCHEMA, use `frequency`): true pairs taken out."""
    frames = [pl.DataFrame(schema=PINNED_SCHEMA)]
    for place, c in enumerate(compared):
        if c.frequencies:
            equal = (found.levels[found.at, place] == len(c.levels) - 1) & (likely > 0.01)
            same = pairs.filter(pl.Series(equal)).with_columns(pl.Series("likely", likely[equal], dtype=pl.Float64))
            frames.append(_frequencies_of(c, records, same, float(result.shares.u[place][-1])))
    return pl.concat(frames)


def _frequencies_of(c: Comparison, records: pl.DataFrame, same: pl.DataFrame, u: float) -> pl.DataFrame:
    values = records.select(pl.col("_node").alias("left"), pl.col(c.field).alias("value"))
    true_pairs = same.join(values, on="left").sort("left", "right").group_by("value").agg(pl.col("likely").sum())
    counts = values.drop_nulls().group_by("value").len().sort("value").join(true_pairs, on="value", how="left")
    size = max(float(counts["len"].sum()), 2.0)
    times = pl.col("len").cast(pl.Float64)
    by_chance = (times * (times - 1) / 2 - pl.col("likely").fill_null(0.0)).clip(0.0)
    share = pl.max_horizontal(2 * by_chance / (times * (size - 1)), pl.lit(min(u, 0.5 / size)))
    return counts.select(
        pl.lit("frequency").alias("use"), pl.lit(c.field).alias("field"), "value", share.round(10).alias("number")
    ).sort("value")


def _told_pairs(records: pl.DataFrame, groups: Groups) -> float:
    """How many pairs the stronger passes call the same."""
    sizes = np.unique(groups[records["_node"].to_numpy()], return_counts=True)[1].astype(np.float64)
    return float((sizes * (sizes - 1) / 2).sum())


def _report(records: pl.DataFrame, places: Places, known: Flags, groups: Groups, result: Learned) -> pl.DataFrame:
    told = _told_pairs(records, groups)
    rows = [
        ("prior", result.shares.prior),
        ("records", float(records.height)),
        ("candidate pairs", float(places.pairs.height)),
        ("pairs in barren rules", float(places.barren["number"].sum())),
        ("true pairs expected in barren rules", places.expected_lost),
        ("expected matches", result.expected_matches),
        ("rounds", float(result.rounds)),
        ("known pairs", told),
        ("share of known pairs that blocking finds", float(known.sum()) / told if told else float("nan")),
    ]
    return pl.DataFrame(rows, schema=REPORT_SCHEMA, orient="row")
