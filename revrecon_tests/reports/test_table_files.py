"""Tables that are taken away open safely in spreadsheets and wikis, and say the same in every form."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.reports import table_files
from revrecon.reports.table_files import Form, TooManyRows, write_tables

MONEY = pl.Decimal(38, 4)


def one_column(*values: str | None) -> dict[str, pl.DataFrame]:
    return {"names": pl.DataFrame({"name": list(values)}, schema={"name": pl.String})}


def cells(path: Path, sheet: str = "names") -> list[tuple[object, ...]]:
    """Every row below the heads as a spreadsheet reads it, formulas as their text."""
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(min_row=2, values_only=True))


@pytest.mark.parametrize(
    ("value", "in_csv"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'\t=1+1"),
        ("-5", "-5"),  # a plain number runs as nothing
        ("+15550100", "+15550100"),
        ("Ordinary = name", "Ordinary = name"),
    ],
)
def test_no_cell_can_run_as_a_formula_unless_the_file_is_asked_for_raw(value: str, in_csv: str, tmp_path: Path) -> None:
    (safe,) = write_tables(one_column(value), tmp_path / "safe")
    (raw,) = write_tables(one_column(value), tmp_path / "raw", raw=True)
    assert pl.read_csv(safe, infer_schema=False)["name"].to_list() == [in_csv]
    assert pl.read_csv(raw, infer_schema=False)["name"].to_list() == [value]


def test_a_workbook_holds_text_as_text_and_money_as_numbers(tmp_path: Path) -> None:
    table = pl.DataFrame(
        {"name": ["=1+1", "http://example.com", "{=1+1}"], "amount": [Decimal("-1.2345"), None, Decimal(3)]},
        schema={"name": pl.String, "amount": MONEY},
    )
    (book,) = write_tables({"names": table}, tmp_path, "xlsx")
    assert book.name == "tables.xlsx"
    assert cells(book) == [("=1+1", -1.2345), ("http://example.com", None), ("{=1+1}", 3)]
    sheet = openpyxl.load_workbook(book)["names"]
    assert {sheet.cell(row, 1).data_type for row in (2, 3, 4)} == {"s"}  # strings, not formulas
    assert sheet.cell(3, 1).hyperlink is None


def test_in_markdown_a_value_can_neither_leave_its_cell_nor_become_markup(tmp_path: Path) -> None:
    (path,) = write_tables(one_column("a|b\n<script>*x*", None), tmp_path, "md")
    assert path.read_text(encoding="utf-8").splitlines() == [
        "# Names", "", "| name |", "| --- |", "| a\\|b &lt;script&gt;\\*x\\* |", "|  |",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx", "md"])
def test_an_empty_table_is_still_a_file(form: Form, tmp_path: Path) -> None:
    (path,) = write_tables(one_column(), tmp_path, form)
    assert path.stat().st_size > 0


def test_a_table_that_no_sheet_can_hold_says_what_to_do_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "MOST_ROWS", 1)
    with pytest.raises(TooManyRows, match=r"names has 2 rows, and a sheet holds 1. Export it with --format csv."):
        write_tables(one_column("a", "b"), tmp_path, "xlsx")
    assert not list(tmp_path.iterdir())


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(words, st.decimals(-(10**9), 10**9, places=4), st.dates(date(2000, 1, 1))), min_size=1))
def test_whatever_the_values_a_workbook_gives_them_back_and_nothing_is_a_formula(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, Decimal, date]]
) -> None:
    schema = {"name": pl.String(), "amount": MONEY, "since": pl.Date()}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    (book,) = write_tables({"names": table}, tmp_path_factory.mktemp("book"), "xlsx")
    sheet = openpyxl.load_workbook(book)["names"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    found = [(name, round(Decimal(str(amount)), 4), since.date()) for name, amount, since in cells(book)]
    assert found == [(name, amount, since) for name, amount, since in rows]
