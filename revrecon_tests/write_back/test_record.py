import datetime as dt

import pytest
import sqlalchemy as sa

from revrecon.write_back.lock import LEASE, Lock
from revrecon.write_back.trouble import NoSuchWrite, UnderWay, WriteRefused
from revrecon_tests.fakes.clock import FakeClock
from revrecon_tests.write_back.desks import Desk

ONE = "number | column | to\n 1 | name | New"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    made = Desk("sql", tmp_path, monkeypatch)
    made.records(2)
    return made


def test_a_record_says_who_when_and_what_was_there_before_anything_was_written(desk):
    write = desk.apply(ONE)
    (change,) = write.changes
    assert (write.by, write.begun.target) == ("ann", f"sqlite:///{desk.folder}/shop.db")
    assert "@" in write.login
    assert (write.found[change.id].value, change.to, write.results[change.id].after) == ("Old", "New", "New")
    assert change.signature == "sig1"
    kinds = [row.kind for row in entries(desk)]
    assert kinds == ["begun", "claimed", "confirmed", "ended"]


def test_no_entry_can_be_changed_or_removed(desk):
    desk.apply(ONE)
    for statement in ("UPDATE write_entries SET by = 'bob'", "DELETE FROM write_entries"):
        with pytest.raises(sa.exc.IntegrityError, match="only ever added to"), engine(desk).begin() as connection:
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("UPDATE write_entries SET body = replace(body, '\"ann\"', '\"bob\"') WHERE place = 2", "its hash differs"),
        ("DELETE FROM write_entries WHERE place = 2", "Entry 2 of the record of writes is gone"),
    ],
)
def test_whoever_gets_round_the_database_is_found_out(desk, deed, said):
    desk.apply(ONE)
    with engine(desk).begin() as connection:
        for trigger in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER write_entries_no_{trigger}")
        connection.exec_driver_sql(deed)
    assert said in desk.desk().record.faults()[0]


def test_a_write_is_found_by_the_beginning_of_its_id(desk):
    write = desk.apply(ONE)
    assert desk.desk().record.write(write.id[:5].lower()).id == write.id
    assert desk.desk().record.write(write.id.removeprefix("WB-")).id == write.id
    with pytest.raises(NoSuchWrite, match="No write begins with 'zz'"):
        desk.desk().record.write("zz")


def test_a_write_is_undone_only_in_the_system_that_it_went_into(desk, monkeypatch):
    write = desk.apply(ONE)
    _, plan = desk.desk().undo_plan(write.id)
    monkeypatch.setenv("SHOP_DATABASE", f"sqlite:///{desk.folder}/practice.db")
    with pytest.raises(WriteRefused, match=r"went into sqlite:.*shop.db, and this login leads to sqlite:.*practice.db"):
        desk.desk().apply(plan, write.begun.as_of, "ann", write.id)
    assert desk.holds(1) == "New"


def test_what_is_done_is_not_gone_on_with(desk):
    write = desk.apply(ONE)
    with pytest.raises(WriteRefused, match="is done"):
        desk.desk().resume(write.id, "ann")


@pytest.mark.parametrize(
    ("machine", "alive", "passed", "free"),
    [
        ("here", True, dt.timedelta(0), False),
        ("here", False, dt.timedelta(0), True),
        ("elsewhere", False, dt.timedelta(0), False),
        ("elsewhere", False, LEASE + dt.timedelta(seconds=1), True),
        ("here", True, LEASE + dt.timedelta(seconds=1), True),
    ],
)
def test_a_lock_holds_as_long_as_who_took_it_may_be_alive(tmp_path, machine, alive, passed, free):
    clock, url = FakeClock(), f"sqlite:///{tmp_path}/ledger.db"
    Lock(url, "crm", "first", clock, machine, 17).take()
    Lock(url, "books", "other", clock, "here", 18).take()
    clock.later(seconds=passed.total_seconds())
    second = Lock(url, "crm", "second", clock, "here", 18, lambda process: alive)
    if free:
        second.take()
        with pytest.raises(UnderWay, match=r"crm is being written by process 18 on here"):
            Lock(url, "crm", "first", clock, machine, 17, lambda process: True).take()
    else:
        with pytest.raises(UnderWay, match="by process 17"):
            second.take()


def engine(desk):
    return desk.desk().record.engine


def entries(desk):
    with engine(desk).connect() as connection:
        return connection.execute(sa.text("SELECT place, kind FROM write_entries ORDER BY place")).all()
