import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.tickets.business_days import next_business_morning
from revrecon.tickets.fold import fold_ticket, ticket_id
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.model import Verdicted, WorstRecord, ageing
from revrecon.tickets.plan import plan_tickets
from revrecon_tests.companies import company

KEY = "deal/books/quality.stale_copy"


def day(number):
    return dt.date(2026, 3, number)


def fact(number, verdict, key=KEY, gross="120.50"):
    return Verdicted(
        key=key, day=day(number), verdict=verdict, records=3, compared=30, share=0.1, net=Decimal("-20.00"),
        gross=Decimal(gross), measure="gross", limit=100.0, since=day(1),
        worst=(WorstRecord("abc", "books/quote/Q1", "stage", "open", "won", Decimal("9.10")),),
    )  # fmt: skip


def folded(*verdicts, as_of=31):
    facts = [fact(number, verdict) for number, verdict in enumerate(verdicts, 2)]
    return fold_ticket(company(), facts, day(as_of))


def test_a_breach_opens_one_ticket_for_the_canonical_owner_on_the_next_business_morning():
    ticket = folded("pass", "pass", "pass", "breach", as_of=5)  # March 5, 2026 is a Thursday
    assert (ticket.state, ticket.opened_on, ticket.assignee_email) == ("open", day(6), "ann@example.com")
    assert ticket.title == "Deal out of date in Books"
    assert ticket.measure == "3 findings on 30 records (10.0%), net -20.00, gross 120.50; limit: gross 100"


@pytest.mark.parametrize(
    ("verdicts", "state", "reopened"),
    [
        (["breach", "breach"], "open", 0),
        (["breach", "warn"], "open", 0),  # near the limit nothing flaps
        (["breach", "not_run"], "open", 0),  # what was not run has not recovered
        (["breach", "pass"], "resolved", 0),
        (["breach", "pass", "warn"], "resolved", 0),
        (["breach", "pass", "breach"], "open", 1),
        (["breach", "pass", "breach", "pass", "breach"], "open", 2),
    ],
)
def test_the_life_of_a_ticket(verdicts, state, reopened):
    ticket = folded(*verdicts)
    assert (ticket.state, ticket.reopened, ticket.id) == (state, reopened, ticket_id(KEY))


def test_warnings_and_passes_alone_open_nothing():
    assert folded("pass", "warn", "not_run") is None


@pytest.mark.parametrize(
    ("number", "morning"),
    [(4, 5), (6, 9), (7, 9), (8, 10)],  # March 6, 2026 is a Friday; March 9 a holiday in the last row
)
def test_tickets_wait_for_a_business_morning(number, morning):
    holidays = [day(9)] if number == 8 else []
    assert next_business_morning(day(number), holidays) == day(morning)


def test_age_is_told_in_buckets():
    assert [ageing(days) for days in (0, 1, 2, 7, 8, 30, 31, 90, 91)] == [
        "0-1", "0-1", "2-7", "2-7", "8-30", "8-30", "31-90", "31-90", "over 90",
    ]  # fmt: skip


def test_planning_says_what_changes_and_planning_again_says_nothing():
    opened = folded("breach")
    resolved = folded("breach", "pass")
    assert [a.deed for a in plan_tickets([], [opened])] == ["open"]
    assert [a.deed for a in plan_tickets([opened], [resolved])] == ["resolve"]
    assert [a.deed for a in plan_tickets([resolved], [folded("breach", "pass", "breach")])] == ["reopen"]
    assert plan_tickets([opened], [opened]) == []
    assert plan_tickets([], [resolved]) == []


def ledger(tmp_path, name="ledger.db"):
    return Ledger(f"sqlite:///{tmp_path / name}")


def test_the_ledger_gives_back_what_was_recorded_exactly(tmp_path):
    kept = ledger(tmp_path)
    kept.record(day(2), [fact(2, "breach")], ["abc", "def"])
    ticket = kept.tickets(company(), day(2))[0]
    assert ticket.worst == fact(2, "breach").worst
    assert ticket.gross == Decimal("120.50")
    assert (tmp_path / "ledger.db").stat().st_mode & 0o077 == 0


def test_a_day_that_is_recorded_twice_changes_nothing(tmp_path):
    kept = ledger(tmp_path)
    kept.record(day(2), [fact(2, "breach")], ["abc"])
    before = kept.tickets(company(), day(9)), kept.seen()
    kept.record(day(2), [fact(2, "breach")], ["abc"])
    after = kept.tickets(company(), day(9)), kept.seen()
    assert before[0] == after[0]
    assert before[1].equals(after[1])


histories = st.lists(
    st.tuples(st.sampled_from(["pass", "warn", "breach", "not_run"]), st.sets(st.sampled_from("abcd"))),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_days_run_in_any_order_give_the_same_ledger(tmp_path_factory, history, random):
    days = [(number, verdict, signatures) for number, (verdict, signatures) in enumerate(history, 2)]
    shuffled = list(days)
    random.shuffle(shuffled)
    kept = []
    for order in (days, shuffled):
        one = ledger(tmp_path_factory.mktemp("ledger"))
        for number, verdict, signatures in order:
            one.record(day(number), [fact(number, verdict)], sorted(signatures))
        kept.append(one)
    first, other = kept
    for number in range(2, 9):
        assert first.tickets(company(), day(number)) == other.tickets(company(), day(number))
    assert first.seen().equals(other.seen())


def test_a_crash_in_the_middle_of_recording_leaves_the_day_as_it_was(tmp_path):
    kept = ledger(tmp_path)
    kept.record(day(2), [fact(2, "breach")], ["abc"])
    broken = fact(2, "pass")
    twice = [broken, broken]  # the second one violates the key
    with pytest.raises(Exception, match="UNIQUE"):
        kept.record(day(2), twice, ["xyz"])
    assert kept.tickets(company(), day(2))[0].state == "open"
    assert kept.seen()["signature"].to_list() == ["abc"]
