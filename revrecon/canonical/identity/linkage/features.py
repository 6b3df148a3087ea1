"""Records as linkage compares them: prepared columns per field, and the words of names weighed by how telling they are.

What depends on all records (how common a word is, which domains are shared) is learned once and pinned in the model, so
that a record's features are a function of the record and the model.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from revrecon.canonical.identity.linkage.defaults import IN_ONE_COPY, Comparison
from revrecon.canonical.identity.linkage.model import PINNED_SCHEMA
from revrecon.canonical.identity.linkage.schemas import Groups
from revrecon.canonical.identity.linkage.vocabulary import NOISE_WORDS

HEAVIEST = 4
"""A word's weight lies between 1 (in many records) and this (in one or two)."""

_TELLING_WORDS = 5


def present(compared: Sequence[Comparison], nodes: pl.DataFrame) -> tuple[Comparison, ...]:
    """The comparisons whose field (or one that stands in) any copy holds; that of copies where there are several."""
    held = tuple(c for c in compared if any(name in nodes.columns for name in (c.field, *c.instead)))
    return (*held, IN_ONE_COPY) if nodes["copy"].n_unique() > 1 else held


def prepared(compared: Sequence[Comparison], nodes: pl.DataFrame) -> pl.DataFrame:
    """Live records with the prepared columns of each comparison, by `_node`; nothing learned goes in."""
    live = nodes.filter(~pl.col("_excluded")).sort("copy", "_id")
    fields = [c for c in compared if c is not IN_ONE_COPY]
    values = [
        pl.coalesce(pl.col(name) for name in (c.field, *c.instead) if name in nodes.columns).alias(c.field)
        for c in fields
    ]
    frame = live.select(pl.col("_node").cast(pl.Int64), "copy", "_id", *values)
    made = [c.kind.prepared(c.field) for c in fields]
    frame = frame.with_columns(first for first, *_ in made)
    return frame.with_columns(other for _, *others in made for other in others)


def learned_words(compared: Sequence[Comparison], records: pl.DataFrame) -> pl.DataFrame:
    """The weight of every word of every name field (PINNED_SCHEMA, use `word`)."""
    found = [pl.DataFrame(schema=PINNED_SCHEMA)]
    for c in [c for c in compared if c.kind.words]:
        size = max(records[c.field].count(), 2)
        words = _words(records, c.field).group_by("word").len()
        rarity = (size / pl.col("len")).log() / np.log(size) * HEAVIEST
        weight = rarity.round(0).clip(1, HEAVIEST)
        found.append(_pinned(words.with_columns(weight.alias("number")), "word", c.field, "word"))
    return pl.concat(found)


def learned_shared(compared: Sequence[Comparison], records: pl.DataFrame, groups: Groups) -> pl.DataFrame:
    """Domains that several companies of one system share (PINNED_SCHEMA, use `shared`): no evidence of being one.

    Companies are told apart by their name; where the entity has none, by the groups of the stronger passes.
    """
    names = [f"{c.field}__sorted" for c in compared if c.kind_name == "company_name"]
    group = pl.Series("_who", groups[records["_node"].to_numpy()]).cast(pl.String)
    who = records.select(pl.coalesce(*names, pl.lit(group)).alias("_who")) if names else group.to_frame()
    found = [pl.DataFrame(schema=PINNED_SCHEMA)]
    for c in [c for c in compared if c.kind_name == "domain"]:
        users = pl.concat([records.select("copy", c.field), who], how="horizontal").drop_nulls()
        per_copy = users.group_by("copy", c.field).agg(pl.col("_who").n_unique().alias("number"))
        shared = per_copy.filter(pl.col("number") > 1).group_by(c.field).agg(pl.col("number").max())
        found.append(_pinned(shared, "shared", c.field, c.field))
    return pl.concat(found)


def _pinned(frame: pl.DataFrame, use: str, field: str, column: str) -> pl.DataFrame:
    rows = frame.select(
        pl.lit(use).alias("use"),
        pl.lit(field).alias("field"),
        pl.col(column).alias("value"),
        pl.col("number").cast(pl.Float64),
    )
    return rows.sort("value")


def _words(records: pl.DataFrame, field: str) -> pl.DataFrame:
    """One row per record and distinct word."""
    split = records.select("_node", pl.col(field).str.split(" ").alias("word"))
    return split.explode("word").drop_nulls("word").unique()


def with_pinned(compared: Sequence[Comparison], records: pl.DataFrame, pinned: pl.DataFrame) -> pl.DataFrame:
    """Prepared records with what the pinned facts add: shared domains emptied, words weighed."""
    for c in compared:
        mine = pinned.filter(pl.col("field") == c.field)
        if c.kind_name == "domain":
            shared = mine.filter(pl.col("use") == "shared")["value"]
            hidden = pl.col(c.field).is_in(shared.implode())
            columns = (c.field, f"{c.field}__name")
            records = records.with_columns(pl.when(~hidden).then(pl.col(name)).alias(name) for name in columns)
        if c.kind.words:
            words = mine.filter(pl.col("use") == "word").select(pl.col("value").alias("word"), "number")
            records = records.join(_weighed(records, c.field, words), on="_node", how="left", maintain_order="left")
    return records


def _weighed(records: pl.DataFrame, field: str, words: pl.DataFrame) -> pl.DataFrame:
    """Per record the words of a name, each as often as its weight (for overlaps), and the most telling ones."""
    mine = _words(records, field).join(words, on="word", how="left").with_columns(pl.col("number").fill_null(HEAVIEST))
    mine = mine.sort("_node", pl.col("number"), "word", descending=[False, True, False])
    times = pl.int_ranges(0, pl.col("number").cast(pl.Int64)).alias("time")
    repeated = (
        mine.with_columns(times)
        .explode("time")
        .with_columns((pl.col("word").hash(1) // 8 + pl.col("time").cast(pl.UInt64)).alias("piece"))
    )
    telling = mine.filter(~pl.col("word").is_in(list(NOISE_WORDS)), pl.col("word").str.len_chars() > 1)
    return (
        repeated.group_by("_node", maintain_order=True)
        .agg(pl.col("piece").alias(f"{field}__words"))
        .join(
            telling.group_by("_node", maintain_order=True).agg(
                pl.col("word").head(_TELLING_WORDS).alias(f"{field}__telling")
            ),
            on="_node",
            how="left",
        )
    )  # fmt: skip
