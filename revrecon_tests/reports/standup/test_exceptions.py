import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revrecon.findings import as_findings
from revrecon.reports.standup.agenda import MINUTES, AgendaItem, agenda
from revrecon.reports.standup.exceptions import by_age, exceptions_between, moved
from revrecon.reports.standup.picture import open_picture

TODAY = dt.date(2026, 3, 31)


def findings(*records):
    """Findings from lines `record amount since-day`."""
    rows = [line.split() for line in records]
    return as_findings(
        pl.DataFrame(
            {
                "cause": ["quality.stale_copy"] * len(rows), "rule": ["stage"] * len(rows),
                "entity": ["deal"] * len(rows), "copy": ["books"] * len(rows), "system": ["books"] * len(rows),
                "object": ["quote"] * len(rows),
                "record_id": [row[0] for row in rows], "amount": [Decimal(row[1]) for row in rows],
                "since": [dt.date(2026, 3, int(row[2])) for row in rows],
            }
        )
    )  # fmt: skip


def states(frame):
    return dict(frame.select("record_id", "state").iter_rows())


def test_what_came_what_went_and_what_stays_is_told_by_signature():
    then, now = findings("Q1 10 2", "Q2 20 3"), findings("Q2 25 3", "Q3 -30 30")
    found = exceptions_between(now, then, TODAY)
    assert states(found) == {"Q3": "new", "Q2": "standing", "Q1": "cleared"}
    assert found["record_id"].to_list() == ["Q3", "Q2", "Q1"]  # the largest amount first
    assert dict(found.select("record_id", "age").iter_rows()) == {"Q3": "0-1", "Q2": "8-30", "Q1": "8-30"}


def test_without_an_earlier_day_nothing_is_new_and_nothing_cleared():
    assert states(exceptions_between(findings("Q1 10 2"), None, TODAY)) == {"Q1": "standing"}


def test_counts_and_money_are_told_per_cause_in_a_copy():
    found = moved(exceptions_between(findings("Q2 25 3", "Q3 -30 30"), findings("Q1 10 2", "Q2 20 3"), TODAY))
    assert found.select("new", "standing", "cleared").row(0) == (1, 1, 1)
    assert found.select("new_gross", "standing_gross", "cleared_gross").row(0) == (30, 25, 10)
    assert found["oldest"][0] == dt.date(2026, 3, 3)  # of what is open


def test_only_what_is_open_has_an_age():
    found = exceptions_between(findings("Q2 25 3", "Q3 -30 30"), findings("Q1 10 2"), TODAY)
    assert by_age(found) == {"0-1": 1, "2-7": 0, "8-30": 1, "31-90": 0, "over 90": 0}


@given(st.lists(st.integers(0, 500), max_size=8))
def test_an_agenda_is_thirty_minutes_whatever_there_is_to_say(weights):
    made = agenda([(weight, AgendaItem(0, f"point {at}", "", "")) for at, weight in enumerate(weights)])
    assert sum(item.minutes for item in made) == MINUTES
    assert all(item.minutes >= 1 for item in made)
    wanted = [f"point {at}" for at, weight in enumerate(weights) if weight]
    assert [item.title for item in made] == (
        [*wanted, "Who does what until next week"] if wanted else ["Nothing to decide"]
    )


@pytest.mark.parametrize("days", [[], [(TODAY, 3)]])
def test_one_day_is_no_picture(days):
    assert open_picture(days) == ""


def test_the_picture_says_in_words_what_it_shows():
    drawn = open_picture([(TODAY - dt.timedelta(days=2), 1200), (TODAY, 900)])
    assert 'aria-label="Open exceptions from 2026-03-29 to 2026-03-31: from 1,200 to 900"' in drawn
