"""The shipped companies from their exports to tickets and report, with the figures that must come out."""

import csv
import json
import subprocess
import sys
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from revrecon.daily.export import export_day
from revrecon.daily.outcomes import live_tickets
from revrecon.daily.steps import all_day_findings
from revrecon.daily.timing import kept_timing
from revrecon_tests.repository import ROOT
from revrecon_tests.shipped import reconciled, sample_day

SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="module")
def sample():
    return sample_day()


@pytest.fixture(scope="module")
def eia(tmp_path_factory):
    return reconciled(ROOT / "examples/eia861", tmp_path_factory.mktemp("eia"))


def bridge(day, number, definition, period=""):
    rows = day.number(number).bridges.filter(pl.col("definition") == definition, pl.col("period") == period)
    return rows.row(0, named=True)


def steps(day, number, definition):
    rows = day.number(number).steps.filter(pl.col("definition") == definition)
    return {(row["cause"], row["detail"]): row["amount"] for row in rows.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("number", "period", "definition", "reported", "quality", "hierarchy", "timing", "definition_step"),
    [
        ("pipeline", "", "sales", "18628106.17", "324266.12", "0", "0", "7923586.63"),
        ("pipeline", "", "marketing", "20508101.11", "4493017.82", "0", "-2416.77", "5637246.64"),
        ("pipeline", "", "finance", "4497688.59", "313203.69", "0", "-781766.15", "-5414002.37"),
        ("customers", "", "sales", "126", "0", "0", "0", "2"),
        ("customers", "", "marketing", "156", "0", "0", "-3", "35"),
        ("customers", "", "finance", "106", "0", "5", "-19", "-4"),
        ("revenue", "2026Q3", "sales_booked", "4176977.84", "0", "0", "0", "3554607.10"),
        ("revenue", "2026Q4", "billing_collected", "840529.20", "0", "0", "0", "458931.66"),
    ],
)
def test_the_sample_companys_numbers_explain_themselves_to_the_cent(
    sample, number, period, definition, reported, quality, hierarchy, timing, definition_step
):
    row = bridge(sample, number, definition, period)
    got = [row[name] for name in ("reported", "quality_step", "hierarchy_step", "timing_step", "definition_step")]
    assert got == [Decimal(value) for value in (reported, quality, hierarchy, timing, definition_step)]
    assert row["residual"] == 0


def test_marketings_slide_cannot_be_reproduced_and_sales_and_the_corrected_count_tie(sample):
    tied = pl.concat([sample.tie_outs(number) for number in sample.map.numbers])
    assert tied.select("definition", "reported_figure", "miss", "verdict").rows() == [
        ("sales", Decimal("18628106.17"), Decimal(0), "pass"),
        ("marketing", Decimal(21350000), Decimal("841898.89"), "breach"),
        ("finance", Decimal(106), Decimal(0), "pass"),
        ("finance", Decimal(108), None, "replaced"),
    ]
    row = bridge(sample, "pipeline", "marketing")
    assert row["reported_figure"] == row["reported"] + row["unreproduced_step"]
    assert row["provisional"].startswith("cannot be reproduced: marketing reported $21.35 M")
    assert bridge(sample, "pipeline", "sales")["provisional"] == ""


def test_the_sample_company_has_tickets_with_owners_and_a_report(sample):
    tickets = live_tickets(sample)
    assert {ticket.key for ticket in tickets} >= {
        "account/erp/hierarchy.missing_parent",
        "opportunity/marketing/quality.wrong_value",
        "revenue_event/erp_payments/quality.missing_record",
    }
    assert all(ticket.assignee_email.endswith("@example.com") and ticket.worst for ticket in tickets)
    page = (sample.home.reports / "daily" / f"{sample.as_of}.html").read_text(encoding="utf-8")
    assert "$10.38 M" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "<script" not in page


def test_no_personal_value_leaves_the_warehouse(sample):
    emails = sample.world.entities["contact"].canonical["email"].drop_nulls().to_list()[:200]
    for path in [p for p in sample.home.reports.rglob("*") if p.is_file()]:
        text = path.read_text(encoding="utf-8")
        assert not [email for email in emails if email in text], path


def test_every_source_record_is_accounted_for_once(sample):
    for name, entity in sample.world.entities.items():
        for copy in entity.copies.values():
            rows = entity.crosswalk.filter(pl.col("copy") == copy.copy)
            assert rows.height == copy.records.height == rows["record_id"].n_unique(), name


def test_the_sample_company_scores_as_promised(sample, tmp_path):
    truth, scorer = SHARED / "worlds/practice/truth", SHARED / "worlds/score.py"
    if not scorer.exists():
        pytest.skip("the practice company's truth and its scorer are not beside this repository")
    export_day(sample, tmp_path)
    done = subprocess.run(
        [sys.executable, str(scorer), str(tmp_path), str(truth)], capture_output=True, text=True, check=True
    )
    score = json.loads(done.stdout)
    assert score["bridges"] == {"worst_value_error": 0.0, "attribution_error": 0.0, "bridges_missing": []}
    assert all(one["f1"] >= 0.99 for one in score["crosswalk"].values())
    assert score["exceptions"]["recall"] >= 0.93


def test_the_utilities_revenue_walks_from_billing_to_finance_without_a_residual(eia):
    row = bridge(eia, "revenue", "billing")
    assert (row["reported"], row["closing"]) == (Decimal("390339914.6"), Decimal("567698852.9"))
    assert (row["residual"], row["closing_definition"]) == (0, "finance")
    assert steps(eia, "revenue", "billing") == {
        ("quality.excluded", "estimated for a state"): Decimal("4426536.6"),
        ("quality.excluded", "withheld retailer"): Decimal("34937.0"),
        ("quality.missing_record", "not copied"): Decimal("-6709025.6"),
        ("quality.wrong_value", "delivery"): Decimal("-3056.6"),
        ("quality.wrong_value", "stated_total"): Decimal("733467.3"),
        ("definition.measure", "sales for resale"): Decimal("-146045428.6"),
        ("definition.measure", "transmission"): Decimal("-16676431.4"),
        ("definition.measure", "other electric revenue"): Decimal("-13736078.6"),
        ("definition.measure", "credits and adjustments"): Decimal("616141.6"),
    }


def test_the_utilities_customers_walk_from_the_naive_count_to_the_published_rule(eia):
    row = bridge(eia, "customers", "billing")
    assert (row["reported"], row["closing"], row["residual"]) == (163852481, 151179199, 0)
    assert steps(eia, "customers", "billing") == {
        ("definition.filter", "not: parts A, B and D"): Decimal(12193842),
        ("definition.filter", "not: not behind the meter"): Decimal(479440),
    }


def test_the_utilities_data_proves_its_own_errors(eia):
    found = all_day_findings(eia)
    counted = dict(found.group_by(pl.concat_str("entity", "copy", "cause", separator="/")).len().iter_rows())
    assert counted["statement/finance/quality.wrong_value"] == 56 + 10  # totals unlike their parts, and wrong units
    assert counted["statement/billing/quality.excluded"] == 158  # 155 estimates and 3 withheld rows
    assert counted["statement/billing/quality.missing_record"] == 183  # utilities in finance only


def test_utilities_that_entered_dollars_for_thousands_are_found_beside_what_they_sell(eia):
    found = all_day_findings(eia).filter(pl.col("rule").str.ends_with("_scale"))
    told = {(row["record_id"], row["field"]): row["expected"] for row in found.iter_rows(named=True)}
    assert (
        told.items()
        >= {
            ("13318", "other"): "419.16",  # Navopache: other years say so too
            ("1883", "transmission"): "275.18",  # Blue Earth
            ("12915", "transmission"): "76.95",  # Moreau-Grand
        }.items()
    )
    several_times_all_retail = {("3273", "other"), ("9616", "other"), ("14840", "other"), ("15388", "other")}
    same_filer_again = {("1883", "other")}
    doubtful = {("16063", "other"), ("40229", "other")}  # very little beside much energy: may well be true
    assert set(told) - {("13318", "other"), ("1883", "transmission"), ("12915", "transmission")} == (
        several_times_all_retail | same_filer_again | doubtful
    )


def test_amounts_of_the_sample_company_that_are_ten_times_wrong_are_told_as_such_and_nothing_else(sample):
    scaled = all_day_findings(sample).filter(pl.col("why").str.starts_with("probably "))
    counted = dict(scaled.group_by(pl.concat_str("copy", "field", separator="/")).len().iter_rows())
    assert counted == {"marketing/contract_value": 18, "erp_quotes/first_year_value": 12}


def test_the_sample_company_knows_what_must_clear_by_when_and_how_often_it_did(sample):
    made = kept_timing(sample)
    told = dict(made.claims.filter(pl.col("claimed_on") > date(2026, 10, 5))["outcome"].value_counts().iter_rows())
    assert told == {"in time": 1047, "never": 54, "pending": 40}
    last = made.items.filter(pl.col("number") == "pipeline", pl.col("definition") == "finance")["expected_on"].unique()
    assert last.sort().to_list() == [date(2026, 11, 5), date(2026, 12, 5)]  # the books of October, of November


def test_the_shipped_data_is_what_its_source_note_says():
    with (ROOT / "examples/eia861/data/sales_to_ultimate_customers_2016.csv").open(encoding="utf-8") as file:
        assert sum(1 for _ in csv.reader(file)) == 3320 + 1
    for note in (ROOT / "data/README.md", ROOT / "examples/eia861/README.md"):
        assert note.exists()
