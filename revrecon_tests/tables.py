"""Tables as people write them, so that a test reads like a story."""

import datetime as dt

import polars as pl


def table(text: str) -> pl.DataFrame:
    """A frame of text columns from a pipe table; an empty cell is null."""
    lines = [line.strip() for line in text.strip().splitlines()]
    rows = [[cell.strip() or None for cell in line.split("|")] for line in lines if line]
    header, *body = rows
    return pl.DataFrame(body, schema={str(name): pl.String for name in header}, orient="row")


def rows(frame: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """The frame's rows as plain tuples of the named columns."""
    return frame.select(columns or frame.columns).rows()


def observed(frame: pl.DataFrame, key: str, day: dt.date) -> pl.DataFrame:
    """A raw table as the lake gives it: with its key and the day that it was seen."""
    return frame.with_columns(
        pl.col(key).alias("_key"), pl.lit(day).alias("_observed_on"), pl.lit(day).alias("_first_seen")
    )
