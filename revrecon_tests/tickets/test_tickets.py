import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.entity_map.loader import parse_map
from revrecon.tickets.acts import ActRefused, act_on
from revrecon.tickets.bodies.content import content_of, plain, state_of
from revrecon.tickets.business_days import next_business_morning
from revrecon.tickets.fold import fold_ticket, ticket_id
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.model import Act, Verdicted, WorstRecord, ageing
from revrecon.tickets.plan import plan_tickets, read
from revrecon_tests.companies import SHOP, company

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
    opened, resolved = folded("breach"), folded("breach", "pass")
    now = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)
    [first] = plan_tickets(company(), "board", {}, [opened], now)
    told = {opened.id: (first.number, first.fingerprint)}
    assert plan_tickets(company(), "board", told, [opened], now) == []
    assert [message.number for message in plan_tickets(company(), "board", told, [resolved], now)] == [2]
    assert plan_tickets(company(), "board", {}, [resolved], now) == []
    assert read(first.body) == opened


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


LADDER = """
rhythms:
  daily: {at: "05:30"}
  tickets: {at: "08:00"}
  holidays: [2026-03-10]
  escalation: [{after: 7d, to: deputy}, {after: 30d, to: manager}]
"""


def staffed():
    people = (
        "{ann: {name: Ann, email: ann@example.com, deputy: dee, manager: max}, "
        "dee: {name: Dee, email: d@example.com}, max: {name: Max, email: m@example.com}}"
    )
    text = SHOP[: SHOP.index("rhythms:")].replace("{ann: {name: Ann, email: ann@example.com}}", people)
    return parse_map(text + LADDER).map


def act(deed, number, until=None, name="x"):
    moment = dt.datetime(2026, 3, number, 12, tzinfo=dt.UTC)
    return Act(name, ticket_id(KEY), day(number), deed, "ann", "why", moment, until)


@pytest.mark.parametrize(
    ("as_of", "acts", "told"),
    [
        # in breach since Monday, March 2; seven days old on Monday, March 9; March 10 is a holiday
        ((3, 9), [], []),
        ((3, 10), [], ["deputy on 2026-03-11"]),
        ((3, 31), [], ["deputy on 2026-03-11"]),
        ((4, 1), [], ["deputy on 2026-03-11", "manager on 2026-04-02"]),
        ((4, 1), [act("acknowledge", 4)], ["manager on 2026-04-02"]),
        ((4, 1), [act("snooze", 4, dt.date(2026, 4, 20))], []),
        ((4, 1), [act("snooze", 11, dt.date(2026, 4, 20))], ["deputy on 2026-03-11"]),
        ((4, 19), [act("snooze", 4, dt.date(2026, 4, 20))], ["deputy on 2026-03-11", "manager on 2026-04-02"]),
    ],
)
def test_a_ticket_climbs_the_ladder_on_business_mornings(as_of, acts, told):
    ticket = fold_ticket(staffed(), [fact(2, "breach")], dt.date(2026, *as_of), acts)
    assert [f"{step.role} on {step.due}" for step in ticket.escalations] == told


@pytest.mark.parametrize(
    ("verdicts", "acts", "state", "told"),
    [
        (["breach"], [act("acknowledge", 2)], "acknowledged", "acknowledged by ann"),
        (["breach"], [act("snooze", 2, day(20))], "snoozed", "snoozed until 2026-03-20"),
        (["breach", "breach"], [act("resolve", 2)], "open", "open, reopened 1 time"),
        (["breach", "warn"], [act("resolve", 2)], "resolved", "resolved on 2026-03-02 by ann"),
        (["breach", "pass", "breach"], [act("acknowledge", 2)], "open", "open, reopened 1 time"),
        (["breach", "pass"], [act("acknowledge", 3)], "resolved", "resolved on 2026-03-03"),
    ],
)
def test_people_act_on_a_ticket_after_they_have_seen_a_day(verdicts, acts, state, told):
    facts = [fact(number, verdict) for number, verdict in enumerate(verdicts, 2)]
    ticket = fold_ticket(staffed(), facts, day(10), acts)
    assert (ticket.state, state_of(ticket)) == (state, told)


@pytest.mark.parametrize(
    ("deed", "by", "why", "until", "said"),
    [
        ("acknowledge", "amn", "x", None, "did you mean 'ann'?"),
        ("resolve", "ann", " ", None, "The reason is missing"),
        ("snooze", "ann", "x", None, "A snooze has an end"),
        ("snooze", "ann", "x", day(3), "name a morning from 2026-03-04"),
        ("snooze", "ann", "x", dt.date(2027, 1, 1), "to 2026-06-02"),
    ],
)
def test_an_act_that_cannot_be_is_refused_with_the_next_step(deed, by, why, until, said):
    with pytest.raises(ActRefused, match=re.escape(said)):
        act_on(staffed(), fold_ticket(staffed(), [fact(2, "breach")], day(2)), day(2), deed, by, why, until)


def test_an_act_entered_twice_is_one(tmp_path):
    kept = ledger(tmp_path)
    taken = act_on(staffed(), fold_ticket(staffed(), [fact(2, "breach")], day(2)), day(2), "acknowledge", "ann", "x")
    assert [kept.act([taken]), kept.act([taken])] == [1, 0]
    assert [one.id for one in kept.acts()] == [taken.id]


def test_a_thousand_keys_have_a_thousand_names():
    assert len({ticket_id(f"deal/books/quality.c{number}") for number in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("joe.doe@mail.example.com won", "j***@*** won"),
        ("a\nb\tc\x00", "a b c"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_what_is_told_outside_is_one_line_and_nobodys_address(value, shown):
    assert plain(value) == shown


@pytest.mark.parametrize(
    ("links", "report", "run"),
    [
        ("", "reports/daily/2026-03-02.html", "asset drift/deal_books, partition 2026-03-02"),
        (
            "links: {reports: https://r.example.com/, dagster: https://d.example.com}\n",
            "https://r.example.com/daily/2026-03-02.html",
            "https://d.example.com/assets/drift/deal_books?partition=2026-03-02",
        ),
    ],
)
def test_a_ticket_leads_to_the_report_and_to_the_run(links, report, run):
    ticket = fold_ticket(parse_map(SHOP + links).map, [fact(2, "breach")], day(31))
    assert (ticket.report, ticket.run) == (report, run)
    facts = dict(content_of(ticket).facts)
    assert (facts["Report"], facts["In Dagster"]) == (report, run)
