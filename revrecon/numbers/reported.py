"""The figures that departments typed in: from small tables and the map's own rows to one frame, bad rows told apart."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

import polars as pl

from revrecon.entity_map.company import Company
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Number
from revrecon.entity_map.problems import PathPart, Problem, did_you_mean, listed
from revrecon.numbers.frames import VALUE
from revrecon.numbers.moments import Period, quarter_of

REPORTED_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "definition": pl.String(),
    "period": pl.String(),  # empty for a number without periods
    "as_of": pl.Date(),  # the day on which the figure was asked for
    "entered": pl.Date(),  # the day on which it was typed in
    "value": VALUE,
    "reported_by": pl.String(),
    "note": pl.String(),
    "origin": pl.String(),  # reported_figures.csv, row 4
    "position": pl.Int64(),  # the order in which they were read: of two entered on a day, the later one counts
}
"""One row per figure that a department typed in."""

ALSO_CALLED = {"day": "as_of", "department": "definition", "figure": "value", "by": "reported_by"}
"""Other headings that a table may have."""
_NEEDED = ("value",)
_MOST_PLACES, _LARGEST = 4, Decimal(10) ** 15
_IN_FULL = "write it in full, such as 20508101.11"
_FIGURE = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_QUARTER = re.compile(r"(\d{4})Q([1-4])")


class _Unreadable(Exception):
    """What is wrong with a cell, and what to write instead."""

    def __init__(self, column: str, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.column, self.message, self.hint = column, message, hint


@dataclass(frozen=True)
class TypedTable:
    """A file's rows as text, its name, and the definitions of the map that name it, as number and definition."""

    name: str
    rows: pl.DataFrame
    named_by: tuple[tuple[str, str], ...]


def figure_files(entity_map: EntityMap) -> dict[str, tuple[tuple[str, str], ...]]:
    """Every file of reported figures that the map names, with the definitions that name it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for number_name, number in entity_map.numbers.items():
        for name, definition in number.definitions.items():
            if definition.reported.file:
                found.setdefault(definition.reported.file, []).append((number_name, name))
    return {file: tuple(names) for file, names in found.items()}


def has_reported_figures(entity_map: EntityMap) -> bool:
    """Whether the map tells of any figure that a department typed in."""
    definitions = [one for number in entity_map.numbers.values() for one in number.definitions.values()]
    return any(one.reported.file or one.reported.rows for one in definitions)


def reported_figures(entity_map: EntityMap, tables: Iterable[TypedTable]) -> tuple[pl.DataFrame, list[Problem]]:
    """Every figure that was typed in (REPORTED_SCHEMA), and the rows of the tables that cannot be used.

    A row names its number and definition (or department); what it leaves out is that of the one definition that names
    the file. Figures are written in full, days as 2026-11-04, quarters as 2026Q3. Without `entered` a figure was typed
    in on its own day; without `as_of` that is the last day of its quarter.
    """
    rows, problems = list(_written_in_the_map(entity_map)), []
    for table in tables:
        renamed = _headed(table)
        lacking = [name for name in _NEEDED if name not in renamed.columns]
        if lacking:
            problems.append(Problem((table.name,), 1, f"there is no column '{lacking[0]}'", "name it in the first row"))
            continue
        for place, cells in enumerate(renamed.iter_rows(named=True), 2):
            try:
                rows.append({**_row(entity_map, table, cells), "origin": f"{table.name}, row {place}"})
            except _Unreadable as reason:
                path: tuple[PathPart, ...] = (table.name, reason.column) if reason.column else (table.name,)
                problems.append(Problem(path, place, reason.message, reason.hint))
    placed = [{**row, "position": position} for position, row in enumerate(rows)]
    return pl.DataFrame(placed, schema=REPORTED_SCHEMA), problems


def period_named(name: str, company: Company) -> Period | None:
    """The fiscal quarter of a name such as 2026Q3; None for any other name."""
    match = _QUARTER.fullmatch(name)
    if match is None:
        return None
    year, quarter = int(match[1]), int(match[2])
    months = company.fiscal_year_start - 1 + 3 * (quarter - 1)
    first = year - (1 if company.fiscal_year_start > 1 else 0)
    if not 1 <= first < 9998:
        return None
    return quarter_of(date(first + months // 12, months % 12 + 1, 1), company)


def _headed(table: TypedTable) -> pl.DataFrame:
    plain = {name: name.strip().lower().replace(" ", "_") for name in table.rows.columns}
    named = {name: ALSO_CALLED.get(word, word) for name, word in plain.items()}
    once = {name: word for name, word in named.items() if list(named.values()).count(word) == 1}
    return table.rows.rename(once)


def _written_in_the_map(entity_map: EntityMap) -> Iterator[dict[str, object]]:
    for number_name, number in entity_map.numbers.items():
        for name, definition in number.definitions.items():
            for row in definition.reported.rows:
                as_of = row.as_of or _end_of(row.period, entity_map.company)
                yield {
                    "number": number_name, "definition": name, "as_of": as_of, "entered": row.entered or as_of,
                    "period": row.period or _period_on(number, as_of, entity_map.company), "value": row.value,
                    "reported_by": row.reported_by, "note": row.note, "origin": "the map",
                }  # fmt: skip


def _row(entity_map: EntityMap, table: TypedTable, cells: Mapping[str, str | None]) -> dict[str, object]:
    def cell(name: str) -> str:
        return (cells.get(name) or "").strip()

    number_name, name = _figure_named(entity_map, table, cell("number"), cell("definition"))
    number, company = entity_map.numbers[number_name], entity_map.company
    period = _known_period(number, cell("period"), company)
    as_of = _day("as_of", cell("as_of")) or (_end_of(period, company) if period else None)
    if as_of is None:
        raise _Unreadable("as_of", "this figure has no day", "write the day on which it was asked for")
    return {
        "number": number_name, "definition": name, "period": period or _period_on(number, as_of, company),
        "as_of": as_of, "entered": _day("entered", cell("entered")) or as_of, "value": _value(cell("value")),
        "reported_by": cell("reported_by"), "note": cell("note"),
    }  # fmt: skip


def _figure_named(entity_map: EntityMap, table: TypedTable, number: str, definition: str) -> tuple[str, str]:
    numbers = {number} if number else {one for one, _ in table.named_by}
    if len(numbers) > 1:
        raise _Unreadable("number", "it is not said of which number", f"write {listed(sorted(numbers), 'or')}")
    number = numbers.pop()
    if number not in entity_map.numbers:
        known = entity_map.numbers
        raise _Unreadable("number", f"'{number}' is no number of the map", did_you_mean(number, known) or _any(known))
    definitions = entity_map.numbers[number].definitions
    names = {name for of, name in table.named_by if of == number} if not definition else {definition}
    if definition and definition not in definitions:
        names = {name for name, one in definitions.items() if one.department == definition}
    if len(names) == 1:
        return number, names.pop()
    hint = did_you_mean(definition, definitions) if definition else None
    told = f"'{definition}' is no one definition of {number}" if definition else "it is not said by which definition"
    raise _Unreadable("definition", told, hint or _any(definitions))


def _any(known: Iterable[str]) -> str:
    return f"it can be {listed(known, 'or')}"


def _known_period(number: Number, name: str, company: Company) -> str:
    if name and number.per is None:
        raise _Unreadable("period", f"{number.title} has no periods", "leave it empty")
    if name and period_named(name, company) is None:
        raise _Unreadable("period", f"'{name}' is no quarter", "write it such as 2026Q3")
    return name


def _period_on(number: Number, as_of: date, company: Company) -> str:
    return quarter_of(as_of, company).name if number.per else ""


def _end_of(period: str, company: Company) -> date:
    found = period_named(period, company)
    return found.end if found else date.max


def _day(column: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise _Unreadable(column, f"'{text}' is no day", "write it such as 2026-11-04") from error


def _value(text: str) -> Decimal:
    """A figure written in full. Raises _Unreadable for words, signs of currency, shortened figures, too many places."""
    if not _FIGURE.fullmatch(text):
        raise _Unreadable("value", f"'{text}' is no figure" if text else "there is no figure", _IN_FULL)
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation as error:  # more digits than arithmetic holds
        raise _Unreadable("value", f"'{text}' is no figure", "write fewer digits") from error
    if abs(value) >= _LARGEST or value != round(value, _MOST_PLACES):
        raise _Unreadable(
            "value", f"'{text}' has too many digits", f"at most {_MOST_PLACES} decimals and 15 digits before them"
        )
    return value
