"""What a change of the map would do, as data and as Markdown or JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from revrecon.entity_map.differences import Change
from revrecon.entity_map.loader import LoadedMap
from revrecon.reports.formats import money, plural
from revrecon.tickets.bodies.markdown import row

SAME = "Both maps say the same."


@dataclass(frozen=True)
class FigureChange:
    """One figure on one day under both maps. `old` or `new` is None where that map, or the history, has no such
    figure; `moved` counts the records that contribute otherwise, `largest` names the one that moves most."""

    day: date
    name: str
    unit: str
    old: Decimal | None
    new: Decimal | None
    moved: int
    largest: str
    largest_amount: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """New less old; None where one of them is missing."""
        return None if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True)
class VerdictChange:
    """One check whose verdict differs under the two maps."""

    entity: str
    copy: str
    cause: str
    old: str | None
    new: str | None
    records_old: int
    records_new: int


@dataclass(frozen=True)
class MapChange:
    """Everything that a change of the map would do: the changed answers, the figures and verdicts that would differ on
    `days` (verdicts on the first of them), the people who answer for what is touched, and what was not compared."""

    old: LoadedMap
    new: LoadedMap
    changes: tuple[Change, ...]
    days: tuple[date, ...]
    figures: tuple[FigureChange, ...]
    verdicts: tuple[VerdictChange, ...]
    owners: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """`Map 12 (0a1b2c3d) to map 13 (4e5f6a7b)`."""
        told = [f"map {one.map.map.version} ({one.sha256[:8]})" for one in (self.old, self.new)]
        return f"{told[0]} to {told[1]}".capitalize()


def as_json(change: MapChange) -> str:
    """All of it as indented JSON; money as text, exact."""
    sides = {
        side: {"version": one.map.map.version, "sha256": one.sha256}
        for side, one in (("old", change.old), ("new", change.new))
    }
    told = {
        **sides,
        "changes": [asdict(one) for one in change.changes],
        "days": change.days,
        "figures": [{**asdict(one), "difference": one.difference} for one in change.figures],
        "verdicts": [asdict(one) for one in change.verdicts],
        "owners": change.owners,
        "notes": change.notes,
    }
    return json.dumps(told, indent=2, default=str, ensure_ascii=False) + "\n"


def as_markdown(change: MapChange) -> str:
    """All of it as a Markdown page, for a pull request or a decision's record."""
    return "\n".join(_lines(change)) + "\n"


def _lines(change: MapChange) -> Iterator[str]:
    yield f"# {change.title}"
    if not change.changes:
        yield from ("", SAME)
        return
    yield from ("", f"## {plural(len(change.changes), 'changed answer')}", "")
    yield from _table("Answer", "What", "Old", "New", "Line")
    for one in change.changes:
        yield row((one.subject, one.what, one.old or "", one.new or "", one.line or ""))
    if change.figures:
        yield from ("", "## Figures", "")
        yield from _table("Figure", "Day", "Old", "New", "Difference", "Records", "Largest")
        yield from (row(figure_cells(one)) for one in change.figures)
    elif change.days:
        yield from ("", "No figure changes.")
    if change.verdicts:
        yield from ("", f"## Verdicts on {change.days[0]}", "")
        yield from _table("Check", "Old", "New")
        yield from (row(verdict_cells(one)) for one in change.verdicts)
    if change.owners:
        yield from ("", f"Whose answers are touched: {', '.join(change.owners)}.")
    yield from (f"\n{note}" for note in change.notes)


def figure_cells(one: FigureChange) -> tuple[str, ...]:
    """A figure's name, day, old and new value, difference, records moved, and the largest of them."""
    largest = f"{one.largest}, {money(one.largest_amount, one.unit, signed=True)}" if one.moved else ""
    old, new = money(one.old, one.unit), money(one.new, one.unit)
    return one.name, str(one.day), old, new, money(one.difference, one.unit, signed=True), f"{one.moved:,}", largest


def verdict_cells(one: VerdictChange) -> tuple[str, str, str]:
    """A check, and its verdict with the number of records under either map."""
    told = [
        f"{verdict.replace('_', ' ')} ({records:,})" if verdict else "not judged"
        for verdict, records in ((one.old, one.records_old), (one.new, one.records_new))
    ]
    return f"{one.entity} in {one.copy}: {one.cause}", told[0], told[1]


def _table(*heads: str) -> tuple[str, str]:
    return row(heads), "|" + " --- |" * len(heads)
