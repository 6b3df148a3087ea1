"""Timing claims: by which day a difference must clear, and what became of it."""

import polars as pl
import pytest

from revrecon.daily.run import run_day
from revrecon.daily.timing import kept_timing
from revrecon.quality.drift import differences
from revrecon_tests.companies import SHOP
from revrecon_tests.shops import inputs_of
from revrecon_tests.tables import rows
from revrecon_tests.timing.story import FRIDAY, MONDAY, SATURDAY, THURSDAY, TUESDAY, WEDNESDAY, day_of, week_on_disk


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    return week_on_disk(tmp_path_factory.mktemp("week"))


@pytest.fixture(scope="module")
def kept(week):
    """The week with two homes: days that were run forwards, and the same ones backwards."""
    for home, order in (("forwards", (THURSDAY, SATURDAY)), ("backwards", (SATURDAY, THURSDAY))):
        for as_of in order:
            run_day(inputs_of(week, home), as_of)
    return week


def told(day):
    claims = day.timing("deal")["books"].claims
    columns = ("canonical_id", "field", "claimed_on", "expected_on", "cleared_on", "outcome", "amount")
    return [(row[0].removeprefix("crm:"), *row[1:-1], str(row[-1])) for row in rows(claims, *columns)]


BIG = ("D1", "first_year", TUESDAY, WEDNESDAY)
SMALL = ("D2", "first_year", WEDNESDAY, THURSDAY)
NEW = ("D5", None, THURSDAY, FRIDAY)


@pytest.mark.parametrize(
    ("as_of", "wanted"),
    [
        (MONDAY, []),
        (TUESDAY, [(*BIG, None, "pending", "-20.00")]),
        (WEDNESDAY, [(*BIG, WEDNESDAY, "in time", "-20.00"), (*SMALL, None, "pending", "-10.00")]),
        (
            THURSDAY,
            [(*BIG, WEDNESDAY, "in time", "-20.00"), (*SMALL, None, "never", "-10.00"),
             (*NEW, None, "pending", "-70.00")],
        ),
        (
            FRIDAY,
            [(*BIG, WEDNESDAY, "in time", "-20.00"), (*SMALL, None, "never", "-10.00"),
             (*NEW, FRIDAY, "in time", "-70.00")],
        ),
        (
            SATURDAY,
            [(*BIG, WEDNESDAY, "in time", "-20.00"), (*SMALL, SATURDAY, "late", "-10.00"),
             (*NEW, FRIDAY, "in time", "-70.00")],
        ),
    ],
)  # fmt: skip
def test_a_claim_is_pending_until_its_day_and_then_in_time_late_or_never(week, as_of, wanted):
    assert told(day_of(week, as_of)) == wanted


def findings(day):
    found = day.drift_findings("deal", "books").filter(pl.col("field") == "first_year")
    return rows(found, "record_id", "cause", "since", "why")


def test_what_has_not_cleared_by_its_day_is_a_quality_finding_that_says_it_was_timing(week):
    why = f"was timing, expected to clear on {THURSDAY}"
    assert findings(day_of(week, WEDNESDAY)) == []
    assert [(record, said) for record, _, _, said in findings(day_of(week, THURSDAY))] == [("Q2", why)]


def test_a_later_change_of_the_record_elsewhere_does_not_make_it_timing_again(week):
    day = day_of(week, FRIDAY)
    again = differences(day.map, day.world, "deal", "books").filter(
        pl.col("field") == "first_year", pl.col("in_transit")
    )
    assert again["_id"].to_list() == ["Q2"]
    assert [(record, since) for record, _, since, _ in findings(day)] == [("Q2", THURSDAY)]


def test_a_difference_that_was_there_before_the_record_changed_was_never_timing(tmp_path):
    week = week_on_disk(tmp_path)
    for day in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY):
        path = week / f"data/books/quote/{day}.csv"
        path.write_text(path.read_text().replace("50.00", "55.00"))
    path = week / f"data/crm/Deal/{TUESDAY}.csv"
    before = "Small,A2,open,90.00,50.00,no,2026-01-11 00:00:00,2026-01-11 00:00:00"
    after = "Small,A2,open,91.00,50.00,no,2026-01-11 00:00:00,2026-03-03 15:00:00"
    path.write_text(path.read_text().replace(before, after))
    day = day_of(week, TUESDAY)
    assert [row[0] for row in told(day)] == ["D1"]
    assert [(record, why) for record, _, _, why in findings(day)] == [("Q2", None)]


def test_a_copy_without_a_freshness_limit_has_no_claims_and_is_judged_at_once(tmp_path):
    text = SHOP.replace("object: quote\n        freshness: 24h", "object: quote")
    day = day_of(week_on_disk(tmp_path, text), TUESDAY)
    assert told(day) == []
    assert [row[0] for row in findings(day)] == ["Q1"]


def test_pending_claims_are_what_the_drift_judge_finds_in_transit(week):
    for as_of in (TUESDAY, WEDNESDAY, THURSDAY, SATURDAY):
        day = day_of(week, as_of)
        today = differences(day.map, day.world, "deal", "books").filter(
            pl.col("in_transit"), pl.col("cause").is_not_null()
        )
        pending = day.timing("deal")["books"].claims.filter(
            pl.col("outcome") == "pending", pl.col("field").is_not_null()
        )
        assert set(today["canonical_id"]) == set(pending["canonical_id"])


def test_the_order_of_runs_changes_nothing_and_a_past_day_gives_the_same_answer(kept):
    for as_of in (THURSDAY, SATURDAY):
        one, other = (kept_timing(day_of(kept, as_of, home)) for home in ("forwards", "backwards"))
        assert one.claims.equals(other.claims)
        assert one.record.equals(other.record)
        assert one.items.equals(other.items)


def test_the_track_record_counts_claims_and_money(kept):
    record = kept_timing(day_of(kept, SATURDAY, "forwards")).record
    ((*counts, share, gross, late),) = rows(
        record.filter(pl.col("copy") == "books", pl.col("entity") == "deal", pl.col("window") == 30),
        "claims", "in_time", "late", "never", "pending", "share_true", "gross", "gross_late",
    )  # fmt: skip
    assert (counts, round(share, 3), str(gross), str(late)) == ([3, 2, 1, 0, 0], 0.667, "100.00", "10.00")


def test_the_warehouse_has_views_over_all_days(kept):
    import duckdb

    with duckdb.connect(str(kept / "forwards" / "warehouse.duckdb"), read_only=True) as connection:
        days = connection.sql("SELECT DISTINCT as_of_day FROM timing.claims ORDER BY 1").fetchall()
        open_ = connection.sql("SELECT count(*) FROM timing.open_claims").fetchone()
        assert connection.sql("SELECT count(*) FROM timing.track_record").fetchone() > (0,)
    assert days == [(THURSDAY,), (SATURDAY,)]
    assert open_ == (0,)


def test_a_deleted_record_leaves_its_claim_superseded(tmp_path):
    week = week_on_disk(tmp_path)
    path = week / f"data/crm/Deal/{FRIDAY}.csv"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("D5")))
    path = week / f"data/books/quote/{FRIDAY}.csv"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("Q5")))
    assert told(day_of(week, FRIDAY))[-1] == (*NEW, None, "superseded", "-70.00")
