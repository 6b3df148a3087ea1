"""The one currency that all judges pay in: one disagreement about one record, with a stable fingerprint."""

from collections.abc import Sequence
from hashlib import blake2b

import polars as pl

CATEGORIES = ("definition", "timing", "hierarchy", "quality")
"""The four reasons for which numbers disagree, in the order in which reports list them."""

CATEGORY_ORDER = ("quality", "hierarchy", "timing", "definition")
"""The order in which a bridge takes its steps, and in which a waterfall draws them."""

FINDING_SCHEMA: dict[str, pl.DataType] = {
    "signature": pl.String(),  # stable fingerprint: the same trouble has the same signature next week
    "category": pl.String(),  # one of CATEGORIES
    "cause": pl.String(),  # category.sub-type, such as quality.stale_copy
    "rule": pl.String(),  # the rule, compared field or check that found it
    "entity": pl.String(),
    "copy": pl.String(),  # the replica that is wrong, by its name in the map
    "system": pl.String(),
    "object": pl.String(),
    "record_id": pl.String(),  # the wrong record; for a missing one, the record that should have been copied
    "record_system": pl.String(),  # where record_id lives: differs from system for a missing record
    "record_object": pl.String(),
    "canonical_id": pl.String(),
    "field": pl.String(),
    "expected": pl.String(),
    "observed": pl.String(),
    "amount": pl.Decimal(18, 2),  # money at stake, signed (observed less expected); null where no money is touched
    "since": pl.Date(),  # the day on which it was first seen
    "why": pl.String(),  # what the rule saw, in a sentence, where its name and the two values do not say enough
}
"""Columns of a frame of findings, one row per finding."""

_FINGERPRINT = ("cause", "entity", "copy", "record_id", "canonical_id", "field", "rule")


def no_findings() -> pl.DataFrame:
    """An empty frame of findings."""
    return pl.DataFrame(schema=FINDING_SCHEMA)


def _signatures(frame: pl.DataFrame) -> pl.Series:
    """A short hash of each row's fingerprint; the texts are joined at once, and only hashing is left for Python."""
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in _FINGERPRINT]
    texts = frame.select(pl.concat_str(parts, separator="\x1f").cast(pl.Binary)).to_series().to_list()
    return pl.Series("signature", [blake2b(text, digest_size=8).hexdigest() for text in texts])


def _each_once(findings: pl.DataFrame) -> pl.DataFrame:
    """By signature; of equal ones the first. Those of one judge that were kept are in this order already."""
    signature = findings["signature"]
    if (signature > signature.shift(1)).all():
        return findings
    ordered = findings.sort("signature", maintain_order=True)
    return ordered.filter(pl.col("signature").ne_missing(pl.col("signature").shift(1)))


def as_findings(frame: pl.DataFrame) -> pl.DataFrame:
    """Shape any frame with `cause`, `entity`, `copy` and record columns into findings.

    Missing columns become null, `category` follows from `cause`, the signature from the fingerprint columns.
    Rows with an equal signature are one finding; the order is by signature, so that it never depends on input order.
    """
    if frame.is_empty():
        return no_findings()
    for column, dtype in FINDING_SCHEMA.items():
        if column not in frame.columns:
            frame = frame.with_columns(pl.lit(None, dtype=dtype).alias(column))
    frame = frame.with_columns(
        pl.col("cause").str.split(".").list.first().alias("category"),
        pl.coalesce("record_system", "system").alias("record_system"),
        pl.coalesce("record_object", "object").alias("record_object"),
    )
    shaped = frame.with_columns(_signatures(frame)).select(pl.col(c).cast(dtype) for c, dtype in FINDING_SCHEMA.items())
    return _each_once(shaped)


def all_findings(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Findings of several judges in one frame, each signature once."""
    filled = [frame for frame in frames if not frame.is_empty()]
    if not filled:
        return no_findings()
    return _each_once(pl.concat([no_findings(), *filled], how="diagonal"))


VERDICT_ORDER = ("breach", "warn", "not_run", "pass")
"""Verdicts, worst first; what was not run ranks before what passed, because nobody knows."""

VERDICT_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "copy": pl.String(),
    "system": pl.String(),
    "cause": pl.String(),
    "verdict": pl.String(),  # one of VERDICT_ORDER
    "records": pl.Int64(),  # how many findings
    "compared": pl.Int64(),  # of how many records
    "share": pl.Float64(),
    "net": pl.Decimal(18, 2),  # null where no money is touched
    "gross": pl.Decimal(18, 2),
    "measure": pl.String(),  # which limit fired: count, share, net, gross; null when none did
    "limit": pl.Float64(),
    "since": pl.Date(),
    "owner": pl.String(),  # the canonical owner's name in the map
    "agreed": pl.String(),  # the agreed difference by which it passes; null where it is none's doing
}
"""One row per entity, copy and cause: what was measured against which threshold."""
