"""Export: bridges, crosswalk and exceptions of a day as files that other tools, scorers and spreadsheets read."""

from pathlib import Path

import polars as pl

from revrecon.daily.breakdowns import taken_bridges
from revrecon.daily.day import Day
from revrecon.daily.of_numbers import of_numbers
from revrecon.daily.outcomes import sheet_of
from revrecon.daily.reported import all_day_tie_outs
from revrecon.daily.steps import all_day_findings
from revrecon.numbers.reported import has_reported_figures
from revrecon.reports.bridges.files import save_bridges
from revrecon.reports.masks import without_personal_data
from revrecon.reports.table_files import Form, write_tables

_IN_THE_BRIDGES = ("bridges", "bridge_steps", "bridge_items", "breakdowns")
"""Tables that the bridges of a number hold already, in forms for people."""


def export_day(day: Day, folder: Path, form: Form = "csv", raw: bool = False) -> list[Path]:
    """Write a day that was run as files; the paths written. Raises TableMissing, TooManyRecords and TooManyRows.

    `csv`: every table, a number with periods named `revenue:2026Q3`. `xlsx` and `md`: the bridges of each number, and
    the other tables below `tables`. Personal values are masked and no cell can run as a formula, unless it is `raw`.
    In the table of bridges `reported` is recomputed from the department's own records, `reported_figure` typed in.
    """
    tables = exported(day, raw)
    if form == "csv":
        return write_tables(tables, folder, form, raw)
    others = {name: table for name, table in tables.items() if name not in _IN_THE_BRIDGES}
    return [*_save_bridges(day, folder, form), *write_tables(others, folder / "tables", form)]


def _save_bridges(day: Day, folder: Path, form: Form) -> list[Path]:
    sheet = sheet_of(day)
    found = {name: taken_bridges(day, sheet, name) for name in day.map.numbers}
    return [
        path
        for name, bridges in found.items()
        if bridges
        for path in save_bridges(bridges, day.as_of, folder / f"{name}.{form}")
    ]


def exported(day: Day, raw: bool = False) -> dict[str, pl.DataFrame]:
    """The tables of an export by name; personal values are masked unless `raw`. Raises TableMissing."""
    frames = {
        "bridges": _bridges(day),
        "bridge_steps": _of_numbers(day, "bridge_steps"),
        "bridge_items": _of_numbers(day, "bridge_items"),
        "bridge_orders": _of_numbers(day, "bridge_orders"),
        "order_matters": _of_numbers(day, "order_matters"),
        "breakdowns": _of_numbers(day, "breakdowns"),
        "row_accounting": day.tables.read("row_accounting", "copies", day.as_of),
        "figures": _of_numbers(day, "figures"),
        "crosswalk": _crosswalk(day),
        "exceptions": _exceptions(day, raw),
    }
    if has_reported_figures(day.map):
        frames["tie_outs"] = _numbered(all_day_tie_outs(day))
    for room in ("ratio_bridges", "ratio_steps", "ratio_items") if day.map.ratios else ():
        frames[room] = _numbered(pl.concat([day.tables.read(room, name, day.as_of) for name in day.map.ratios]))
    return frames


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    full = pl.when(pl.col("period") == "").then("number").otherwise(pl.format("{}:{}", "number", "period"))
    return frame.with_columns(full.alias("number")).drop("period")


def _of_numbers(day: Day, room: str) -> pl.DataFrame:
    return _numbered(of_numbers(day, room))


def _bridges(day: Day) -> pl.DataFrame:
    return _of_numbers(day, "bridges").select(
        "number", pl.col("definition").alias("department"), "unit", "reported",
        pl.col("quality_step").alias("quality"), pl.col("hierarchy_step").alias("hierarchy"),
        pl.col("timing_step").alias("timing"), pl.col("definition_step").alias("definition"),
        "residual", pl.col("closing").alias("canonical"), "reported_figure", "reported_on",
        pl.col("unreproduced_step").alias("unreproduced"), "moved_since", "provisional",
    )  # fmt: skip


def _crosswalk(day: Day) -> pl.DataFrame:
    """Each living source record once, under the first entity of the map that reads it."""
    frames = [day.tables.read("crosswalk", entity, day.as_of) for entity in day.map.entities]
    rows = (
        pl.concat(frames)
        .filter(~pl.col("gone"))
        .unique(["system", "object", "record_id"], keep="first", maintain_order=True)
    )
    return rows.select("entity", "system", "object", "record_id", "canonical_id", "linked_by")


def _exceptions(day: Day, raw: bool) -> pl.DataFrame:
    found = all_day_findings(day) if raw else without_personal_data(all_day_findings(day), day.map)
    return found.select(
        "signature", "category", pl.col("cause").str.split(".").list.last().alias("kind"), "entity", "copy",
        pl.col("record_system").alias("system"), pl.col("record_object").alias("object"), "record_id", "field",
        "rule", "expected", "observed", "amount", "since", "why",
    )  # fmt: skip
