"""A ledger that is not there yet, opened by several at once: each finds its tables, made once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
import sqlalchemy as sa

from revrecon.decisions.map_register import MapRegister
from revrecon.decisions.register import DecisionRegister
from revrecon.decisions.standup_register import StandupRegister
from revrecon.tickets.database import open_engine
from revrecon.tickets.erasures import ErasureRegister
from revrecon.tickets.figures import FigureRegister
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.links import Links
from revrecon.tickets.outbox import Outbox
from revrecon.tickets.publications import Publications
from revrecon.tickets.trackers.table import TableTracker
from revrecon.write_back.lock import Lock
from revrecon.write_back.record import WriteRecord
from revrecon_tests.postgres import needs_postgres, postgres

AT_ONCE, TIMES = 6, 5


def noon():
    return datetime(2026, 3, 2, 12, tzinfo=UTC)


OPENERS = {
    "acts": Ledger,
    "decisions": DecisionRegister,
    "erasures": ErasureRegister,
    "figures": FigureRegister,
    "links": Links,
    "maps": MapRegister,
    "outbox": Outbox,
    "publications": Publications,
    "standups": StandupRegister,
    "tickets in a table": TableTracker,
    "writes": lambda url: WriteRecord(url, noon),
    "locks": lambda url: Lock(url, "crm", "ann", noon).take(),
}


def opened_at_once(opener, url):
    """What an opener does when several begin on the same ledger at the same moment. Raises what any of them met."""
    ready = Barrier(AT_ONCE)

    def begin(_):
        ready.wait(30)
        opener(url)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(begin, range(AT_ONCE)))


@pytest.mark.parametrize("opener", OPENERS.values(), ids=OPENERS)
def test_whoever_comes_first_makes_the_tables_and_nobody_is_refused(tmp_path, opener):
    for number in range(TIMES):
        opened_at_once(opener, f"sqlite:///{tmp_path}/{number}/ledger.db")


@pytest.mark.slow
@needs_postgres
def test_on_postgresql_nobody_is_refused_either():
    with postgres() as url:
        for opener in OPENERS.values():
            opened_at_once(opener, url)


def test_a_register_is_watched_from_one_link_on_however_many_opened_it_first(tmp_path):
    url = f"sqlite:///{tmp_path}/ledger.db"
    opened_at_once(MapRegister, url)
    with open_engine(url).connect() as connection:
        links = connection.execute(sa.text("SELECT register, deed FROM trail_links")).all()
    assert links == [("maps_used", "opened")]
