"""Late systems: claims that a system which missed its deadline will soon say something again."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from revrecon.timing.claims import CLAIM_SCHEMA, as_claims
from revrecon.timing.lags import FEWEST, USUAL

_DAY = timedelta(days=1)


def late_claims(spoken: Mapping[str, Sequence[date]], allowed: Mapping[str, timedelta], as_of: date) -> pl.DataFrame:
    """A claim per silence of a system that was longer than allowed (CLAIM_SCHEMA), by system and day.

    `spoken` holds the days on which each system said anything. It is expected again within the gap that 95 % of its
    extracts keep to, counted from the first late day; the next day where too few gaps are known.
    """
    rows = [row for system in sorted(spoken) for row in _silences(system, spoken[system], allowed[system], as_of)]
    return as_claims(pl.DataFrame(rows, infer_schema_length=None)) if rows else pl.DataFrame(schema=CLAIM_SCHEMA)


def _silences(
    system: str, spoken: Sequence[date], allowed: timedelta, as_of: date
) -> Iterator[dict[str, str | date | None]]:
    days = [day for day in sorted(set(spoken)) if day <= as_of]
    wait, basis = _usual_gap([later - day for day, later in pairwise(days)])
    for day, later in pairwise([*days, None]):
        late_from = day + timedelta(days=allowed.days) + _DAY if day else as_of
        if (later or as_of + _DAY) <= late_from or late_from > as_of:
            continue
        due = late_from + wait
        outcome = ("pending" if due > as_of else "never") if later is None else "in time" if later <= due else "late"
        yield {
            "cause": "timing.late", "system": system, "claimed_on": late_from, "expected_on": due, "basis": basis,
            "cleared_on": later, "outcome": outcome,
        }  # fmt: skip


def _usual_gap(gaps: Sequence[timedelta]) -> tuple[timedelta, str]:
    if len(gaps) < FEWEST:
        return _DAY, "the next day"
    gap = sorted(gaps)[math.ceil(USUAL * len(gaps)) - 1]
    return gap, f"usual gap of {gap.days} d (95 % of {len(gaps)} extracts)"


def overdue_systems(claims: pl.DataFrame) -> dict[str, date]:
    """The systems that are late still, though expected back, with the day on which they were expected."""
    still = claims.filter(pl.col("cause") == "timing.late", pl.col("outcome") == "never")
    return dict(still.select("system", "expected_on").iter_rows())
