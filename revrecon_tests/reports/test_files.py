"""The report on disk: a page, its tables, and nothing that a spreadsheet would run."""

from pathlib import Path

import polars as pl
import pytest

from revrecon.reports.files import safe_csv, write_report
from revrecon_tests.companies import company
from revrecon_tests.reports.sheets import finding, findings, sheet


def test_a_report_is_a_page_and_the_tables_that_it_links_to(tmp_path: Path) -> None:
    page = write_report(sheet(company()), tmp_path)
    assert page == tmp_path / "daily" / "2026-03-31.html"
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    beside = sorted(path.name for path in (tmp_path / "daily" / "2026-03-31").iterdir())
    assert beside == [
        "bridges.csv",
        "figures.csv",
        "findings.csv",
        "items.csv",
        "steps.csv",
        "tickets.csv",
        "tie_outs.csv",
        "verdicts.csv",
    ]


def test_writing_again_replaces_and_leaves_nothing_behind(tmp_path: Path) -> None:
    write_report(sheet(company()), tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write_report(sheet(company()), tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@sum", "\tx", "\r=1", "\n=1"])
def test_a_text_cell_cannot_begin_a_formula(value: str) -> None:
    rows = findings(finding("quality.orphan", value))
    back = pl.read_csv(safe_csv(rows).encode(), infer_schema=False)
    assert back["record_id"].to_list() == [f"'{value}"]


def test_amounts_keep_their_minus_and_texts_their_content() -> None:
    frame = pl.DataFrame({"amount": [-1.5], "text": ["a = b"], "none": pl.Series([None], dtype=pl.String)})
    assert safe_csv(frame) == "amount,text,none\n-1.5,a = b,\n"


def test_personal_values_do_not_reach_the_tables(tmp_path: Path) -> None:
    personal = company(**{"phone: {type: text": "phone: {personal: true, type: text"})
    page = write_report(sheet(personal), tmp_path)
    assert "555-0199" not in page.read_text(encoding="utf-8")
    assert "555-0199" not in (tmp_path / "daily" / "2026-03-31" / "findings.csv").read_text(encoding="utf-8")
