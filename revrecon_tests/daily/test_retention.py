import datetime as dt
import os
from decimal import Decimal

import pytest

from revrecon.daily.home import open_home
from revrecon.daily.retention import retain, sizes, thinned_days
from revrecon.entity_map.retention import Retention
from revrecon.entity_map.systems import SourceObject
from revrecon.history.lake import Lake, every_version
from revrecon.sources.contract import RawExtract, nothing_rejected
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.model import Verdicted
from revrecon.tickets.outbox import Message, Outbox
from revrecon_tests.companies import company
from revrecon_tests.history.keeping import kept_beside_from
from revrecon_tests.shops import FIRST, SECOND, THIRD, begun, everything_in, export_day, run, shop_on_disk
from revrecon_tests.tables import table

LATER = dt.date(2027, 6, 1)


def days(*texts):
    return {dt.date.fromisoformat(text) for text in texts}


def test_of_older_months_the_last_day_that_was_run_stays():
    every = days("2026-01-30", "2026-01-31", "2026-02-01", "2026-02-27", "2026-03-01", "2026-03-02")
    assert thinned_days(every, dt.date(2026, 3, 2)) == days("2026-01-30", "2026-02-01")


def test_thinning_out_removes_what_can_be_made_again_and_nothing_else(tmp_path):
    root = shop_on_disk(tmp_path)
    for day in (FIRST, SECOND, THIRD):
        run(root, day)
    home = open_home(root / "home")
    before = dict(sizes(home))
    told = {one.what: one.items for one in retain(home, Retention(), LATER)}
    assert told["days of tables"] > 0
    assert {path.name for path in (home.reports / "daily").glob("*.html")} == {f"{THIRD}.html"}
    assert {path.stem for path in home.tables.rglob("*.parquet")} == {str(THIRD)}
    after = dict(sizes(home))
    assert {part for part in before if after[part] < before[part]} == {"tables", "reports"}
    assert {one.what: one.items for one in retain(home, Retention(), LATER)} == dict.fromkeys(told, 0)


def test_a_day_that_was_thinned_out_is_made_again_as_it_was(tmp_path):
    root = shop_on_disk(tmp_path)
    for day in (FIRST, SECOND, THIRD):
        run(root, day)
    home, was = open_home(root / "home"), everything_in(root / "home")
    retain(home, Retention(), LATER)
    for day in (FIRST, SECOND, THIRD):
        run(root, day)
    assert everything_in(root / "home") == was


def test_a_dry_run_says_the_same_and_removes_nothing(tmp_path):
    root = shop_on_disk(tmp_path)
    begun(root, FIRST, SECOND)
    home, was = open_home(root / "home"), everything_in(root / "home")
    would = retain(home, Retention(), LATER, dry_run=True)
    assert everything_in(root / "home") == was
    assert retain(home, Retention(), LATER) == would


def test_a_replaced_extract_goes_unless_a_published_figure_rests_on_it(tmp_path):
    root = shop_on_disk(tmp_path)
    begun(root, FIRST)  # publishes figures that rest on the first export
    export_day(root, FIRST, quotes="id | deal_id | customer | amount | stage | created | changed\n")
    home = open_home(root / "home")
    quotes = home.lake.root / "books" / "quote" / f"as_of={FIRST}"
    kept = sorted(quotes.glob("v=*.parquet"))
    assert {one.what: one.items for one in retain(home, Retention(), LATER)}["replaced extracts"] == 0
    assert sorted(quotes.glob("v=*.parquet")) == kept


def test_of_a_replaced_extract_nothing_stays(tmp_path):
    home, spec = open_home(tmp_path / "home"), SourceObject(key=("id",))
    with kept_beside_from(0):
        for day, name in ((FIRST, "Ann"), (SECOND, "Ann"), (SECOND, "Bo")):
            rows = table(f"id | name\n 1 | {name}\n | {name}")
            Lake(home.lake).keep("crm", "person", spec, RawExtract(day, "full", rows, nothing_rejected(), "a file"))
    folder = home.lake.root / "crm" / "person" / f"as_of={SECOND}"
    replaced, newest = (one.files for one in every_version(folder, home.lake))
    assert len(replaced) == len(newest) == 5  # rows, note, what was set aside, prints, news
    retain(home, Retention(), LATER)
    assert sorted(folder.iterdir()) == sorted(newest)


def fact(number, key, verdict):
    return Verdicted(
        key=key, day=FIRST + dt.timedelta(days=number), verdict=verdict, records=1, compared=9, share=0.1,
        net=Decimal(1), gross=Decimal(1), measure=None, limit=None, since=None,
    )  # fmt: skip


def test_facts_of_checks_that_never_broke_go_and_tickets_stay_as_they_were(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    for number, verdict in enumerate(("pass", "breach", "pass", "breach", "warn")):
        facts = [fact(number, "deal/books/quality.orphan", verdict), fact(number, "deal/crm/quality.orphan", "pass")]
        ledger.record(FIRST + dt.timedelta(days=number), facts, [])
    was = ledger.tickets(company(), LATER)
    assert ledger.drop_passes(LATER) == 4  # of five, the last one stays
    assert ledger.tickets(company(), LATER) == was
    assert ledger.drop_passes(LATER) == 0


def message(number, subject="RR-1", outlet="board"):
    at = dt.datetime(2026, 3, number, tzinfo=dt.UTC)
    return Message(f"{outlet}|{subject}|{number}", outlet, subject, number, f"print {number}", "{}", at, at)


def test_messages_go_once_something_newer_was_told_and_an_outlet_forgets_nothing(tmp_path):
    outbox = Outbox(f"sqlite:///{tmp_path / 'ledger.db'}")
    for number in range(1, 6):
        outbox.add([message(number)])
        (taken,) = outbox.take("board", dt.datetime(2026, 3, 30, tzinfo=dt.UTC))
        outbox.done([(taken, "sent")], dt.datetime(2026, 3, number, tzinfo=dt.UTC))
    was = outbox.told("board")
    assert outbox.drop_told(dt.datetime(2026, 3, 4, tzinfo=dt.UTC)) == 2  # not the first, which made it known
    assert outbox.told("board") == was
    assert outbox.heard("board", "RR-1")
    outbox.add([message(3)])
    assert outbox.take("board", dt.datetime(2026, 3, 30, tzinfo=dt.UTC)) == []  # what was told is never told again


def test_what_is_told_once_goes_when_it_is_old(tmp_path):
    outbox, late = Outbox(f"sqlite:///{tmp_path / 'ledger.db'}"), dt.datetime(2026, 3, 30, tzinfo=dt.UTC)
    outbox.add([message(1, "heartbeat|2026-03-01"), message(1), message(1, "RR-2|1")])
    for _ in range(3):
        outbox.done([(one, "sent") for one in outbox.take("board", late)], late)
    assert outbox.drop_told(late + dt.timedelta(days=1)) == 1
    assert sorted(outbox.told("board")) == ["RR-1", "RR-2|1"]


@pytest.mark.parametrize("waits", [True, False])
def test_what_was_not_told_yet_is_never_dropped(tmp_path, waits):
    outbox = Outbox(f"sqlite:///{tmp_path / 'ledger.db'}")
    outbox.add([message(1)])
    if not waits:
        outbox.take("board", dt.datetime(2026, 3, 30, tzinfo=dt.UTC))
    assert outbox.drop_told(dt.datetime(2027, 1, 1, tzinfo=dt.UTC)) == 0


def test_what_killed_writers_left_goes_and_what_another_is_writing_stays(tmp_path):
    home = open_home(tmp_path / "home")
    left, fresh = home.tables / "quality/deal/.tmp-1", home.tables / "quality/deal/.tmp-2"
    left.parent.mkdir(parents=True)
    left.touch()
    fresh.touch()
    os.utime(left, (0, 0))
    told = {one.what: one.items for one in retain(home, Retention(), LATER)}
    assert told["files that killed runs left"] == 1
    assert (left.exists(), fresh.exists()) == (False, True)
