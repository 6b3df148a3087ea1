"""A ledger of many tickets over years of days, and what people and days do with it."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from benchmarks.load.companies import FIRST, company, inputs
from benchmarks.load.measured import Measured, measured
from revrecon.daily.day import Day
from revrecon.daily.outcomes import keep_report, keep_tickets
from revrecon.daily.run import run_day
from revrecon.daily.standup import keep_standup
from revrecon.daily.ticket_desk import TicketDesk
from revrecon.tickets.fact_bodies import body_of
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.ledger_tables import ticket_facts
from revrecon.tickets.model import Verdict, Verdicted, WorstRecord
from revrecon.tickets.outbox import _row, messages
from revrecon.tickets.plan import plan_tickets
from revrecon.tickets.post import LOCAL

_LIVE = 1_000
_FACTS_EACH = 6


def measure(folder: Path, tickets: int) -> Iterator[Measured]:
    """Fill a ledger, then everything that is done with it."""
    story = f"{tickets:,} tickets, {tickets * _FACTS_EACH:,} facts"
    deeds = {
        "fill the ledger": partial(_fill, tickets=tickets),
        "all tickets": _all,
        "`tickets list`: live ones": _live,
        "a day's tickets into files and table": _keep,
        "deliver: a pass over all outlets": _send,
        "daily sheet": _sheet,
        "standup pack": _standup,
    }
    for deed, do in deeds.items():
        yield measured(story, deed, do, folder)


def _fill(folder: Path, tickets: int) -> str:
    company(folder, pairs=1, deals=200)
    given = inputs(folder)
    run_day(given, FIRST)
    engine = Ledger(given.home.ledger).engine
    with engine.begin() as connection:
        for start in range(0, tickets, 5_000):
            facts = [fact for n in range(start, min(start + 5_000, tickets)) for fact in _facts(n)]
            rows = [{"key": f.key, "day": f.day, "verdict": f.verdict, "body": body_of(f)} for f in facts]
            connection.execute(ticket_facts.insert(), rows)
    return f"lives from 2016 on; {_told(folder):,} messages were told"


def _told(folder: Path) -> int:
    """As years of days left it: our own files and table know every ticket."""
    desk, folder_of_files = _desk(folder), folder / "home" / "reports" / "tickets"
    tickets, at = desk.tickets(), desk.clock()
    for outlet in LOCAL:
        planned = plan_tickets(desk.map, outlet, {}, tickets, at, at_once=True)
        with desk.office.outbox.engine.begin() as connection:
            rows = [{**_row(one), "done_at": at.isoformat(), "outcome": "sent"} for one in planned]
            connection.execute(messages.insert().prefix_with("OR IGNORE"), rows)
    for ticket in tickets:
        (folder_of_files / f"{ticket.id}.md").touch()
    return 2 * len(tickets)


def _facts(number: int) -> Iterator[Verdicted]:
    """A life of a few days; the first thousand are still open."""
    began = date(2016, 1, 1) + timedelta(days=number % 3_600)
    told: list[Verdict] = ["breach"] * (_FACTS_EACH - 1) + (["breach"] if number < _LIVE else ["pass"])
    for at, verdict in enumerate(told):
        yield Verdicted(
            key=f"{'deal1' if number % 2 else 'account1'}/books/quality.part_{number}", day=began + timedelta(days=at),
            verdict=verdict, records=5, compared=1_000, share=0.005, net=Decimal("12.50"), gross=Decimal(number),
            measure="count", limit=1, since=began, worst=_worst(number) if verdict == "breach" else (),
        )  # fmt: skip


def _worst(number: int) -> tuple[WorstRecord, ...]:
    return tuple(
        WorstRecord(f"s{number}-{at}", f"books/Quote1/Q{number}-{at}", "amount", "1.00", "2.00", Decimal(1))
        for at in range(5)
    )


def _desk(folder: Path) -> TicketDesk:
    given = inputs(folder)
    return TicketDesk(given.loaded.map, given.home)


def _all(folder: Path) -> str:
    return f"{len(_desk(folder).tickets()):,} tickets"


def _live(folder: Path) -> str:
    desk = _desk(folder)
    return f"{len(desk.ledger.tickets(desk.map, desk.as_of, live=True)):,} live"


def _day(folder: Path) -> Day:
    given = inputs(folder)
    return Day(given.loaded, given.home, FIRST)


def _keep(folder: Path) -> str:
    live = keep_tickets(_day(folder))
    with Ledger(inputs(folder).home.ledger).engine.connect() as connection:
        told = connection.execute(sa.text("select count(*) from outbox_messages")).scalar()
    return f"{len(live):,} live, {told:,} messages"


def _send(folder: Path) -> str:
    return f"{sum(report.sent for report in _desk(folder).send()):,} sent"


def _sheet(folder: Path) -> str:
    return f"{keep_report(_day(folder)).stat().st_size / 1e6:.1f} MB of HTML"


def _standup(folder: Path) -> str:
    return f"{keep_standup(_day(folder)).stat().st_size / 1e6:.1f} MB of HTML"
