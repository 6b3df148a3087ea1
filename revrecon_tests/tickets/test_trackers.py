"""Every tracker runs this contract."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from revrecon.tickets.fold import fold_ticket
from revrecon.tickets.model import Verdicted, WorstRecord
from revrecon.tickets.outbox import Alert, Outbox
from revrecon.tickets.plan import plan_tickets
from revrecon.tickets.trackers.contract import carry_out
from revrecon.tickets.trackers.markdown import index, page
from revrecon.tickets.trackers.registry import TRACKERS
from revrecon_tests.companies import company

HOSTILE = "<script>alert(1)</script> | `x` [a](http://b) *b* =1+1"


def ticket(verdict="breach", observed="won"):
    worst = WorstRecord("abc", "books/quote/Q1", "stage", "open", observed, Decimal("9.10"))
    facts = [
        Verdicted(
            "deal/books/quality.stale_copy", dt.date(2026, 3, number), said, 3, 30, 0.1, None, None, "count", 1.0, None,
            (worst,),
        )
        for number, said in ((2, "breach"), (3, verdict))
    ]  # fmt: skip
    return fold_ticket(company(), facts, dt.date(2026, 3, 4))


@pytest.mark.parametrize("name", sorted(TRACKERS))
def test_a_ticket_is_shown_once_updated_in_place_and_resolved(name, tmp_path):
    tracker = TRACKERS[name](tmp_path)
    opened, resolved = ticket(), ticket("pass")
    for _ in range(2):
        carry_out(plan_tickets([], [opened]), tracker)
    shown = sorted(path.name for path in tmp_path.iterdir())
    carry_out(plan_tickets([opened], [resolved]), tracker)
    assert sorted(path.name for path in tmp_path.iterdir()) == shown
    assert "resolved on 2026-03-03" in (tmp_path / shown[0]).read_text()


def test_a_page_says_what_where_who_and_what_to_do():
    text = page(ticket())
    for said in ("Deal out of date in Books", "Ann", "ann@example.com", "books/quote/Q1", "9.10", "What to do"):
        assert said in text


def test_data_is_never_markup():
    text = page(ticket(observed=HOSTILE)) + index([replace(ticket(), title=HOSTILE)])
    assert "<script" not in text
    assert "[a](http" not in text
    assert "| `x`" not in text


def test_the_outbox_takes_an_alert_once(tmp_path):
    outbox = Outbox(f"sqlite:///{tmp_path / 'ledger.db'}")
    alert = Alert("check|a|b|2026-03-01", "check_failed", "a: b failed")
    assert outbox.add([alert, alert]) == 1
    assert outbox.add([alert]) == 0
    assert outbox.waiting() == [alert]
