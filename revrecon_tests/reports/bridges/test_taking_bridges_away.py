"""Bridges as files: what is in them foots, and nothing in the data can become a formula or markup."""

import csv
import datetime as dt
import shutil
import subprocess
from decimal import Decimal

import polars as pl
import pytest

from revrecon.numbers.frames import ITEM_SCHEMA, STEP_SCHEMA
from revrecon.numbers.items import steps_of
from revrecon.reports.bridge_views import BridgeView, folded_steps
from revrecon.reports.bridges.apart import breakdown_view, movers_view
from revrecon.reports.bridges.files import FORMS, NoSuchForm, save_bridges
from revrecon.reports.bridges.taken import TakenBridge, with_dimensions

TODAY = dt.date(2026, 3, 31)
EVIL = '=HYPERLINK("http://evil.example","x")'
ITEMS = [
    # category, cause, detail, unit, label, region, amount
    ("quality", "quality.wrong_value", "amount", "D1", "Roof", "north", "120.10"),
    ("quality", "quality.wrong_value", "amount", "D2", EVIL, "n*rth?~", "-20.05"),
    ("quality", "quality.orphan", "", "D3", "<b>Attic</b>", ">5", "7.00"),
    ("timing", "timing.as_of", "as of 2026-03-01 instead of 2026-03-31", "D1", "Roof", "north", "-60.00"),
    ("definition", "definition.filter", "not: open | won", "D4", "-2+3", "north", "33.33"),
]


def taken(definition="books") -> TakenBridge:
    rows = [
        {"number": "pipeline", "period": "", "definition": definition, "category": category, "cause": cause,
         "detail": detail, "unit_id": unit, "records": f"books/quote/{unit}", "label": label, "amount": Decimal(amount)}
        for category, cause, detail, unit, label, _, amount in ITEMS
    ]  # fmt: skip
    items = pl.DataFrame(rows, schema=ITEM_SCHEMA)
    regions = pl.DataFrame({"unit_id": [row[3] for row in ITEMS], "value": [row[5] for row in ITEMS]}).unique()
    steps = steps_of(items).select(pl.col(c).cast(t) for c, t in STEP_SCHEMA.items())
    moved = {
        c: sum((Decimal(r[6]) for r in ITEMS if r[0] == c), Decimal(0))
        for c in ("definition", "timing", "hierarchy", "quality")
    }
    view = BridgeView(
        number="pipeline", period="", definition=definition, title="Pipeline", department="Books",
        department_key="books", closing_title="Canonical", unit="USD", decimals=2,
        reported=Decimal("1080.38"), closing=Decimal("1000.00"), residual=Decimal("0.00"),
        by_category=tuple(moved.items()), steps=folded_steps(steps, Decimal(0), 20), items=(), more_items=0,
    )  # fmt: skip
    return TakenBridge(view, "Pipeline $1,080.38, map 1", steps, with_dimensions(items, {"region": regions}))


def sheets(path) -> dict[str, list[tuple[object, ...]]]:
    frames = pl.read_excel(path, sheet_id=0, has_header=False, infer_schema_length=0)
    return {name: frame.rows() for name, frame in frames.items()}


def number(cell) -> Decimal:
    return round(Decimal(str(cell)), 2)


def told_by(path):
    """What a workbook says: the steps of the bridge, its check, its end, and each region's row."""
    found = sheets(path)
    bridge = {row[1]: row for row in found["pipeline_books"] if row[1]}
    regions = {row[1]: [number(cell) for cell in row[2:7]] for row in found["By region"][1:]}
    summary = next(row for row in found["Bridges"] if str(row[0]).startswith("Pipeline: from"))
    return bridge, regions, summary


def must_hold(path):
    bridge, regions, summary = told_by(path)
    assert number(bridge["Wrong value: amount"][3]) == Decimal("100.05")
    assert number(bridge["Wrong value: amount"][4]) == Decimal("140.15")
    assert number(bridge["Residual"][3]) == 0
    assert number(next(row[3] for title, row in bridge.items() if title.startswith("Check"))) == 0
    assert regions["north"] == [Decimal(x) for x in ("93.43", "33.33", "-60.00", "0.00", "120.10")]
    assert regions["n*rth?~"][0] == Decimal("-20.05")
    assert regions[">5"][0] == Decimal("7.00")
    assert [number(cell) for cell in summary[1:8]] == [
        Decimal(x) for x in ("1080.38", "33.33", "-60.00", "0.00", "107.05", "0.00", "1000.00")
    ]
    assert number(summary[9]) == 0


def test_a_workbook_holds_figures_that_foot(tmp_path):
    must_hold(*save_bridges([taken()], TODAY, tmp_path / "gap.xlsx"))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice), which recalculates, is not here")
def test_a_spreadsheet_program_works_out_the_same_from_the_formulas(tmp_path):
    (path,) = save_bridges([taken(), taken("other")], TODAY, tmp_path / "gap.xlsx")
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = ["soffice", home, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    back = ["soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "again")]
    subprocess.run([*back, str(tmp_path / "gap.ods")], check=True, capture_output=True, timeout=180)
    must_hold(tmp_path / "again" / "gap.xlsx")


def test_no_cell_of_a_workbook_or_csv_becomes_a_formula(tmp_path):
    (book,) = save_bridges([taken()], TODAY, tmp_path / "gap.xlsx")
    assert EVIL in {row[5] for row in sheets(book)["Records"]}  # as text: a formula would read as its value
    (table,) = save_bridges([taken()], TODAY, tmp_path / "gap.csv")
    labels = [row["label"] for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())]
    assert f"'{EVIL}" in labels
    assert "'-2+3" in labels


def test_markdown_escapes_what_could_become_markup(tmp_path):
    (page,) = save_bridges([taken()], TODAY, tmp_path / "gap.md")
    text = page.read_text(encoding="utf-8")
    assert "<b>" not in text
    assert "open \\| won" in text
    assert "| Residual |  | $0.00 |" in text
    assert "### By region" in text


def test_a_picture_each_for_several_bridges(tmp_path):
    paths = save_bridges([taken(), taken("other")], TODAY, tmp_path / "gap.svg")
    assert [path.name for path in paths] == ["gap_books.svg", "gap_other.svg"]


def test_a_file_of_no_known_form_is_told_by_its_suffix(tmp_path):
    with pytest.raises(NoSuchForm, match=r"gap.docx.*\.xlsx, \.csv, \.md, \.svg"):
        save_bridges([taken()], TODAY, tmp_path / "gap.docx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", list(FORMS))
def test_every_form_is_written_whole_or_not_at_all(suffix, tmp_path):
    path = tmp_path / f"gap{suffix}"
    save_bridges([taken()], TODAY, path)
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_small_values_are_folded_and_still_foot():
    view = breakdown_view(taken(), "region", most=1)
    assert [value.value for value in view.values] == ["north", "2 others"]
    assert sum(value.amount for value in view.values) == view.total.amount == Decimal("80.38")


def test_movers_say_how_much_they_make():
    view = movers_view(taken(), most=2)
    assert [one.label for one in view.shown] == ["Roof", "-2+3"]
    assert view.sentence == "These 2 of 4 records make 78 % of it, in absolutes; 3 records make 80 %."


def test_one_category_alone():
    assert [one.label for one in movers_view(taken().only("timing")).shown] == ["Roof"]
    assert movers_view(taken().only("quality.orphan")).records == 1
