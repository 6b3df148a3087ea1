"""Field rules against plain expressions: `python -m benchmarks.comparison.rules [ROWS] [--rounds 5]`.

Twenty rules on the planted columns, each broken by one value in a hundred. The plain side gives what a finding needs as
well: the records, fields and values that break a rule. Both sides must find the same number of failures.
"""

import argparse
import sys
import time
from statistics import median

import numpy as np
import polars as pl

from benchmarks.comparison.company import map_of
from benchmarks.comparison.planted import COLUMNS, KEY, records
from revrecon.canonical.copies import CopyRecords
from revrecon.entity_map.entities import Entity, FieldRule
from revrecon.quality.failing import failures

_RULES: dict[str, dict[str, object]] = {
    "String": {"pattern": "^[^~]+$"}, "Int64": {"at_least": 0}, "Date": {"required": True},
    "Boolean": {"required": True},
}  # fmt: skip


def ruled() -> Entity:
    """The planted entity with one rule on every column."""
    entity = map_of(1).map.entities["thing"]
    rules = {
        name: FieldRule.model_validate(
            {**rule.model_dump(exclude_unset=True), **_RULES.get(str(COLUMNS[name]), {"at_most": 99_999})}
        )
        for name, rule in entity.fields.items()
    }
    return entity.model_copy(update={"quality": entity.quality.model_copy(update={"fields": rules})})


def broken(rows: int) -> CopyRecords:
    """Records of which one value in a hundred of each column breaks its rule."""
    chance = np.random.default_rng(7)
    frame = records(rows, chance)
    hits = {name: pl.Series(chance.random(rows) < 0.01) for name in COLUMNS}
    worse = [
        pl.when(hits[name]).then(_bad(name)).otherwise(name).cast(dtype).alias(name) for name, dtype in COLUMNS.items()
    ]
    made = frame.with_columns(worse).rename({KEY: "_id"}).with_columns(
        pl.lit(None, dtype=pl.String).alias("_excluded"), pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("_changed")
    )  # fmt: skip
    nothing = pl.DataFrame(schema={"_id": pl.String, "field": pl.String, "observed": pl.String})
    return CopyRecords("thing", "copy_1", "copy_1", "record", made, nothing, made.clear())


def _bad(name: str) -> pl.Expr:
    dtype = COLUMNS[name]
    if dtype == pl.String:
        return pl.col(name) + "~"
    if dtype == pl.Int64:
        return pl.lit(-1)
    return pl.lit(None) if dtype in (pl.Date, pl.Boolean) else pl.lit(999_999)


def plainly(entity: Entity, copy: CopyRecords) -> int:
    """The same failures by hand: a filter per rule, in one lazy pass."""
    frame, found = copy.records.lazy(), []
    for name, rule in entity.fields.items():
        value = pl.col(name)
        broken_rule = value.is_null() if rule.required else value.lt(0) if rule.at_least is not None else (
            ~value.str.contains(str(rule.pattern)) if rule.pattern else value.gt(99_999)
        )  # fmt: skip
        found.append(
            frame.filter(broken_rule).select(
                "_id", pl.lit(name).alias("field"), value.cast(pl.String).alias("observed")
            )
        )
    return pl.concat(pl.collect_all(found)).height


def main() -> None:
    """Take turns, print medians of processor seconds and their ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rows", nargs="?", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    entity, copy = ruled(), broken(asked.rows)
    sides = {"plain expressions": lambda: plainly(entity, copy), "RevRecon": lambda: failures(entity, copy).height}
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(asked.rounds):
        counts = set()
        for name, work in sides.items():
            begun = time.process_time()
            counts.add(work())
            taken[name].append(time.process_time() - begun)
        if len(counts) > 1:
            raise SystemExit(f"the two sides found {sorted(counts)} failures")
    ratio = median(mine / plain for mine, plain in zip(taken["RevRecon"], taken["plain expressions"], strict=True))
    for name, seconds in taken.items():
        sys.stdout.write(f"{name:<18} {median(seconds):6.2f} processor s\n")
    sys.stdout.write(f"ratio {ratio:.2f} (target 1.5), {counts.pop():,} failures in {asked.rows:,} records\n")


if __name__ == "__main__":
    main()
