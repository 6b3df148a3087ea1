import itertools
import os
import signal
import subprocess
import sys
import time

import duckdb
import polars as pl
import pytest

from revrecon.daily.day import Day, newest_day
from revrecon.daily.outcomes import live_tickets
from revrecon.daily.pinned_map import pinned
from revrecon.daily.run import last_day_of
from revrecon.daily.steps import all_day_verdicts, widest_gap
from revrecon.entity_map.problems import MapProblems
from revrecon.tickets.ledger import Ledger
from revrecon_tests.companies import SHOP, company
from revrecon_tests.shops import FIRST, SECOND, THIRD, begun, everything_in, export_day, inputs_of, run, shop_on_disk


@pytest.fixture
def shop(tmp_path):
    return shop_on_disk(tmp_path)


def test_a_day_leaves_tables_tickets_a_report_and_a_warehouse(shop):
    day = run(shop, SECOND)
    assert [ticket.key for ticket in live_tickets(day)] == ["deal/books/quality.wrong_value"]
    assert (shop / "home/reports/daily/2026-03-03.html").exists()
    ticket = live_tickets(day)[0]
    assert "books/quote/Q1" in (shop / f"home/reports/tickets/{ticket.id}.md").read_text()
    with duckdb.connect(str(shop / "home/warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.execute(
            "select as_of_day, reported from bridges.pipeline where definition = 'books'"
        ).fetchall()
    assert [(str(when), float(value)) for when, value in rows] == [("2026-03-03", 950.0)]


def test_running_a_day_twice_changes_nothing(shop):
    begun(shop, SECOND)
    before = everything_in(shop / "home")
    run(shop, SECOND)
    assert everything_in(shop / "home") == before


def test_days_in_any_order_give_the_same_tables_tickets_and_reports(shop):
    seen = []
    for number, order in enumerate(itertools.permutations([FIRST, SECOND, THIRD])):
        begun(shop, *order, home=f"home{number}")
        ledger = Ledger(f"sqlite:///{shop}/home{number}/ledger.db")
        seen.append((everything_in(shop / f"home{number}"), ledger.tickets(company(), THIRD), ledger.seen().rows()))
    assert all(one == seen[0] for one in seen[1:])
    assert [ticket.state for ticket in seen[0][1]] == ["resolved"]


def test_a_run_that_is_killed_is_completed_by_the_next(shop):
    begun(shop, FIRST, SECOND, home="calm")
    code = f"""
import sys; sys.path.insert(0, {os.getcwd()!r})
from pathlib import Path
from revrecon_tests.shops import *
run(Path({str(shop)!r}), FIRST, "killed"); print("one", flush=True); run(Path({str(shop)!r}), SECOND, "killed")
"""
    for wait in (0.05, 0.3, 0.6):
        killed = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert killed.stdout is not None
        killed.stdout.readline()
        time.sleep(wait)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        killed.stdout.close()
    run(shop, SECOND, "killed")
    assert everything_in(shop / "killed") == everything_in(shop / "calm")


def test_a_system_that_says_nothing_is_stale_and_late_and_the_rest_goes_on(shop):
    late = THIRD.replace(day=10)
    export_day(shop, late)
    for name in ("customer", "quote"):
        (shop / f"data/books/{name}/{late}.csv").unlink()
    day = run(shop, late)
    assert day.stale == {"books": THIRD}
    verdicts = all_day_verdicts(day).filter(pl.col("cause") == "timing.late")
    assert dict(verdicts.select("copy", "verdict").unique().iter_rows()) == {"crm": "pass", "books": "breach"}
    assert "stale since 2026-03-04" in day.number("pipeline").figures["stale"][0]
    assert "2026-03-04" in (shop / f"home/reports/daily/{late}.html").read_text()


def test_the_last_day_with_data_is_the_day_that_is_run(shop):
    assert last_day_of(inputs_of(shop, "empty")) == THIRD
    begun(shop, FIRST)
    assert newest_day(inputs_of(shop).home, company()) == FIRST


def test_history_is_read_as_of_the_day_even_when_later_days_are_known(shop):
    day = begun(shop, THIRD, SECOND)
    assert float(day.number("pipeline").bridges.filter(pl.col("definition") == "books")["reported"].item()) == 950.0


def test_a_broken_map_keeps_the_last_good_one_running_and_says_so(shop):
    inputs = inputs_of(shop)
    path = shop / "entity_map.yaml"
    good = pinned(path, inputs.home)
    path.write_text(path.read_text().replace("object: Deal", "objct: Deal"))
    still = pinned(path, inputs.home)
    assert still.loaded.sha256 == good.loaded.sha256
    assert "did you mean 'object'?" in still.trouble
    assert "Running on with the last good map, version 1" in still.trouble
    assert pinned(path, inputs.home, sha=good.loaded.sha256).trouble == ""


def test_a_broken_map_without_a_good_one_before_it_cannot_run(shop):
    path = shop / "entity_map.yaml"
    path.write_text(path.read_text().replace("object: Deal", "objct: Deal"))
    with pytest.raises(MapProblems):
        pinned(path, inputs_of_home(shop))


def inputs_of_home(shop):
    from revrecon.daily.home import open_home

    return open_home(shop / "home")


def test_nothing_outside_the_lake_and_ledger_is_needed_to_make_the_tables_again(shop):
    begun(shop, SECOND)
    before = everything_in(shop / "home")
    for path in sorted((shop / "home/tables").rglob("*.parquet")):
        path.unlink()
    (shop / "home/warehouse.duckdb").unlink()
    run(shop, SECOND)
    assert everything_in(shop / "home") == before


def test_a_day_object_only_reads_what_it_is_asked_for(shop):
    begun(shop, FIRST)
    (shop / "home/lake/books/quote/as_of=2026-03-02").rename(shop / "away")
    inputs = inputs_of(shop)
    day = Day(inputs.loaded, inputs.home, FIRST)
    assert day.canonical("account").height == 3


def test_a_map_without_numbers_is_reconciled_too(tmp_path):
    text = SHOP[: SHOP.index("\nnumbers:")] + "\nnumbers: {}\n" + SHOP[SHOP.index("\nrhythms:") :]
    shop_on_disk(tmp_path, text)
    day = run(tmp_path, SECOND)
    assert day.tables.read("verdicts", "deal_books", SECOND).filter(pl.col("verdict") == "breach").height > 0
    assert (day.home.reports / "daily" / f"{SECOND}.html").exists()
    assert widest_gap(day) is None
