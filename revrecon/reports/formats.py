"""How figures, shares, counts and days are written for people."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

MINUS = "−"  # a real minus sign: as wide as the plus, and never broken from its figure
NOTHING = "–"

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
_SIZES = ((1_000_000_000, 1_000_000_000, "bn", 2), (1_000_000, 1_000_000, "M", 2), (100_000, 1_000, "k", 0))
"""From which size on a figure is divided by how much, the word for it, and its decimals."""
_ROUNDS_UP = Decimal("0.9995")


class Unit(NamedTuple):
    """How a unit of the map is written: before the figure, after it, and how many of it one stands for."""

    before: str
    after: str
    times: int
    is_money: bool


def unit_of(unit: str) -> Unit:
    """A currency by its ISO code, thousands of it with a leading `k`, `count`, or any other word behind the figure."""
    if unit == "count":
        return Unit("", "", 1, False)
    thousands = len(unit) == 4 and unit.startswith("k") and unit[1:].isupper()
    code = unit[1:] if thousands else unit
    if len(code) == 3 and code.isupper():
        return Unit(_SYMBOLS.get(code, code + "\u00a0"), "", 1000 if thousands else 1, True)
    return Unit("", "\u00a0" + unit, 1, False)


def money(value: Decimal | None, unit: str, decimals: int = 2, signed: bool = False) -> str:
    """A figure in full: `$10,380,253.42`, `−$781,766.15`, `124`; thousands keep their `k`; a dash for null."""
    if value is None:
        return NOTHING
    known = unit_of(unit)
    shown = round(value, 0 if unit == "count" and value == value.to_integral_value() else decimals)
    thousands = "\u00a0k" if known.times == 1000 else ""
    return f"{_sign(shown, signed)}{known.before}{abs(shown):,f}{thousands}{known.after}"


def compact(value: Decimal, unit: str, signed: bool = False) -> str:
    """A figure at a glance, for pictures: `$18.63 M`, `−$782 k`, `−$2,417`, `$4.17`; counts in full."""
    known = unit_of(unit)
    if not known.is_money:
        return money(value, unit, 2, signed)
    number = abs(value) * known.times
    for size, divisor, name, decimals in _SIZES:
        if number >= size * _ROUNDS_UP:
            return f"{_sign(value, signed)}{known.before}{number / divisor:,.{decimals}f}\u00a0{name}"
    small = round(number, 2 if number < 10 else 0)
    return f"{_sign(value if small else small, signed)}{known.before}{small:,f}"


def _sign(value: Decimal, signed: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""


def share(value: float | None) -> str:
    """A share as a percentage: `4.2 %`; below a tenth of a percent, but not zero, `< 0.1 %`."""
    if value is None:
        return NOTHING
    if 0 < value < 0.001:
        return "<\u00a00.1\u00a0%"
    return f"{value * 100:.1f}\u00a0%"


def limit(measure: str | None, value: float | None, unit: str) -> str:
    """The limit that fired, in the unit of its measure: `10 records`, `5.0 % of records`, `$250,000 gross`."""
    if measure is None or value is None:
        return NOTHING
    if measure == "share":
        return f"{share(value)} of records"
    if measure == "count":
        return plural(round(value), "record")
    return f"{money(Decimal(str(value)), unit, 0)} {measure}"


def count(value: int) -> str:
    """A whole number with thousands."""
    return f"{value:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """`1 record`, `2 records`, `1,234 records`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: list[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def long_day(day: date) -> str:
    """`Wednesday, 4 November 2026`."""
    return f"{day:%A}, {day.day} {day:%B %Y}"
