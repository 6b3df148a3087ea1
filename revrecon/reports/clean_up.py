"""Clean-up lists as files: per system a page to look at, a workbook to work in, and CSV to load."""

import re
from datetime import date
from pathlib import Path

import polars as pl
from markupsafe import Markup

from revrecon.entity_map.model import EntityMap
from revrecon.history.atomic import write_text
from revrecon.reports.daily import system_title
from revrecon.reports.directions import isolated
from revrecon.reports.environment import pages
from revrecon.reports.files import spreadsheet_safe_csv
from revrecon.reports.formats import compact, long_day, plural
from revrecon.reports.masks import masked, personal_fields
from revrecon.reports.table_files import write_workbook_of
from revrecon.reports.titles import cause_title

_SHOWN = 300


def masked_changes(entity_map: EntityMap, changes: pl.DataFrame) -> pl.DataFrame:
    """The same list with the values of personal fields masked."""
    personal = [f"{entity}.{field}" for entity, field in personal_fields(entity_map)]
    hidden = pl.format("{}.{}", "entity", "field").is_in(personal).fill_null(False)
    return changes.with_columns(
        pl.when(hidden).then(masked(name)).otherwise(pl.col(name)).alias(name) for name in ("from", "to")
    )


def write_clean_up(entity_map: EntityMap, changes: pl.DataFrame, as_of: date, folder: Path) -> list[Path]:
    """Write `clean_up/DAY/SYSTEM.html`, `.xlsx` and `.csv` for every system with anything to change; the pages."""
    here, written = folder / "clean_up" / str(as_of), []
    for (system,), mine in changes.group_by("system", maintain_order=True):
        name = str(system)
        write_text(spreadsheet_safe_csv(mine), here / f"{name}.csv")
        write_workbook_of({"changes": mine}, here / f"{name}.xlsx")
        page = here / f"{name}.html"
        write_text(clean_up_page(entity_map, name, mine, as_of), page)
        written.append(page)
    return written


def clean_up_page(entity_map: EntityMap, system: str, changes: pl.DataFrame, as_of: date) -> str:
    """One system's list as a page; every value from the data is escaped."""
    return pages().get_template("clean_up.html.j2").render(
        company=entity_map.company,
        title=system_title(entity_map, system),
        representative=entity_map.people[entity_map.systems[system].representative].name,
        system=system,
        day=long_day(as_of),
        as_of=as_of,
        summary=summary_of(changes),
        rows=[_row(row) for row in changes.head(_SHOWN).iter_rows(named=True)],
        more=max(0, changes.height - _SHOWN),
    )  # fmt: skip


def summary_of(changes: pl.DataFrame) -> str:
    """How many changes, and how many of them need nobody's judgement."""
    ready = int(changes["automatic"].sum())
    return f"{plural(changes.height, 'change')}, {ready:,} of them can be made without asking anyone."


def _row(row: dict[str, object]) -> dict[str, object]:
    gain = row["gain"]
    told = compact(gain, str(row["gain_unit"]), signed=True) if gain is not None else ""  # type: ignore[arg-type]  # a Decimal
    whole = {name: _whole(row[name]) for name in ("from", "to", "source_of_truth")}
    record = _whole(f"{row['object']}/{row['record_id']}")
    return {**row, **whole, "record": record, "gain": told, "cause": cause_title(str(row["cause"]))}


def _whole(said: object) -> Markup:
    """An id or a value, escaped; where it is too long for a line it parts after a slash, a colon or an @ first."""
    parts = re.findall(r"[^/:@]+[/:@]*|[/:@]+", "" if said is None else str(said))
    return Markup("<wbr>").join(map(isolated, parts))
