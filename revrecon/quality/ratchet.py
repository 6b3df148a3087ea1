"""The ratchet: a rule that a copy was cleaned for may be broken less and less; what breaks it anew is a regression.

A rule counts as cleaned once at most half of its worst was left for three days. From then on its best is the ratchet.
It slips only when two records more than on the best day break it, one of them new: a single record that comes and goes
does not flap. Stale copies are left out: they come and go with the sync, and no one can clean them for good.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from revrecon.findings import as_findings, no_findings

REGRESSION = "quality.regression"
GUARDED = ("quality.missing_field", "quality.invalid_format", "quality.wrong_value", "quality.rule")
"""Causes of single values, which a clean-up can put right for good."""

_STAYS = 3
_SLACK = 1
_WORTH_CLEANING = 4

BROKEN_SCHEMA: dict[str, pl.DataType] = {"rule": pl.String(), "signature": pl.String()}
"""What was broken on a day: one row per finding of a guarded cause."""


@dataclass(frozen=True)
class Ratchet:
    """The best day of a cleaned rule, and what was still broken on it."""

    rule: str
    day: date
    broken: frozenset[str]  # signatures


def ratchets(history: Mapping[date, pl.LazyFrame]) -> list[Ratchet]:
    """The rules that were cleaned, from what was broken on earlier days (BROKEN_SCHEMA), in any order of these.

    Days are counted first; what was broken is looked at on the best days alone.
    """
    days = sorted(history)
    if len(days) < _STAYS:
        return []
    counts = {day: _counts(history[day]) for day in days}
    rules = sorted({rule for told in counts.values() for rule in told})
    best = {rule: _best_day([(day, counts[day].get(rule, 0)) for day in days]) for rule in rules}
    return [Ratchet(rule, day, _broken(history[day], rule)) for rule, day in best.items() if day is not None]


def _counts(broken: pl.LazyFrame) -> dict[str, int]:
    """How many records break each rule."""
    told = broken.group_by("rule").agg(pl.col("signature").n_unique()).collect()
    return dict(told.select("rule", "signature").iter_rows())


def _broken(broken: pl.LazyFrame, rule: str) -> frozenset[str]:
    return frozenset(broken.filter(pl.col("rule") == rule).select("signature").collect().to_series().to_list())


def _best_day(days: Sequence[tuple[date, int]]) -> date | None:
    """The end of the best of all stretches of three days since a rule's worst, if that is half of the worst or less."""
    best: tuple[date, int] | None = None
    worst = 0
    for at, (day, broken) in enumerate(days):
        stretch = days[max(0, at - _STAYS + 1) : at + 1]
        level = max(number for _, number in stretch)
        clean = len(stretch) == _STAYS and worst >= _WORTH_CLEANING and level * 2 <= worst
        if clean and (best is None or level <= best[1]):
            best = (day, broken)
        worst = max(worst, broken)
    return best[0] if best else None


def regressions(
    findings: pl.DataFrame, cleaned: Sequence[Ratchet], writers: Mapping[str, str], as_of: date
) -> pl.DataFrame:
    """Findings of a copy that break a cleaned rule anew (FINDING_SCHEMA), with who changed the record last.

    `findings` are those of the day, `writers` the last writer of each record, where the source tells.
    """
    frames = [_slipped(findings, one, writers, as_of) for one in cleaned]
    filled = [frame for frame in frames if frame is not None]
    return as_findings(pl.concat(filled)) if filled else no_findings()


def _slipped(findings: pl.DataFrame, one: Ratchet, writers: Mapping[str, str], as_of: date) -> pl.DataFrame | None:
    mine = findings.filter((pl.col("rule") == one.rule) & pl.col("cause").is_in(list(GUARDED)))
    fresh = mine.filter(~pl.col("signature").is_in(list(one.broken)))
    if fresh.is_empty() or mine.height <= len(one.broken) + _SLACK:
        return None
    told = f"was cleaned: {len(one.broken)} left on {one.day}"
    by = pl.col("record_id").replace_strict(dict(writers), default=None, return_dtype=pl.String)
    who = pl.when(by.is_not_null()).then(pl.format("{}; last written by {}", pl.lit(told), by)).otherwise(pl.lit(told))
    return fresh.with_columns(pl.lit(REGRESSION).alias("cause"), who.alias("why"), pl.lit(as_of).alias("since"))
