"""A replayed past says the same as each past day did."""

import datetime as dt

import polars as pl
import pytest

from revrecon.history.changes import changes_of
from revrecon.quality.drift import differences
from revrecon.timing.lags import FEWEST, followed, lag_of, usual_lag
from revrecon.timing.replay import replay
from revrecon.timing.timeline import TIMELINE_SCHEMA, day_of, end_of_day, timeline
from revrecon_tests.companies import company
from revrecon_tests.tables import observed, rows, table
from revrecon_tests.timing.story import FRIDAY, MONDAY, SATURDAY, THURSDAY, TUESDAY, WEDNESDAY, week_on_disk
from revrecon_tests.timing.story import day_of as story_day


@pytest.fixture(scope="module")
def saturday(tmp_path_factory):
    return story_day(week_on_disk(tmp_path_factory.mktemp("week")), SATURDAY)


@pytest.mark.parametrize("as_of", [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY])
def test_every_value_of_every_past_day_is_judged_as_on_that_day(saturday, as_of):
    replayed = replay(saturday.map, "deal", saturday.crosswalks["deal"], saturday.changes, MONDAY, SATURDAY)
    told = timeline(saturday.map, replayed, "books").filter(pl.col("day") <= as_of, pl.col("field") != "")
    last = told.group_by("canonical_id", "field", maintain_order=True).last().drop_nulls("state")
    then = differences(saturday.map, saturday.world_on(as_of), "deal", "books").filter(pl.col("state") != "absent")
    then = then.filter(pl.col("canonical_id").is_in(last["canonical_id"].implode()))
    wanted = sorted(rows(then, "canonical_id", "field", "state", "expected", "amount"), key=str)
    assert sorted(rows(last, "canonical_id", "field", "state", "expected", "amount"), key=str) == wanted
    assert wanted


def test_only_what_says_something_new_is_a_change_and_what_a_full_extract_lacks_is_gone():
    first, second, third, fourth = (dt.date(2026, 3, day) for day in range(1, 5))
    days = {
        first: "id | name\n A | one\n B | two",
        second: "id | name\n A | one\n B | new",
        third: "id | name\n A | one",
        fourth: "id | name\n A | one\n B | new",
    }
    every = pl.concat([observed(table(text), "id", day) for day, text in days.items()])
    assert rows(
        changes_of(every, list(days)).sort("_key", "_observed_on"), "_key", "name", "_observed_on", "_gone"
    ) == [
        ("A", "one", first, False),
        ("B", "two", first, False),
        ("B", "new", second, False),
        ("B", "new", third, True),
        ("B", "new", fourth, False),
    ]
    assert rows(changes_of(every, []), "_key", "_observed_on") == [("A", first), ("B", first), ("B", second)]


def test_the_end_of_a_day_and_the_day_of_an_instant_are_in_the_companys_zone_across_its_clock_changes():
    zone = company().company.zone
    days = pl.DataFrame({"day": [dt.date(2026, 3, 7), dt.date(2026, 3, 8), dt.date(2026, 11, 1)]})
    ends = days.select(end_of_day(pl.col("day"), zone).alias("end"))
    assert [str(end)[:19] for end in ends["end"]] == [
        "2026-03-08 04:59:59",
        "2026-03-09 03:59:59",
        "2026-11-02 04:59:59",
    ]
    assert ends.select(day_of(pl.col("end"), zone))["end"].to_list() == days["day"].to_list()


def changes_followed(hours: list[float]) -> pl.DataFrame:
    """A timeline of records whose value changed on Tuesday noon and that the copy took over so many hours later."""
    noon = dt.datetime(2026, 3, 3, 17, tzinfo=dt.UTC)
    told = []
    for n, lag in enumerate(hours):
        key = {"canonical_id": f"C{n:03}", "field": "phone", "changed": noon}
        told.append({**key, "day": MONDAY, "state": "equal", "expected": "old", "changed": None})
        told.append({**key, "day": TUESDAY, "state": "differs", "expected": "new"})
        taken = noon + dt.timedelta(hours=lag)
        told.append({**key, "day": taken.date(), "state": "equal", "expected": "new", "own_changed": taken})
    full = [{name: row.get(name) for name in TIMELINE_SCHEMA} for row in told]
    return pl.DataFrame(full, schema=TIMELINE_SCHEMA)


def test_the_usual_lag_is_that_of_ninety_five_in_a_hundred_changes():
    told = changes_followed([20.0] * 95 + [90.0] * 5)
    lag = lag_of("account", "books", followed(company(), told, MONDAY))
    assert rows(lag, "changes", "median_hours", "usual_hours") == [(100, 20.0, 20.0)]
    assert usual_lag(lag) == dt.timedelta(hours=20)


def test_from_a_few_changes_no_usual_lag_is_learned():
    lag = lag_of("account", "books", followed(company(), changes_followed([20.0] * (FEWEST - 1)), MONDAY))
    assert rows(lag, "changes", "usual_hours") == [(FEWEST - 1, None)]
    assert usual_lag(lag) is None
