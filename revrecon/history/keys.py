"""Keys of raw rows, and the quarantine of rows that have none."""

import polars as pl

from revrecon.entity_map.systems import SourceObject
from revrecon.sources.contract import REJECTED_SCHEMA

_SHOWN = 200

WITHOUT_KEY = "no key: "
"""How the reason begins for which a row without a key is set aside."""


def keyed(frame: pl.DataFrame, spec: SourceObject) -> pl.DataFrame:
    """The rows with `_key`: the key columns joined with |; where the map says that keys repeat, `#2` and so on follow.

    A row whose key columns are all empty has a null key.
    """
    parts = [pl.col(column).str.strip_chars().replace("", None) for column in spec.key]
    joined = pl.concat_str([part.fill_null("") for part in parts], separator="|")
    rows = frame.with_columns(
        pl.when(pl.all_horizontal(part.is_null() for part in parts)).then(None).otherwise(joined).alias("_key")
    )
    if not spec.repeats:
        return rows
    nth = pl.int_range(pl.len()).over("_key") + 1
    return rows.with_columns(pl.when(nth > 1).then(pl.format("{}#{}", "_key", nth)).otherwise("_key").alias("_key"))


def without_key(rows: pl.DataFrame, rejected: pl.DataFrame, spec: SourceObject) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that have a key, and the quarantine: rejected rows and those without one (REJECTED_SCHEMA)."""
    numbered = rows.with_row_index("_row", offset=2)
    lost = numbered.filter(pl.col("_key").is_null())
    text = pl.concat_str([pl.col(c).fill_null("") for c in rows.columns if c != "_key"], separator=",")
    nameless = lost.select(
        pl.col("_row").cast(pl.Int64).alias("line"),
        pl.lit(f"{WITHOUT_KEY}{', '.join(spec.key)} empty").alias("reason"),
        text.str.slice(0, _SHOWN).alias("text"),
    )
    quarantine = pl.concat([rejected.select(pl.col(c).cast(t) for c, t in REJECTED_SCHEMA.items()), nameless])
    return rows.filter(pl.col("_key").is_not_null()) if lost.height else rows, quarantine


def is_ascending(keys: pl.Series) -> bool:
    """Whether keys are sorted, and each is there once: what is so need not be sorted or thinned out again."""
    return bool((keys > keys.shift(1)).all())  # the first one has none before it, and no answer
