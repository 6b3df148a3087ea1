"""Comparisons of codes, categories, days, amounts and references."""

import polars as pl

from revrecon.canonical.identity.linkage.kinds import BlockingKey, Kind, Level, different, no_keys
from revrecon.canonical.standard_forms import casefold, code


def _code(field: str) -> list[pl.Expr]:
    value = code(pl.col(field).cast(pl.String))
    return [value.alias(field)]


_EDIT = 'abs(length("{f}_l") - length("{f}_r")) <= 1 AND damerau_levenshtein("{f}_l", "{f}_r") <= 1'
_CODE = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.8, 1e-3),
    Level("typing error", f'least(length("{{f}}_l"), length("{{f}}_r")) >= 6 AND {_EDIT}', 0.04, 1e-3),
    Level(
        "one within the other",
        'least(length("{f}_l"), length("{f}_r")) >= 4 AND (contains("{f}_l", "{f}_r") OR contains("{f}_r", "{f}_l"))',
        0.04,
        1e-3,
    ),
    different(0.12, 0.99),
)
CODE = Kind(_code, _CODE, lambda field: [BlockingKey("code", pl.col(field)), BlockingKey("code", pl.col(field), True)])
"""Codes and numbers by name: SKU, tax number, order number."""


def _category(field: str) -> list[pl.Expr]:
    return [casefold(pl.col(field).cast(pl.String)).alias(field)]


CATEGORY = Kind(
    _category, (Level("equal", '"{f}_l" = "{f}_r"', 0.85, 0.3), different(0.15, 0.7)), no_keys, frequencies=False
)
"""Types, states, countries: equal or not."""


def _day(field: str) -> list[pl.Expr]:
    text = pl.col(field).cast(pl.String)
    day = pl.coalesce(
        text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%Y%m%d", strict=False)
    )
    written = pl.col(field)
    return [
        day.dt.strftime("%Y%m%d").alias(field),
        (written.str.slice(0, 4) + written.str.slice(6, 2) + written.str.slice(4, 2)).alias(f"{field}__swapped"),
        written.str.to_date("%Y%m%d", strict=False).alias(f"{field}__day"),
        written.str.slice(0, 4).alias(f"{field}__year"),
        written.str.slice(4, 4).alias(f"{field}__in_year"),
    ]


_BIRTH = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.85, 5e-4),
    Level("day and month swapped", '"{f}_l" = "{f}__swapped_r"', 0.02, 5e-4),
    Level("one digit differs", 'damerau_levenshtein("{f}_l", "{f}_r") <= 1', 0.06, 5e-3),
    Level(
        "same year or same day of the year",
        '"{f}__year_l" = "{f}__year_r" OR "{f}__in_year_l" = "{f}__in_year_r"',
        0.03,
        0.02,
    ),
    different(0.04, 0.97),
)
BIRTH_DATE = Kind(
    _day,
    _BIRTH,
    lambda field: [
        BlockingKey("day", pl.col(field)),
        BlockingKey("year", pl.col(f"{field}__year"), weak=True),
        BlockingKey("day of the year", pl.col(f"{field}__in_year"), weak=True),
    ],
)
"""Days of birth: day and month swapped, one digit wrong."""


def _apart(days: int) -> str:
    return f'abs(date_diff(\'day\', "{{f}}__day_l", "{{f}}__day_r")) <= {days}'


_EVENT = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.6, 5e-3),
    Level("within 3 days", _apart(3), 0.15, 0.02),
    Level("within 10 days", _apart(10), 0.1, 0.05),
    Level("within 31 days", _apart(31), 0.08, 0.1),
    different(0.07, 0.825),
)
EVENT_DATE = Kind(_day, _EVENT, lambda field: [BlockingKey("day", pl.col(field), weak=True)])
"""Days of an event: how far they lie apart."""


def _number(field: str) -> list[pl.Expr]:
    written = pl.col(field).cast(pl.Float64, strict=False).round(2).cast(pl.String)
    return [written.alias(field), pl.col(field).cast(pl.Float64, strict=False).alias(f"{field}__number")]


def _within(share: float) -> str:
    """The difference is at most this share of the larger of the two."""
    return (
        f'abs("{{f}}__number_l" - "{{f}}__number_r") <= '
        f'{share} * greatest(abs("{{f}}__number_l"), abs("{{f}}__number_r"))'
    )


_MONEY = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.75, 2e-3),
    Level("within 1 %", _within(0.01), 0.05, 2e-3),
    Level("within 10 %", _within(0.1), 0.08, 0.05),
    Level("within 30 %", _within(0.3), 0.05, 0.1),
    different(0.07, 0.85),
)
MONEY = Kind(_number, _MONEY, lambda field: [BlockingKey("amount", pl.col(field), weak=True)])
"""Amounts: equal, within 1, 10 or 30 percent."""

_QUANTITY = (
    Level("equal", '"{f}_l" = "{f}_r"', 0.85, 0.1),
    Level("within 10 %", _within(0.1), 0.05, 0.1),
    different(0.1, 0.8),
)
QUANTITY = Kind(_number, _QUANTITY, no_keys)
"""Whole and decimal numbers: equal or within 10 percent."""


def _reference(field: str) -> list[pl.Expr]:
    return [pl.col(field).cast(pl.String).alias(field)]


REFERENCE = Kind(
    _reference,
    (Level("same", '"{f}_l" = "{f}_r"', 0.9, 3e-3), different(0.1, 0.997)),
    lambda field: [BlockingKey("same", pl.col(field)), BlockingKey("same", pl.col(field), True)],
)
"""References to another entity, resolved: the same canonical record or another."""


COPY = Kind(
    lambda field: [pl.col(field).alias(field)],
    (Level("in two copies", '"{f}_l" <> "{f}_r"', 0.95, 0.7), Level("both in one copy", "ELSE", 0.05, 0.3)),
    no_keys,
    frequencies=False,
)
"""Whether two records lie in one copy: duplicates inside a system are rarer than copies of a record elsewhere."""
