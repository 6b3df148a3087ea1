"""What people read in the Dagster UI: tables, pictures and sentences as metadata."""

from decimal import Decimal
from pathlib import Path

import dagster as dg
import polars as pl

from revrecon.tickets.bodies.markdown import safe

_MOST_ROWS = 15


def markdown_table(frame: pl.DataFrame, rows: int = _MOST_ROWS) -> dg.MarkdownMetadataValue:
    """The first rows of a frame as a Markdown table; cells cannot break out of it."""
    if frame.is_empty():
        return dg.MetadataValue.md("*none*")
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + " --- |" * frame.width]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in frame.head(rows).iter_rows()]
    if frame.height > rows:
        lines.append(f"\n*and {frame.height - rows:,} more*")
    return dg.MetadataValue.md("\n".join(lines))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}" if value else "0"
    return safe(value)


def column_schema(frame: pl.DataFrame) -> dg.TableSchema:
    """A frame's columns for the UI's schema tab."""
    return dg.TableSchema(columns=[dg.TableColumn(name, str(dtype)) for name, dtype in frame.schema.items()])


def table_metadata(frame: pl.DataFrame) -> dict[str, dg.MetadataValue | int | dg.TableSchema]:
    """Row count and columns under the names that the UI knows."""
    return {"dagster/row_count": frame.height, "dagster/column_schema": column_schema(frame)}


def worst(findings: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """The findings that move most money, then the oldest, as a table without personal values."""
    ranked = findings.sort(pl.col("amount").abs(), "since", descending=[True, False], nulls_last=True)
    return markdown_table(
        ranked.select("cause", "record_system", "record_object", "record_id", "field", "amount", "since")
    )


def counts(findings: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """How many findings of each cause, and their money."""
    grouped = findings.group_by("cause").agg(
        pl.len().alias("findings"), pl.col("amount").sum().alias("net"), pl.col("amount").abs().sum().alias("gross")
    )
    return markdown_table(grouped.sort("findings", "cause", descending=[True, False]))


def page_shown(name: str, page: Path) -> dict[str, dg.MetadataValue]:
    """Where a page or a folder is, under a name, and `open`: a link that a click follows."""
    return {name: dg.MetadataValue.path(page), "open": dg.MetadataValue.url(page.as_uri())}
