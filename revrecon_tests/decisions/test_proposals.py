import datetime as dt
from decimal import Decimal

import polars as pl

from revrecon.canonical.identity.frames import REVIEW_SCHEMA
from revrecon.decisions.proposals import proposals
from revrecon.numbers.frames import STEP_SCHEMA
from revrecon.tickets.fold import fold_ticket
from revrecon.tickets.model import Verdicted
from revrecon_tests.companies import company

TODAY = dt.date(2026, 3, 31)


def ticket(cause, gross="100.00"):
    fact = Verdicted(
        key=f"deal/books/{cause}", day=TODAY, verdict="breach", records=3, compared=30, share=0.1, net=Decimal(gross),
        gross=Decimal(gross), measure="count", limit=1.0, since=TODAY,
    )  # fmt: skip
    folded = fold_ticket(company(), [fact], TODAY)
    assert folded is not None
    return folded


def steps(*lines):
    """Steps from lines `definition cause amount`."""
    rows = [line.split() for line in lines]
    return pl.DataFrame(
        {
            "number": ["pipeline"] * len(rows), "period": [""] * len(rows), "definition": [row[0] for row in rows],
            "position": range(len(rows)), "category": [row[1].split(".")[0] for row in rows],
            "cause": [row[1] for row in rows], "detail": ["stage"] * len(rows),
            "amount": [Decimal(row[2]) for row in rows], "gross": [abs(Decimal(row[2])) for row in rows],
            "records": [1] * len(rows),
        },
        schema=STEP_SCHEMA,
    )  # fmt: skip


def made(tickets=(), steps_=None, review=None, **more):
    known = pl.DataFrame(schema=STEP_SCHEMA) if steps_ is None else steps_
    waits = pl.DataFrame(schema=REVIEW_SCHEMA) if review is None else review
    return proposals(company(), TODAY, tickets, known, waits, **more)


def test_a_fix_is_worth_what_its_cause_moves_in_the_bridge_from_its_copy():
    found = made(
        [ticket("quality.stale_copy")], steps("books quality.stale_copy -320.50", "sales quality.stale_copy 9")
    )
    assert [(one.kind, one.gain.amount, one.gain.of) for one in found] == [
        ("fix_data", Decimal("-320.5000"), "pipeline of Books")
    ]


def test_a_fix_that_moves_no_figure_is_worth_the_money_on_its_records():
    (one,) = made([ticket("quality.orphan", gross="77.00")])
    assert (one.gain.amount, one.gain.of) == (Decimal("77.00"), "the records, gross")
    assert one.command.startswith(f"revrecon decide fix-data {ticket('quality.orphan').id} --due 2026-04-07 --by ann")


def test_a_difference_of_definition_can_be_agreed_with_room_above_it():
    (one,) = made(steps_=steps("sales definition.filter 12345.67"))
    assert one.kind == "agree_difference"
    assert "--cause definition.filter --cap 13000 " in one.command


def test_what_is_agreed_already_is_not_proposed_again():
    known = frozenset({("pipeline", "sales", "definition.filter")})
    assert made(steps_=steps("sales definition.filter 12345.67"), agreed=known) == []


def test_kinds_come_in_turn_the_largest_of_each_first():
    found = made(
        [ticket("quality.orphan", "5"), ticket("quality.stale_copy", "50")],
        steps("sales definition.filter 10", "books definition.measure 20"),
    )
    assert [(one.kind, abs(one.gain.amount)) for one in found] == [
        ("fix_data", 50), ("agree_difference", 20), ("fix_data", 5), ("agree_difference", 10),
    ]  # fmt: skip
