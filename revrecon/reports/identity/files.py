"""The identity page as files: one HTML page, and the tables behind it as CSV files."""

from pathlib import Path

import polars as pl

from revrecon.history.atomic import write_text
from revrecon.reports.files import safe_csv
from revrecon.reports.identity.counts import pass_counts
from revrecon.reports.identity.html import render_identity
from revrecon.reports.identity.sheet import EntityIdentities, IdentitySheet


def write_identity(sheet: IdentitySheet, folder: Path) -> Path:
    """Write `identity/2026-11-04.html` below a folder and its tables in `identity/2026-11-04/`; the page's path."""
    here = folder / "identity"
    for found in sheet.entities:
        for name, frame in _tables(found).items():
            write_text(safe_csv(frame), here / str(sheet.as_of) / f"{found.entity}_{name}.csv")
    page = here / f"{sheet.as_of}.html"
    write_text(render_identity(sheet), page)
    return page


def _tables(found: EntityIdentities) -> dict[str, pl.DataFrame]:
    tables = {
        "passes": pass_counts(found.crosswalk, found.review),
        "review": _flat(found.review),
        "refused": _flat(found.links.filter(pl.col("outcome") == "refused")),
    }
    if found.before_day is not None:
        tables["changes"] = found.moved.with_columns(pl.col("before").list.join(" "))
    return tables


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Evidence in words and weights, without the values themselves: `email: equal (+7.21); phone: differs (-2.10)`."""
    piece = pl.element().struct
    told = pl.format("{}: {} ({})", piece.field("field"), piece.field("level"), piece.field("weight").round(2))
    return rows.with_columns(pl.col("evidence").list.eval(told).list.join("; "))
