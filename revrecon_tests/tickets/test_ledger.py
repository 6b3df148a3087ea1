"""The ledger reads no more than it must, and says what folding everything would say."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.tickets.fold import fold_ticket, ticket_id
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.model import Act, Verdicted
from revrecon.tickets.outbox import Message, Outbox
from revrecon_tests.companies import company
from revrecon_tests.fakes.ledger import quick_ledgers

FIRST = dt.date(2026, 3, 2)
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
KEYS = [f"deal/books/quality.{cause}" for cause in ("wrong_value", "missing_record", "duplicate")]


@pytest.fixture(autouse=True)
def quick():
    with quick_ledgers():
        yield


def day(number):
    return FIRST + dt.timedelta(days=number)


def fact(key, number, verdict):
    return Verdicted(key, day(number), verdict, number, 10, 0.5, Decimal(number), Decimal(number), "count", 1, day(0))


def act(key, number, deed, at=0):
    until = day(number + 3) if deed == "snooze" else None
    return Act(f"a{key}{number}{at}", ticket_id(key), day(number), deed, "ann", "because", NOON, until)


VERDICTS = st.sampled_from(["pass", "warn", "breach", "not_run", None])
DAYS = st.lists(st.tuples(*[VERDICTS] * len(KEYS)), min_size=1, max_size=8)
DEEDS = st.sampled_from(["acknowledge", "snooze", "resolve", "comment"])
ACTS = st.lists(st.tuples(st.sampled_from(KEYS), st.integers(0, 7), DEEDS), max_size=4)


@settings(max_examples=25, deadline=None)
@given(days=DAYS, acts=ACTS, as_of=st.integers(0, 8))
def test_tickets_are_what_their_whole_facts_fold_to(days, acts, as_of, tmp_path_factory):
    ledger, shop = Ledger(f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.db'}"), company()
    facts = [fact(k, n, v) for n, row in enumerate(days) for k, v in zip(KEYS, row, strict=True) if v]
    done = [act(key, number, deed, at) for at, (key, number, deed) in enumerate(acts)]
    for number in range(len(days)):
        ledger.record(day(number), [one for one in facts if one.day == day(number)], [])
    ledger.act(done)
    folded = [
        fold_ticket(
            shop, [f for f in facts if f.key == key], day(as_of), [a for a in done if a.ticket == ticket_id(key)]
        )
        for key in KEYS
    ]
    found = ledger.tickets(shop, day(as_of))
    assert sorted(found, key=lambda one: one.id) == sorted((one for one in folded if one), key=lambda one: one.id)
    assert ledger.tickets(shop, day(as_of), live=True) == [one for one in found if one.live]
    recent = [one for one in found if one.live or one.resolved_on >= day(as_of - 1)]
    assert ledger.tickets(shop, day(as_of), live=True, closed_since=day(as_of - 1)) == recent
    assert [ledger.tickets_named(shop, day(as_of), one.id) for one in found] == [[one] for one in found]
    assert ledger.tickets_named(shop, day(as_of), "RR-") == found
    assert [*ledger.verdicts(day(as_of))] == [(f.key, f.day, f.verdict) for f in ledger.facts(day(as_of))]


def test_facts_are_those_of_a_key_or_since_a_day(url):
    ledger = Ledger(url)
    for number in range(4):
        ledger.record(day(number), [fact(key, number, "breach") for key in KEYS], [])
    found = ledger.facts(day(2))
    assert [one.day for one in found] == [day(number) for number in range(3) for _ in KEYS]
    assert ledger.facts(day(2), since=day(1)) == [one for one in found if one.day >= day(1)]
    assert ledger.facts(day(2), key=KEYS[0]) == [one for one in found if one.key == KEYS[0]]
    assert ledger.keys(day(2)) == sorted(KEYS)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def test_more_than_a_statement_takes_is_known_again(url):
    many = [f"deal/books/quality.part_{number}" for number in range(1_000)]
    ledger, outbox = Ledger(url), Outbox(url)
    for number in range(2):
        ledger.record(day(number), [fact(key, number, "breach") for key in many], many)
    assert len(ledger.tickets(company(), day(1))) == len(many)
    assert set(ledger.seen().select("first_day", "last_day").rows()) == {(day(0), day(1))}
    deeds = [act(key, 1, "comment") for key in many]
    assert [ledger.act(deeds), ledger.act(deeds)] == [len(many), 0]
    messages = [Message(f"files|{key}|1", "files", key, 1, "f", "b", NOON, NOON) for key in many]
    assert [outbox.add(messages), outbox.add(messages)] == [len(many), 0]
