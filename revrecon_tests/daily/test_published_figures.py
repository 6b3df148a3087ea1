"""A published figure can be recomputed, holds whatever comes later, and is restated cause by cause, to the cent."""

import datetime as dt
import shutil
from dataclasses import replace
from decimal import Decimal

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revrecon.canonical.identity.decisions import Decision
from revrecon.daily import verifying
from revrecon.daily.day import Day
from revrecon.daily.evidence import kept_contributions
from revrecon.daily.figures import due_numbers, publish_figures
from revrecon.daily.present import Present
from revrecon.daily.restating import first_published, look_again, restated_items, restatements
from revrecon.daily.verifying import NoSuchFigure, figures_asked, verified
from revrecon.decisions.register import DecisionRegister, decision_id
from revrecon.tickets.figures import FigureRegister
from revrecon_tests.companies import DEALS, QUOTES, SHOP, company
from revrecon_tests.shops import (
    BROKEN_QUOTES,
    FIRST,
    SECOND,
    THIRD,
    begun,
    everything_in,
    export_day,
    inputs_of,
    run,
    shop_on_disk,
)


@pytest.fixture
def shop(tmp_path):
    return shop_on_disk(tmp_path)


def register(shop):
    return FigureRegister(inputs_of(shop).home.ledger)


def published(shop, name, day):
    return next(one for one in register(shop).all() if (one.name, one.as_of) == (name, day))


def verify_all(shop):
    return list(verified(inputs_of(shop).home, register(shop).all()))


def restated(shop, until=THIRD):
    inputs = inputs_of(shop)
    present = Present(Day(inputs.loaded, inputs.home, until))
    found = restatements(present, first_published(FigureRegister(inputs.home.ledger)))
    return {(one.name, one.as_of): one for one in found if one.difference != 0}


def edit_map(shop, *edits):
    path = shop / "entity_map.yaml"
    text = path.read_text()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text)


def test_a_published_figure_says_what_it_is_and_what_it_rests_on(shop):
    day = begun(shop, SECOND)
    one = published(shop, "pipeline.books", SECOND)
    assert one.caption == "Pipeline $950.00, as of 2026-03-03 23:59 EST, definition pipeline.books@1, map 1"
    assert (one.value, one.revision, one.published_by, one.residual) == (950, 1, "daily run", 0)
    assert one.moment.isoformat() == "2026-03-03T23:59:59.999999-05:00"
    assert one.map_sha256 == day.loaded.sha256
    assert one.objects == ("books/customer", "books/quote", "crm/Account", "crm/Deal")
    assert one.open_breaches == ("deal/books/quality.wrong_value",)
    kept = {(e.system, e.object, e.day): e.sha256 for e in register(shop).extracts(one)}
    assert kept == {(s, o, k.day): k.sha256 for s, o in kept_objects(day) for k in day.lake.kept(s, o, SECOND)}
    units = kept_contributions(day.home, one.contributions_sha256)
    assert units is not None
    assert units["value"].sum() == one.value


def kept_objects(day):
    return [(system, name) for system in day.map.systems for name in day.map.systems[system].objects]


def test_a_day_that_is_run_again_publishes_nothing_new(shop):
    begun(shop, FIRST, SECOND)
    run(shop, FIRST)
    assert len(register(shop).all()) == 2 * 5
    assert not any(one.fresh for one in publish_figures(run(shop, SECOND)))


def test_the_map_says_on_which_days_a_number_is_published():
    title = "    title: Customers"
    maps = [company(SHOP.replace(title, f"    publish: {w}\n{title}")) for w in ("month_end", "quarter_end", "by_hand")]
    days = [dt.date(2026, 2, 27), dt.date(2026, 2, 28), dt.date(2026, 3, 31)]
    due = [["customers" in due_numbers(mapped, day) for day in days] for mapped in maps]
    assert due == [[False, True, True], [False, False, True], [False, False, False]]
    assert "pipeline" in due_numbers(maps[-1], days[0])


def test_every_figure_still_holds_after_later_days_corrections_and_another_map(shop):
    begun(shop, FIRST, SECOND)
    export_day(shop, FIRST, quotes=BROKEN_QUOTES, deals=DEALS.replace("900.00", "999.00"))
    run(shop, THIRD)
    edit_map(shop, ("amount > 100", "amount > 10"), ("map: {version: 1}", "map: {version: 2}"))
    run(shop, FIRST)
    results = verify_all(shop)
    assert len(results) == 3 * 5 + 5
    assert [(one.figure.name, one.reasons) for one in results if one.state != "holds"] == []


def test_verifying_changes_nothing_in_the_home(shop):
    begun(shop, FIRST)
    before = everything_in(shop / "home"), sorted(str(p) for p in (shop / "home").rglob("*"))
    verify_all(shop)
    assert (everything_in(shop / "home"), sorted(str(p) for p in (shop / "home").rglob("*"))) == before


def test_what_is_gone_or_altered_is_named_with_the_next_step(shop):
    begun(shop, FIRST)
    folder = shop / f"home/lake/books/quote/as_of={FIRST}"
    shutil.move(folder, shop / "away")
    told = {one.figure.name: one for one in verify_all(shop)}
    assert told["pipeline.books"].state == "cannot_be_recomputed"
    assert "books/quote of 2026-03-02" in told["pipeline.books"].reasons[0]
    assert "backup" in told["pipeline.books"].reasons[0]
    assert told["customers.books"].state == "holds"  # it does not rest on quotes
    shutil.move(shop / "away", folder)
    next(folder.glob("*.parquet")).write_bytes(b"something else")
    assert "checksum differs" in {one.figure.name: one for one in verify_all(shop)}["pipeline.books"].reasons[0]


def test_without_its_map_a_figure_cannot_be_recomputed(shop):
    begun(shop, FIRST)
    next((shop / "home/maps").glob("*.yaml")).unlink()
    told = verify_all(shop)[0]
    assert (told.state, told.recomputed) == ("cannot_be_recomputed", None)
    assert "is not there in the store" in told.reasons[0]


def test_other_code_that_gives_another_figure_is_named_with_the_records(shop, monkeypatch):
    begun(shop, FIRST)
    right = verifying.figure

    def wrong(*given):
        found = right(*given)
        doubled = found.contributions.with_columns((pl.col("value") * 2).cast(pl.Decimal(24, 4)).alias("value"))
        return type(found)(found.name, found.value * 2, found.world, doubled)

    monkeypatch.setattr(verifying, "figure", wrong)
    monkeypatch.setattr(verifying, "code_version", lambda: "0.2.0+new")
    told = next(one for one in verify_all(shop) if one.figure.name == "pipeline.sales")
    assert (told.state, told.difference) == ("does_not_hold", 950)
    assert told.reasons[0].startswith("The code is another: ")
    assert told.reasons[-1].startswith("2 of 2 records contribute otherwise; the largest is Big (D1): 900.00 then")


def test_an_id_that_nobody_published_is_told_with_the_nearest(shop):
    begun(shop, FIRST)
    one = register(shop).all()[0]
    with pytest.raises(NoSuchFigure, match=f"did you mean '{one.id}'"):
        figures_asked(register(shop), one.id[:-1] + "x")


def test_nothing_is_restated_while_nothing_under_a_figure_changes(shop):
    begun(shop, FIRST, SECOND, THIRD)
    assert restated(shop) == {}


def test_data_that_comes_late_and_data_that_is_corrected_are_two_causes_that_add_up(shop):
    begun(shop, FIRST)
    (shop / f"data/books/quote/{SECOND}.csv").rename(shop / f"{SECOND}.csv")
    run(shop, SECOND)
    export_day(shop, FIRST, quotes=QUOTES.replace("50.00", "60.00"))  # sent again, though not the last word any more
    (shop / f"{SECOND}.csv").rename(shop / f"data/books/quote/{SECOND}.csv")
    run(shop, THIRD)
    found = restated(shop)
    one = found["pipeline.books", SECOND]
    assert (one.then, one.now, one.residual) == (350, 950, 0)
    assert [(s.cause, s.amount, s.records) for s in one.steps] == [("timing.late", 600, 1)]
    first = found["pipeline.books", FIRST]
    assert (first.then, first.now) == (350, 360)
    assert [(s.cause, s.amount) for s in first.steps] == [("quality.corrected", 10)]
    assert first.steps[0].detail == "extracts were sent again"
    items = restated_items(inputs_of(shop).home, one.figure_id)
    assert items is not None
    assert items.select("cause", "label", "records", "amount").rows() == [
        ("timing.late", "Big", "Q1", Decimal("600.0000"))
    ]


def test_another_definition_another_tree_and_another_reading_are_told_apart(shop):
    begun(shop, FIRST)
    edit_map(
        shop,
        ("map: {version: 1}", "map: {version: 2}"),
        ("amount > 100", "amount > 10"),
        ("version: 2\n        effective", "version: 3\n        effective"),
        (
            "contract_entities: {books: \"category = 'contract'\"}",
            "corrections: [{child: A2, parent: null, why: sold}]",
        ),
        ("stands_for_nothing: {a test: \"name = 'TEST'\"}", "where: name <> 'Small'"),
    )
    found = restated(shop, FIRST)
    told = {name: [(s.cause, s.detail, s.amount) for s in one.steps] for (name, _), one in found.items()}
    assert told["pipeline.canonical"] == [("definition.changed", "pipeline@2 to pipeline@3", 50)]
    assert told["pipeline.books"] == [("quality.mapping", "map 1 to map 2", -50)]
    assert all(one.residual == 0 and one.map_now == 2 for one in found.values())


def test_a_stewards_decision_is_a_cause_of_its_own(shop):
    begun(shop, FIRST)
    moment = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)
    apart = Decision("", "deal", ("crm", "D1"), ("books", "Q1"), "never_same", "ann", "two deals", moment)
    joined = Decision("", "account", ("crm", "A1"), ("crm", "A3"), "same", "ann", "one firm", moment)
    decisions = DecisionRegister(inputs_of(shop).home.ledger)
    decisions.add([replace(one, id=decision_id(one)) for one in (apart, joined)])
    found = restated(shop, FIRST)
    assert all(step.cause == "quality.identity" for one in found.values() for step in one.steps)
    assert all(one.residual == 0 for one in found.values())


def test_a_figure_that_the_map_no_longer_has_says_so(shop):
    begun(shop, FIRST)
    text = (shop / "entity_map.yaml").read_text()
    start = text.index("      sales:\n        version: 1")
    (shop / "entity_map.yaml").write_text(text[:start] + text[text.index("      books:\n        version: 1", start) :])
    one = restated(shop, FIRST)["pipeline.sales", FIRST]
    assert one.now is None
    assert "does not define pipeline.sales" in one.note


PER_QUARTER = SHOP.replace("  pipeline:\n    title", "  pipeline:\n    per: quarter\n    title")


def test_a_figure_of_a_period_is_compared_with_what_is_said_of_the_period_today(tmp_path):
    shop = shop_on_disk(tmp_path, PER_QUARTER)
    begun(shop, FIRST)
    more = DEALS + "\n    D9 | New | A1 | open | 500.00 | 1.00 | no | 2026-03-04 00:00:00 | 2026-03-04 00:00:00"
    export_day(shop, THIRD, deals=more.replace("900.00", "910.00"))
    run(shop, THIRD)
    one = restated(shop)["pipeline.canonical 2026Q1", FIRST]
    assert (one.then, one.now, one.data_until, one.residual) == (900, 1410, THIRD, 0)
    assert [(s.cause, s.amount) for s in one.steps] == [("timing.late", 500), ("quality.corrected", 10)]


def test_the_daily_report_tells_of_what_was_restated_and_of_nothing_else(shop):
    begun(shop, FIRST, SECOND)
    page = shop / f"home/reports/daily/{SECOND}.html"
    assert 'id="restated"' not in page.read_text()
    export_day(shop, FIRST, quotes=BROKEN_QUOTES)
    run(shop, SECOND)
    text = page.read_text()
    assert 'id="restated"' in text
    assert "pipeline.books" in text
    assert "extracts were sent again" in text
    with duckdb.connect(str(shop / "home/warehouse.duckdb"), read_only=True) as warehouse:
        told = "select number, definition, difference from restatements.figures"
        assert [(n, d, float(v)) for n, d, v in warehouse.execute(told).fetchall()] == [("pipeline", "books", 600.0)]
        counted = warehouse.execute("select count(*), max(revision) from published.figures").fetchone()
        assert counted == (14, 2)  # four figures of the second day rest on the corrected extract
        assert warehouse.execute("select sum(amount) from restatements.items").fetchone() == (600,)
    edit_map(shop, ("    unit: USD\n", "    unit: USD\n    materiality: 1000\n"))
    run(shop, SECOND)
    assert 'id="restated"' not in page.read_text()


def test_what_was_compared_once_is_remembered(shop, monkeypatch):
    begun(shop, FIRST)
    export_day(shop, FIRST, quotes=BROKEN_QUOTES)
    day = run(shop, SECOND)
    before = look_again(day)
    monkeypatch.setattr("revrecon.daily.restating._worked_out", lambda *_: iter(()))
    assert [one.figure_id for one in look_again(day)] == [one.figure_id for one in before]


amounts = st.integers(1, 999).map(lambda n: f"{n}.{n % 100:02}")


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(amounts, min_size=3, max_size=3), st.booleans(), st.booleans())
def test_whatever_changes_then_plus_causes_is_now_and_the_records_add_up(tmp_path_factory, values, late, new_map):
    shop = shop_on_disk(tmp_path_factory.mktemp("shop"))
    if late:
        (shop / f"data/crm/Deal/{SECOND}.csv").unlink()
    begun(shop, SECOND)
    changed = DEALS.replace("900.00", values[0]).replace("| 50.00  |", f"| {values[1]} |")
    changed = changed.replace("| 70.00  |", f"| {values[2]} |")
    export_day(shop, SECOND, deals=changed)
    if new_map:
        edit_map(shop, ("amount > 100", "amount > 10"))
    for one in restated(shop, SECOND).values():
        assert one.residual == 0
        assert one.now == one.then + sum(step.amount for step in one.steps)
        items = restated_items(inputs_of(shop).home, one.figure_id)
        assert items is not None
        for step in one.steps:
            mine = items.filter(pl.col("cause") == step.cause, pl.col("detail") == step.detail)
            assert (mine["amount"].sum(), mine.height) == (step.amount, step.records)
    assert all(one.state == "holds" for one in verify_all(shop))
