"""Blocking: where pairs are looked for. A pair is a candidate where the two records share a block that is not crowded.

Which blocks are crowded is pinned in the model, so whether a pair is a candidate depends on its two records and the
model alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from revrecon.canonical.identity.linkage.defaults import Comparison
from revrecon.canonical.identity.linkage.kinds import BlockingKey
from revrecon.canonical.identity.linkage.model import PINNED_SCHEMA

CROWDED = 80
"""A block of more records than this at training says too little to look for pairs in."""

_BETWEEN = "\x1f"

CANDIDATE_SCHEMA: dict[str, pl.DataType] = {"left": pl.Int64(), "right": pl.Int64()}


@dataclass(frozen=True)
class Rule:
    """One place to look for pairs: records that agree on every part."""

    name: str
    parts: tuple[pl.Expr, ...]


def rules(compared: Sequence[Comparison], extra: Sequence[Sequence[str]]) -> tuple[Rule, ...]:
    """Every strong key alone, every two weak keys of different fields, and the map's own rules."""
    strong: list[tuple[str, BlockingKey]] = []
    weak: list[tuple[str, BlockingKey]] = []
    for c in compared:
        for key in c.kind.keys(c.field):
            (weak if key.weak else strong).append((c.field, key))
    alone = [Rule(f"{field}: {key.name}", (key.value,)) for field, key in strong]
    pairs = [
        Rule(f"{a}: {x.name} + {b}: {y.name}", (x.value, y.value))
        for (a, x), (b, y) in combinations(weak, 2)
        if a != b and not (x.place and y.place)
    ]
    held = {c.field for c in compared}
    own = [Rule(" + ".join(fields), tuple(pl.col(f) for f in fields)) for fields in extra if held.issuperset(fields)]
    return (*alone, *pairs, *own)


def asked_for(extra: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The names of the map's own rules."""
    return tuple(" + ".join(fields) for fields in extra)


def _keyed(rule: Rule, records: pl.DataFrame) -> pl.DataFrame:
    """`_node` and `key` (text) of one rule; a record whose key has parts missing is in no block of it."""
    names = [f"_{place}" for place in range(len(rule.parts))]
    keys = records.select("_node", *(part.alias(name) for part, name in zip(rule.parts, names, strict=True)))
    for name in names:
        if keys[name].dtype == pl.List:
            keys = keys.explode(name)
    keys = keys.drop_nulls().with_columns(pl.col(names).cast(pl.String))
    return keys.select("_node", pl.concat_str(names, separator=_BETWEEN).alias("key")).filter(pl.col("key") != "")


def crowded_blocks(found: Sequence[Rule], records: pl.DataFrame) -> pl.DataFrame:
    """Blocks with too many records (PINNED_SCHEMA, use `crowded`)."""
    frames = [pl.DataFrame(schema=PINNED_SCHEMA)]
    for rule in found:
        sizes = _keyed(rule, records).group_by("key").len().filter(pl.col("len") > CROWDED).sort("key")
        frames.append(
            sizes.select(
                pl.lit("crowded").alias("use"),
                pl.lit(rule.name).alias("field"),
                pl.col("key").alias("value"),
                pl.col("len").cast(pl.Float64).alias("number"),
            )
        )
    return pl.concat(frames)


def sizes_of(rule: Rule, records: pl.DataFrame, crowded: pl.DataFrame) -> int:
    """How many pairs a rule holds at most."""
    too_big = crowded.filter(pl.col("field") == rule.name).select(pl.col("value").alias("key"))
    blocks = _keyed(rule, records).join(too_big, on="key", how="anti").group_by("key").len()
    return int(blocks.select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())


def worth_looking(found: Sequence[Rule], pinned: pl.DataFrame) -> tuple[Rule, ...]:
    """The rules that learning did not find barren."""
    barren = set(pinned.filter(pl.col("use") == "barren")["field"])
    return tuple(rule for rule in found if rule.name not in barren)


def candidates(
    found: Sequence[Rule], records: pl.DataFrame, pinned: pl.DataFrame, changed: pl.Series | None = None
) -> pl.DataFrame:
    """Pairs to score (CANDIDATE_SCHEMA, left < right, sorted); with `changed` only those with one of these nodes."""
    crowded = pinned.filter(pl.col("use") == "crowded")
    pairs = [pl.DataFrame(schema=CANDIDATE_SCHEMA)]
    for rule in found:
        pairs.append(pairs_in(rule, records, crowded, changed))
        if sum(frame.height for frame in pairs) > 4 * max(pairs[0].height, 2_000_000):
            pairs = [pl.concat(pairs).unique()]
    return pl.concat(pairs).unique().sort("left", "right")


def pairs_in(
    rule: Rule, records: pl.DataFrame, crowded: pl.DataFrame, changed: pl.Series | None = None
) -> pl.DataFrame:
    """The pairs of one rule (CANDIDATE_SCHEMA, each once, in no order)."""
    too_big = crowded.filter(pl.col("field") == rule.name).select(pl.col("value").alias("key"))
    keys = _keyed(rule, records).join(too_big, on="key", how="anti").with_columns(pl.col("key").hash())
    keys = keys.filter(pl.len().over("key") > 1).unique()
    mine = keys if changed is None else keys.filter(pl.col("_node").is_in(changed.implode()))
    both = mine.join(keys, on="key", suffix="_other")
    low, high = pl.min_horizontal("_node", "_node_other"), pl.max_horizontal("_node", "_node_other")
    ordered = both.filter(
        pl.col("_node") < pl.col("_node_other") if changed is None else pl.col("_node") != pl.col("_node_other")
    )
    return ordered.select(low.alias("left"), high.alias("right")).unique()
