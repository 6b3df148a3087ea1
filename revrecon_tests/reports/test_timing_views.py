"""What a reader sees of timing that must clear."""

import datetime as dt
from decimal import Decimal

import pytest
from rich.console import Console
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.reports.html import render_html
from revrecon.reports.terminal_timing import timing_tables
from revrecon.reports.timing_views import timing_view
from revrecon.timing.claims import CLAIM_SCHEMA
from revrecon.timing.items import TIMING_ITEM_SCHEMA
from revrecon.timing.record import TRACK_SCHEMA
from revrecon_tests.companies import company
from revrecon_tests.reports.sheets import frame, sheet
from revrecon_tests.timing.story import week_on_disk

PENDING = {
    "cause": "timing.in_transit", "entity": "deal", "copy": "books", "system": "books", "outcome": "pending",
    "expected_on": dt.date(2026, 4, 1), "basis": "freshness limit 24h", "usually_on": dt.date(2026, 3, 31),
}  # fmt: skip
CLAIMS = frame([{**PENDING, "amount": Decimal("-20")}, {**PENDING, "amount": Decimal("-5")}], CLAIM_SCHEMA)
COUNTED = {"system": "books", "entity": "deal", "copy": "books", "superseded": 0, "limit_hours": 24.0, "changes": 50}
RECORD = frame(
    [
        {**COUNTED, "window": 30, "claims": 12, "in_time": 9, "late": 0, "never": 1, "pending": 2, "share_true": 0.9,
         "gross_late": Decimal(0), "gross_never": Decimal(70), "usual_hours": 20.4},
        {**COUNTED, "window": 90, "claims": 12, "in_time": 9, "late": 0, "never": 1, "pending": 2, "share_true": 0.9},
    ],
    TRACK_SCHEMA,
)  # fmt: skip
ITEMS = frame(
    [{"number": "pipeline", "period": "", "definition": "books", "cause": "timing.as_of", "amount": Decimal("-3"),
      "expected_on": dt.date(2026, 4, 5), "basis": "when the month's books close"}],
    TIMING_ITEM_SCHEMA,
)  # fmt: skip


def nothing():
    return (frame([], schema) for schema in (CLAIM_SCHEMA, TRACK_SCHEMA, TIMING_ITEM_SCHEMA))


def test_the_headline_says_what_must_clear_and_how_often_such_claims_came_true():
    view = timing_view(company(), CLAIMS, RECORD, ITEMS)
    assert view.headline == (
        "2 differences are in transit and must clear; of 10 claims of the last 30 days 90.0\u00a0% came true."
    )


def test_expectations_are_gathered_by_day_and_place_the_soonest_first():
    view = timing_view(company(), CLAIMS, RECORD, ITEMS)
    told = [(row.expected_on, row.where, row.differences, row.amount, row.usually) for row in view.expected]
    assert told == [
        ("2026-04-01", "Deal in Books", 2, "−$25.00", "2026-03-31"),
        ("2026-04-05", "Pipeline, Books", 1, "−$3.00", ""),
    ]


def test_the_track_record_stands_beside_the_limit_and_the_usual_lag():
    (row,) = timing_view(company(), CLAIMS, RECORD, ITEMS).records
    assert (row.where, row.share, row.not_true, row.usual, row.limit) == (
        "Deal in Books", "90.0\u00a0%", "$70.00", "20 h", "24 h",
    )  # fmt: skip


def test_a_day_without_timing_says_nothing_on_the_page_and_so_much_on_a_terminal():
    assert timing_view(company(), *nothing()) is None
    assert 'id="timing"' not in render_html(sheet(company()))
    assert '<a href="#timing">' not in render_html(sheet(company()))
    console = Console(record=True, width=100)
    console.print(timing_tables(None, 5))
    assert "Nothing is in transit" in console.export_text()


def test_the_page_has_a_section_of_timing():
    page = render_html(sheet(company(), timing_claims=CLAIMS, timing_record=RECORD, timing_items=ITEMS))
    assert '<section id="timing">' in page
    assert "when the month&#39;s books close" in page


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    return week_on_disk(tmp_path_factory.mktemp("week"))


def test_the_command_shows_a_day_and_one_system_and_names_the_nearest_one(week, monkeypatch):
    monkeypatch.chdir(week)
    runner = CliRunner(env={"COLUMNS": "160"})
    shown = runner.invoke(app, ["timing", "--as-of", "2026-03-05"])
    assert shown.exit_code == 0, shown.output
    assert "1 difference is in transit and must clear" in shown.output
    assert "2026-03-06" in shown.output
    assert "Deal in Books" in runner.invoke(app, ["timing", "--as-of", "2026-03-05", "--system", "books"]).output
    unknown = runner.invoke(app, ["timing", "--as-of", "2026-03-05", "--system", "book"])
    assert unknown.exit_code == 2
    assert "did you mean 'books'?" in unknown.output
