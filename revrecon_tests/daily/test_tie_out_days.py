"""Reported figures from a file beside the exports to the report, the ticket, the command line and Dagster."""

import csv

import dagster as dg
import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.dagster_defs.build import build_definitions
from revrecon.daily.export import export_day
from revrecon.daily.outcomes import live_tickets
from revrecon.daily.reported import unread_figures
from revrecon.entity_map.loader import load_map
from revrecon.tickets.figures import FigureRegister
from revrecon_tests.companies import SHOP
from revrecon_tests.dagster_defs.instances import shipped_instance
from revrecon_tests.shops import FIRST, everything_in, run, shop_on_disk

TOLD = "cannot be reproduced: books reported $400.00 on 2026-03-02, +$50.00 against its own records"
FILE = """number,definition,as_of,value,reported_by,note
pipeline,books,2026-03-02,400,ann,=HYPERLINK("a slide")
pipeline,sales,2026-03-02,950,ann,<b>the dashboard</b>
pipelines,books,2026-03-02,1,ann,
"""
REPORTED = SHOP.replace(
    "text: First year of open quotes.", "text: First year of open quotes.\n        reported: figures.csv"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    root = shop_on_disk(tmp_path_factory.mktemp("shop"), REPORTED)
    (root / "data" / "figures.csv").write_text(FILE)
    return root


@pytest.fixture(scope="module")
def day(shop):
    return run(shop, FIRST)


def test_a_figure_that_does_not_tie_is_stamped_everywhere(shop, day):
    bridges = day.tables.read("bridges", "pipeline", FIRST)
    assert bridges.filter(pl.col("definition") == "books")["provisional"].to_list() == [TOLD]
    page = (day.home.reports / "daily" / f"{FIRST}.html").read_text()
    for words in (
        f"<b>Provisional:</b> {TOLD}.",
        "+ unreproduced $50.00",
        "&lt;b&gt;the dashboard",
        "Cannot be reproduced",
    ):
        assert words in page
    assert ", provisional: " not in page, "the caption does not repeat what is said below it"
    number = (day.home.reports / "bridges" / str(FIRST) / "pipeline.html").read_text()
    assert ", provisional: " not in number
    assert f"<b>Provisional:</b> {TOLD}." in number
    beside = (day.home.reports / "daily" / str(FIRST) / "tie_outs.csv").read_text()
    assert "'=HYPERLINK" in beside
    published = [one for one in FigureRegister(day.home.ledger).all() if one.definition == "books"]
    assert [one.provisional for one in published if one.number == "pipeline"] == [(TOLD,)]


def test_the_ticket_goes_to_the_representative_of_the_system(day):
    ticket = next(one for one in live_tickets(day) if one.key == "deal/books/definition.unreproduced")
    assert (ticket.owner, ticket.title) == ("ann", "Figures reported from Books that cannot be reproduced")
    assert ticket.worst[0].record == "books/quote/pipeline.books"


def test_rows_that_cannot_be_used_are_told_and_nothing_stops(day):
    assert unread_figures(day) == [
        "line 4: figures.csv.number: 'pipelines' is no number of the map; did you mean 'pipeline'?"
    ]


def test_the_export_keeps_the_recomputed_figure_and_adds_the_reported_one(day, tmp_path):
    export_day(day, tmp_path)
    with (tmp_path / "bridges.csv").open() as file:
        row = next(r for r in csv.DictReader(file) if (r["number"], r["department"]) == ("pipeline", "books"))
    assert (row["reported"], row["reported_figure"], row["unreproduced"]) == ("350.0000", "400.0000", "50.0000")
    assert row["provisional"] == TOLD
    assert (tmp_path / "tie_outs.csv").exists()


def test_the_command_line_shows_the_tie_out_before_the_bridge(shop, day):
    named = ["--map", str(shop / "entity_map.yaml"), "--data", str(shop / "data"), "--home", str(shop / "home")]
    for words in (["bridge", "pipeline", "--from", "books"], ["tie-out"]):
        found = CliRunner().invoke(app, [*words, *named, "--as-of", str(FIRST)], env={"COLUMNS": "80"})
        told = " ".join(found.output.split())
        assert "Reported figures against their own records" in told, found.output
        assert "+$50.00" in told
        assert max(map(len, found.output.splitlines())) <= 80
    assert found.exit_code == 1


def test_a_file_that_is_not_there_is_told_and_the_day_is_as_ever(shop):
    kept = (shop / "data" / "figures.csv").rename(shop / "elsewhere.csv")
    try:
        day = run(shop, FIRST, "without")
    finally:
        kept.rename(shop / "data" / "figures.csv")
    assert unread_figures(day) == [
        "figures.csv: there is no such file of reported figures; put it below data/, or take it out of the map"
    ]
    assert set(day.number("pipeline").bridges["provisional"]) == {""}


def test_dagster_checks_the_tie_out_and_leaves_what_the_command_line_leaves(shop, day):
    path = shop / "entity_map.yaml"
    defs = build_definitions(load_map(path), path, shop / "data", shop / "dagster_home")
    job = defs.resolve_job_def("daily_reconciliation")
    with shipped_instance() as instance:
        result = job.execute_in_process(instance=instance, partition_key=str(FIRST))
    checks = {
        (e.asset_key.to_user_string(), e.check_name): (e.passed, e.severity)
        for e in result.get_asset_check_evaluations()
    }
    assert checks["bridges/pipeline", "every_reported_figure_ties"] == (False, dg.AssetCheckSeverity.ERROR)
    assert checks["bridges/customers", "every_reported_figure_ties"][0]
    assert checks["reported_figures/typed_in", "every_reported_figure_was_read"] == (False, dg.AssetCheckSeverity.WARN)
    assert everything_in(shop / "dagster_home") == everything_in(shop / "home")


def test_the_workbook_foots_from_the_typed_in_figure(shop, day, tmp_path):
    export_day(day, tmp_path, "xlsx")
    book = openpyxl.load_workbook(tmp_path / "pipeline.xlsx", data_only=True)
    head = [cell.value for cell in book["Bridges"][4]]
    row = next(one for one in book["Bridges"].iter_rows(min_row=5, values_only=True) if "from Books" in str(one[0]))
    told = dict(zip(head, row, strict=True))
    moved = [told[name] for name in ("Unreproduced", "Definition", "Timing", "Hierarchy", "Quality", "Residual")]
    assert (told["Reports"], told["Unreproduced"]) == (400, 50)
    assert told["Reports"] == sum(moved) + 900
