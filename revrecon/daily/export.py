"""Export: bridges, crosswalk and exceptions of a day as CSV files that other tools and scorers read."""

from pathlib import Path

import polars as pl

from revrecon.daily.day import Day
from revrecon.daily.reported import all_day_tie_outs
from revrecon.daily.steps import all_day_findings
from revrecon.numbers.reported import has_reported_figures


def export_day(day: Day, folder: Path) -> list[Path]:
    """Write a day that was run as CSV files; the paths written. Raises TableMissing.

    Bridges (with steps, items and all orders), tie-outs, figures, crosswalk, exceptions and row accounting. A number
    with periods is named `revenue:2026Q3`. In the bridges `reported` is always recomputed from the department's own
    records, and `reported_figure` is what it typed in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frames = {
        "bridges": _bridges(day),
        "bridge_steps": _of_numbers(day, "bridge_steps"),
        "bridge_items": _of_numbers(day, "bridge_items"),
        "bridge_orders": _of_numbers(day, "bridge_orders"),
        "order_matters": _of_numbers(day, "order_matters"),
        "row_accounting": day.tables.read("row_accounting", "copies", day.as_of),
        "figures": _of_numbers(day, "figures"),
        "crosswalk": _crosswalk(day),
        "exceptions": _exceptions(day),
    }
    if has_reported_figures(day.map):
        frames["tie_outs"] = _numbered(all_day_tie_outs(day))
    for room in ("ratio_bridges", "ratio_steps", "ratio_items") if day.map.ratios else ():
        frames[room] = _numbered(pl.concat([day.tables.read(room, name, day.as_of) for name in day.map.ratios]))
    for name, frame in frames.items():
        frame.write_csv(folder / f"{name}.csv")
    return [folder / f"{name}.csv" for name in frames]


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    full = pl.when(pl.col("period") == "").then("number").otherwise(pl.format("{}:{}", "number", "period"))
    return frame.with_columns(full.alias("number")).drop("period")


def _of_numbers(day: Day, room: str) -> pl.DataFrame:
    return _numbered(pl.concat([day.tables.read(room, number, day.as_of) for number in day.map.numbers]))


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


def _exceptions(day: Day) -> pl.DataFrame:
    return all_day_findings(day).select(
        "signature", "category", pl.col("cause").str.split(".").list.last().alias("kind"), "entity", "copy",
        pl.col("record_system").alias("system"), pl.col("record_object").alias("object"), "record_id", "field",
        "rule", "expected", "observed", "amount", "since", "why",
    )  # fmt: skip
