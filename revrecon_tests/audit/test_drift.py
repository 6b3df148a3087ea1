import datetime as dt
import random
from decimal import Decimal

import pytest

from revrecon.audit.drift import Columns, changed_schemas, growing_queues, slow_trends, thresholds_that_say_nothing
from revrecon.audit.owners import lives, owner_records
from revrecon.audit.quarter import Quarter
from revrecon.tickets.fold import fold_ticket
from revrecon.tickets.model import Act, Verdicted
from revrecon_tests.companies import company

FIRST = dt.date(2026, 1, 1)
QUARTER = Quarter("2026Q1", FIRST, dt.date(2026, 3, 31))
KEY = "deal/books/quality.orphan"


def fact(number, records, verdict="warn", key=KEY, compared=500):
    return Verdicted(
        key=key, day=FIRST + dt.timedelta(days=number), verdict=verdict, records=records, compared=compared,
        share=records / compared, net=Decimal(records), gross=Decimal(records), measure=None, limit=None, since=None,
    )  # fmt: skip


def checks(findings):
    return [(one.check, one.place) for one in findings]


def test_a_slow_trend_under_the_threshold_is_seen():
    facts = [fact(number, 2 + number // 8) for number in range(90)]
    (found,) = slow_trends(company(), facts)
    assert found.check == "no_check_gets_slowly_worse"
    assert "2 findings on 2026-01-01, 13 on 2026-03-31" in found.seen


@pytest.mark.parametrize("seed", range(40))
def test_flat_noise_is_no_trend(seed):
    dice = random.Random(seed)
    facts = [fact(number, 10 + dice.randint(-4, 4)) for number in range(90)]
    assert list(slow_trends(company(), facts)) == []


@pytest.mark.parametrize(
    "facts",
    [
        [fact(number, 20 - number // 8) for number in range(90)],  # it gets better
        [fact(number, 2 + number // 8) for number in range(30)],  # too short
        [fact(number, 2 + number // 8, "breach") for number in range(90)],  # a ticket tells of it
        [fact(number, 3 + number // 45) for number in range(90)],  # one finding more is no trend
    ],
)
def test_what_is_better_short_known_or_small_is_no_trend(facts):
    assert list(slow_trends(company(), facts)) == []


def test_thresholds_that_are_always_hit_never_hit_or_flap_are_told():
    always = [fact(number, 50, "breach") for number in range(80)]
    flapping = [fact(n, 5, "breach" if n // 7 % 2 else "pass", "deal/crm/quality.orphan") for n in range(80)]
    assert checks(thresholds_that_say_nothing(company(), [*always, *flapping])) == [
        ("no_threshold_is_always_hit", "books quality.orphan"), ("no_check_comes_and_goes", "crm quality.orphan"),
    ]  # fmt: skip


def test_a_day_that_was_not_run_says_nothing_about_a_threshold():
    assert list(thresholds_that_say_nothing(company(), [fact(number, 0, "not_run") for number in range(80)])) == []


@pytest.mark.parametrize(("last", "told"), [(3, 0), (12, 1)])
def test_a_review_queue_that_grows_is_told(last, told):
    days = [(FIRST, 2), (QUARTER.last, last)]
    assert len(list(growing_queues(company(), {"deal": days}))) == told


def columns(number, sent, filled=None, rows=30):
    filled = sent if filled is None else filled
    return Columns("crm", "Deal", FIRST + dt.timedelta(number), frozenset(sent), frozenset(filled), rows)


def test_columns_that_come_go_or_fall_empty_are_told_with_their_day():
    extracts = [
        columns(0, "abc"),
        columns(1, "abc"),
        columns(2, "abd"),
        columns(3, "abd", "bd"),
        columns(4, "abd", "bd"),
    ]
    seen = [one.seen for one in changed_schemas(company(), extracts)]
    assert seen == ["d came on 2026-01-03", "c went on 2026-01-03"]
    emptied = [columns(0, "ab"), columns(1, "ab"), columns(2, "ab", "b"), columns(3, "ab", "b")]
    assert [one.seen for one in changed_schemas(company(), emptied)] == ["a empty since 2026-01-03"]
    assert list(changed_schemas(company(), [columns(number, "ab") for number in range(5)])) == []


def test_a_schema_that_stays_and_few_empty_rows_are_no_news():
    assert list(changed_schemas(company(), [columns(0, "ab"), columns(1, "ab", "b", rows=5)])) == []


def act(number, deed="resolve"):
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    ticket = fold_ticket(company(), [fact(0, 1, "breach")], QUARTER.last)
    assert ticket is not None
    return Act(f"A{number}", ticket.id, FIRST + dt.timedelta(days=number), deed, "ann", "done", at)


def test_every_life_of_a_ticket_has_its_days():
    verdicts = ["breach", "breach", "pass", "pass", "breach", "warn", "breach", "breach"]
    facts = [fact(number, 1, verdict) for number, verdict in enumerate(verdicts)]
    told = [(one.opened.day, one.closed.day if one.closed else None) for one in lives(facts, [])]
    assert told == [(1, 3), (5, None)]
    told = [(one.opened.day, one.closed.day if one.closed else None) for one in lives(facts, [act(1), act(6)])]
    assert told == [(1, 2), (5, 7), (8, None)]


def test_an_owners_record_tells_times_amounts_and_what_came_true():
    facts = [fact(number, 4, "breach" if number in (1, 2, 3, 10) else "pass") for number in range(10)]
    facts += [fact(number, 4, "breach") for number in range(80, 90)]
    tickets = [fold_ticket(company(), facts, QUARTER.last)]
    records = owner_records(company(), QUARTER, tickets, lives(facts, []), {"deal": (20, 15), "account": (0, 0)})
    mine = next(one for one in records if "deal" in one.entities)
    assert (mine.live, mine.opened, mine.resolved, mine.reopened) == (1, 2, 1, 1)
    assert (mine.median_days, mine.slow_days, mine.claims_kept) == (3, 3.0, 0.75)
    assert mine.gross == 4
    assert mine.ages["8-30"] == 1
