"""A warehouse that is brought up to date holds what one that is made anew would."""

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.daily.tables import Tables
from revrecon.daily.warehouse import build_warehouse

FIRST = dt.date(2026, 3, 1)


def day(number):
    return FIRST + dt.timedelta(days=number)


def frame(*amounts, **more):
    columns = {"record_id": [f"R{at}" for at in range(len(amounts))], "amount": list(amounts)}
    return pl.DataFrame(columns | {name: [value] * len(amounts) for name, value in more.items()})


def holds(path):
    """Every table's columns and rows, whatever the order of rows and columns."""
    with duckdb.connect(str(path), read_only=True) as warehouse:
        names = warehouse.execute(
            "select table_schema, table_name from information_schema.tables where table_name <> 'built_from'"
        ).fetchall()
        found = {}
        for schema, table in names:
            rows = warehouse.execute(f'select * from "{schema}"."{table}"').pl()
            rows = rows.select(sorted(rows.columns))
            found[f"{schema}.{table}"] = (rows.columns, sorted(map(str, rows.rows())))
        return found


def made_anew(tables, beside=None):
    path = tables.root.parent / "anew.duckdb"
    path.unlink(missing_ok=True)
    build_warehouse(tables, path, beside or {})
    return holds(path)


@pytest.fixture
def tables(tmp_path):
    made = Tables(tmp_path / "tables")
    for number in range(3):
        made.write("drift", "deal_books", day(number), frame(1, 2, number))
    return made


@pytest.fixture
def warehouse(tables):
    path = tables.root.parent / "warehouse.duckdb"
    build_warehouse(tables, path)
    return path


def write(tables, number, rows, name="deal_books"):
    tables.write("drift", name, day(number), rows)


STORIES = {
    "a new day": lambda tables: write(tables, 3, frame(9)),
    "a day that was run again": lambda tables: write(tables, 1, frame(7, 8)),
    "a day that is empty now": lambda tables: write(tables, 1, frame(1).clear()),
    "a day that is gone": lambda tables: tables.path("drift", "deal_books", day(0)).unlink(),
    "a column that is new": lambda tables: write(tables, 3, frame(1, why="late")),
    "a column of another type": lambda tables: write(tables, 3, frame(0.5)),
    "a day that lacks a column": lambda tables: write(tables, 3, frame(1).select("amount")),
    "a table that is new": lambda tables: write(tables, 0, frame(4), "deal_crm"),
    "a table that is gone": lambda tables: [path.unlink() for _, _, files in tables.all() for path in files],
    "nothing": lambda tables: None,
}


@pytest.mark.parametrize("story", STORIES)
def test_after_a_change_it_is_as_if_made_anew(story, tables, warehouse):
    STORIES[story](tables)
    build_warehouse(tables, warehouse)
    assert holds(warehouse) == made_anew(tables)


def test_days_that_did_not_change_are_not_read_again(tables, warehouse):
    with duckdb.connect(str(warehouse)) as opened:
        opened.execute("update drift.deal_books set amount = 77 where as_of_day = '2026-03-01' and record_id = 'R0'")
    write(tables, 3, frame(9))
    build_warehouse(tables, warehouse)
    with duckdb.connect(str(warehouse), read_only=True) as opened:
        assert opened.execute("select count(*), max(amount) from drift.deal_books").fetchone() == (10, 77)


@pytest.mark.parametrize("content", [b"", b"no database", b"\0" * 4096])
def test_one_that_cannot_be_read_is_made_anew(content, tables, warehouse):
    warehouse.write_bytes(content)
    build_warehouse(tables, warehouse)
    assert holds(warehouse) == made_anew(tables)


def test_one_of_an_earlier_version_is_made_anew(tables, warehouse):
    with duckdb.connect(str(warehouse)) as opened:
        opened.execute("drop table built_from")
    build_warehouse(tables, warehouse)
    assert holds(warehouse) == made_anew(tables)


def test_what_the_ledger_says_is_always_the_newest(tables, warehouse):
    for beside in ({"published.figures": frame(1)}, {"published.figures": frame(2, 3, note="more")}):
        build_warehouse(tables, warehouse, beside)
        assert holds(warehouse) == made_anew(tables, beside)


CHANGES = st.lists(
    st.tuples(st.sampled_from(["one", "two"]), st.integers(0, 3), st.lists(st.integers(0, 9), max_size=3)), max_size=8
)


@settings(max_examples=15, deadline=None)
@given(rounds=st.lists(CHANGES, min_size=1, max_size=4))
def test_any_changes_leave_what_making_it_anew_leaves(rounds, tmp_path_factory):
    root = Path(tmp_path_factory.mktemp("changed"))
    tables, path = Tables(root / "tables"), root / "warehouse.duckdb"
    for changes in rounds:
        for name, number, amounts in changes:
            if amounts:
                write(tables, number, frame(*amounts), name)
            else:
                tables.path("drift", name, day(number)).unlink(missing_ok=True)
        build_warehouse(tables, path)
        assert holds(path) == made_anew(tables)
