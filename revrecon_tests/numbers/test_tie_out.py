"""What departments typed in, tied out to their own records before anything is explained."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.findings import FINDING_SCHEMA, VERDICT_SCHEMA
from revrecon.numbers.bridges import number_result
from revrecon.numbers.provisional import stamped
from revrecon.numbers.ratios import _unheaded
from revrecon.numbers.reported import REPORTED_SCHEMA, TypedTable, period_named, reported_figures
from revrecon.numbers.tie_out import tie_outs
from revrecon.numbers.tie_out_findings import tie_out_findings, tie_out_verdicts
from revrecon_tests.companies import TODAY, company, shop_tables, world_of
from revrecon_tests.tables import table

TOO_MANY = "has too many digits; at most 4 decimals and 15 digits before them"
TOLERANT = "\n    tie_out: {tolerance: {absolute: 1}, breach: {relative: 10%}}"
MAP = company(
    **{
        "text: What could be won.": f"text: What could be won.{TOLERANT}",
        "text: First year of open quotes.": "text: First year of open quotes.\n        reported: figures.csv",
    }
)
NOBODY_LATE = {name: [] for name in MAP.entities}


def typed(text: str, entity_map=MAP):
    named_by = (("pipeline", "books"),)
    return reported_figures(entity_map, [TypedTable("figures.csv", table(text), named_by)])


def tied(text: str, inputs=NOBODY_LATE, number="pipeline", as_of=TODAY):
    """The tie-outs of a table of typed-in figures, and the stamped result: books' own records give 350."""
    figures, problems = typed(text)
    assert problems == []
    world = world_of(MAP, shop_tables())
    found = number_result(MAP, number, as_of, lambda _: world)
    outs = tie_outs(MAP, number, found.figures, figures, as_of, lambda _: world)
    return outs, stamped(MAP, found, outs, inputs)


def bridge(result, definition="books"):
    return result.bridges.filter(pl.col("definition") == definition).row(0, named=True)


@pytest.mark.parametrize(
    ("value", "miss", "verdict"),
    [
        ("350", "0", "pass"),
        ("351.00", "1", "pass"),
        ("351.01", "1.01", "warn"),
        ("385", "35", "warn"),
        ("385.01", "35.01", "breach"),
        ("-350", "-700", "breach"),
    ],
)
def test_a_figure_ties_within_the_tolerance_warns_beyond_it_and_breaches_further_out(value, miss, verdict):
    outs, _ = tied(f"value | as_of\n{value} | 2026-03-31")
    row = outs.row(0, named=True)
    assert (row["recomputed"], row["miss"], row["verdict"]) == (Decimal(350), Decimal(miss), verdict)
    assert row["ties"] is (verdict == "pass")
    assert row["representative"] == "ann"


def test_the_typed_in_figure_heads_the_bridge_and_what_cannot_be_reproduced_is_its_first_step():
    _, result = tied("value | as_of\n400 | 2026-03-31")
    row = bridge(result)
    assert (row["reported_figure"], row["unreproduced_step"], row["reported"]) == (400, 50, 350)
    assert row["provisional"] == (
        "cannot be reproduced: books reported $400.00 on 2026-03-31, +$50.00 against its own records"
    )
    captions = dict(result.figures.select("definition", "caption").iter_rows())
    assert captions["books"].endswith(f"map 1, provisional: {row['provisional']}")
    assert "provisional" not in captions["sales"]
    assert (bridge(result, "sales")["reported_figure"], bridge(result, "sales")["provisional"]) == (None, "")


def test_the_newest_figure_counts_and_a_correction_replaces_what_stays_visible():
    outs, result = tied(
        """
        value | as_of      | entered    | note
        100   | 2026-03-30 |            | an older day
        400   | 2026-03-31 | 2026-03-30 | a draft
        350   | 2026-03-31 | 2026-03-31 | corrected
        360   | 2026-03-31 | 2026-04-01 | not entered yet
        370   | 2026-04-01 |            | another day
        """
    )
    assert outs.select("note", "verdict").rows() == [("corrected", "pass"), ("a draft", "replaced")]
    assert outs["why"].to_list() == [None, "replaced by the figure of figures.csv, row 4"]
    assert bridge(result)["provisional"] == ""


def test_a_figure_of_an_earlier_day_is_compared_with_that_day_and_what_moved_since_is_told_apart():
    then, now = world_of(MAP, shop_tables()), world_of(MAP, shop_tables(quotes="""
        id | name  | customer | stage | total  | crm_id | created             | changed
        Q1 | Big   | C1       | open  | 320.00 | D1     | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
    """))  # fmt: skip
    figures, _ = typed("value | as_of\n351 | 2026-03-30")

    def world_on(day):
        return now if day == TODAY else then

    found = number_result(MAP, "pipeline", TODAY, world_on)
    outs = tie_outs(MAP, "pipeline", found.figures, figures, TODAY, world_on)
    row = bridge(stamped(MAP, found, outs, NOBODY_LATE))
    assert (row["reported_figure"], row["unreproduced_step"], row["moved_since"], row["reported"]) == (351, 1, 30, 320)
    assert row["provisional"] == ""


def test_late_and_missing_inputs_make_a_bridge_provisional_without_any_typed_in_figure():
    inputs = {**NOBODY_LATE, "deal": ["books stale since 2026-03-01"]}
    _, result = tied("value | as_of\n350 | 2026-03-31", inputs)
    assert set(result.bridges["provisional"]) == {"books stale since 2026-03-01"}


def test_both_ends_of_a_bridge_must_tie():
    closing = MAP.model_copy(
        update={"numbers": {"pipeline": MAP.numbers["pipeline"].model_copy(update={"closing": "books"})}}
    )
    world = world_of(closing, shop_tables())
    figures, _ = typed("value | as_of\n400 | 2026-03-31", closing)
    found = number_result(closing, "pipeline", TODAY, lambda _: world)
    outs = tie_outs(closing, "pipeline", found.figures, figures, TODAY, lambda _: world)
    told = bridge(stamped(closing, found, outs, NOBODY_LATE), "sales")["provisional"]
    assert told.startswith("the closing figure cannot be reproduced: books reported $400.00")


def test_a_miss_is_a_finding_and_a_verdict_for_the_representative():
    outs, _ = tied("value | as_of | reported_by | note\n400 | 2026-03-31 | bob | a slide")
    found = tie_out_findings(MAP, outs)
    assert found.schema == FINDING_SCHEMA
    row = found.row(0, named=True)
    assert (row["cause"], row["copy"], row["record_id"]) == ("definition.unreproduced", "books", "pipeline.books")
    assert (row["amount"], row["why"]) == (Decimal(50), "reported by bob, a slide: figures.csv, row 2")
    verdicts = tie_out_verdicts(MAP, outs)
    assert verdicts.schema == VERDICT_SCHEMA
    assert verdicts.select("entity", "copy", "verdict", "records", "compared", "gross", "owner").rows() == [
        ("deal", "books", "breach", 1, 1, Decimal(50), "ann")
    ]
    again, _ = tied("value | as_of\n390 | 2026-03-31")
    assert tie_out_findings(MAP, again)["signature"].to_list() == [row["signature"]]


def test_what_cannot_be_recomputed_is_not_run_and_never_green():
    tables = shop_tables()
    del tables["books", "quote"]
    world = world_of(MAP, tables)
    figures, _ = typed("value | as_of\n350 | 2026-03-31")
    found = number_result(MAP, "pipeline", TODAY, lambda _: world)
    outs = tie_outs(MAP, "pipeline", found.figures, figures, TODAY, lambda _: world)
    assert outs.select("verdict", "ties").rows() == [("not_run", None)]
    assert outs["why"][0].startswith("nothing was received of deal in books")
    assert tie_out_verdicts(MAP, outs)["verdict"].to_list() == ["not_run"]
    assert tie_out_findings(MAP, outs).is_empty()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("pipelin | books |  | 2026-03-31 | 1", "number: 'pipelin' is no number of the map; did you mean 'pipeline'?"),
        (" | boks |  | 2026-03-31 | 1", "definition: 'boks' is no one definition of pipeline; did you mean 'books'?"),
        (" | books | 2026Q1 | 2026-03-31 | 1", "period: Pipeline has no periods; leave it empty"),
        (" | books |  | 31.03.2026 | 1", "as_of: '31.03.2026' is no day; write it such as 2026-11-04"),
        (" | books |  |  | 1", "as_of: this figure has no day; write the day on which it was asked for"),
        (" |  |  | 2026-03-31 | 20.5M", "value: '20.5M' is no figure; write it in full, such as 20508101.11"),
        (" |  |  | 2026-03-31 | ", "value: there is no figure; write it in full, such as 20508101.11"),
        (" |  |  | 2026-03-31 | NaN", "value: 'NaN' is no figure; write it in full, such as 20508101.11"),
        (" |  |  | 2026-03-31 | 0.00001", f"value: '0.00001' {TOO_MANY}"),
        (f" |  |  | 2026-03-31 | {'9' * 16}", f"value: '{'9' * 16}' {TOO_MANY}"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_line_and_the_others_go_on(row, told):
    text = f"number | definition | period | as_of | value\n{row}\npipeline | books | | 2026-03-31 | 1,350.50"
    figures, problems = typed(text)
    assert [str(problem) for problem in problems] == [f"line 2: figures.csv.{told}"]
    assert figures["value"].to_list() == [Decimal("1350.5")]


def test_a_table_without_values_is_one_problem():
    figures, problems = typed("number | amount\npipeline | 3")
    assert figures.is_empty()
    assert figures.schema == REPORTED_SCHEMA
    assert [str(one) for one in problems] == [
        "line 1: figures.csv: there is no column 'value'; name it in the first row"
    ]


def test_headings_may_be_called_otherwise_and_a_department_stands_for_its_one_definition():
    figures, problems = typed("Number | Department | Day | Figure | By\npipeline | books | 2026-03-31 | 350 | bob")
    assert problems == []
    row = figures.row(0, named=True)
    assert (row["definition"], row["as_of"], row["entered"], row["reported_by"]) == ("books", TODAY, TODAY, "bob")


@pytest.mark.parametrize(
    ("start", "name", "first", "last"),
    [
        (1, "2026Q3", "2026-07-01", "2026-09-30"),
        (4, "2026Q1", "2025-04-01", "2025-06-30"),
        (4, "2026Q4", "2026-01-01", "2026-03-31"),
        (1, "2026Q5", None, None),
        (1, "0000Q1", None, None),
    ],
)
def test_a_quarter_is_known_by_its_name(start, name, first, last):
    found = period_named(name, MAP.company.model_copy(update={"fiscal_year_start": start}))
    assert (found and (found.name, str(found.start), str(found.end))) == (first and (name, first, last))


def test_a_ratio_is_provisional_where_either_of_its_numbers_is():
    assert _unheaded({"provisional": "late", "over_provisional": "untied"})["provisional"] == "late; untied"
    assert _unheaded({"provisional": "late", "over_provisional": "late"})["provisional"] == "late"


money = st.decimals(-(10**9), 10**9, places=2, allow_nan=False)


@settings(max_examples=25, deadline=None)
@given(money, money)
def test_what_was_reported_is_canonical_and_every_step_to_the_cent(first, second):
    text = f"value | as_of | entered\n{first} | 2026-03-31 | 2026-03-30\n{second} | 2026-03-31 | 2026-03-31"
    outs, result = tied(text)
    row = bridge(result)
    steps = ("unreproduced_step", "moved_since", "quality_step", "hierarchy_step", "timing_step", "definition_step")
    assert row["reported_figure"] == second == row["closing"] + sum(row[step] for step in steps) + row["residual"]
    assert outs["reported_figure"].to_list() == [second, first]
    assert bool(row["provisional"]) is (abs(second - 350) > 1)


def test_days_before_any_typed_in_figure_are_as_ever():
    outs, result = tied("value | as_of\n400 | 2026-03-31", as_of=dt.date(2026, 3, 30))
    assert outs.is_empty()
    assert (bridge(result)["reported_figure"], bridge(result)["provisional"]) == (None, "")
