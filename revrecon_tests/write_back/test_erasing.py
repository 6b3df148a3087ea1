"""A person is erased from the record of writes: its chain holds, and no pseudonym is ever written into a system."""

import pytest
import sqlalchemy as sa

from revrecon.daily.erasing import erase
from revrecon.daily.home import Home
from revrecon.daily.trail import ledger_examined
from revrecon.tickets.figures import FigureRegister
from revrecon.write_back.events import Begun
from revrecon.write_back.record import Who
from revrecon_tests.postgres import postgres, program
from revrecon_tests.security.planted import where_found
from revrecon_tests.tickets.drafts import draft
from revrecon_tests.write_back.desks import DAY, Desk

ANN, ZOE = "Quendolin Abendroth", "Zoe Zimmerlein"
PLAN = f"number | column | to\n 1 | name | {ANN}\n 2 | name | {ZOE}"


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request, tmp_path, monkeypatch):
    """A desk over two records, its ledger on either database."""
    made = Desk("sql", tmp_path, monkeypatch)
    made.records(2)
    (tmp_path / "home").mkdir()
    if request.param == "sqlite":
        yield made
        return
    if program("initdb") is None:
        pytest.skip("PostgreSQL is not installed (no initdb)")
    with postgres() as address:
        monkeypatch.setenv("REVRECON_LEDGER_URL", address)
        yield made


def erased(desk, *values):
    return erase(Home(desk.folder / "home"), [(one, None) for one in values], "ann", "request 17", dry_run=False)


def said(desk) -> str:
    """Everything that the ledger says, in every table."""
    with desk.desk().record.engine.connect() as connection:
        known = sa.MetaData()
        known.reflect(connection)
        return str([tuple(row) for table in known.sorted_tables for row in connection.execute(sa.select(table))])


def begun(desk, plan):
    """A write of which nothing was done yet, as a process that was killed leaves it."""
    told = Begun(
        system="crm", target=desk.apply(PLAN).begun.target, as_of=DAY, map_version=1, map_sha256="x", plan=plan.id,
        changes=plan.changes,
    )  # fmt: skip
    return desk.desk().record.begin(told, Who("ann", "ann@here"))


def test_a_person_is_gone_from_what_was_written_and_the_rest_stays(desk):
    write = desk.apply(PLAN)
    assert ANN in said(desk)
    rows = erased(desk, ANN).rows
    assert rows["write_entries"] == 3  # planned, found and ended: a change is named after its values
    assert ANN.lower() not in said(desk).lower()
    assert ZOE in said(desk)
    assert where_found([ANN], desk.folder / "home") == {}
    after = desk.desk().record.write(write.id)
    assert (after.at, after.by, after.state) == (write.at, write.by, "done")
    assert desk.outcomes(after) == {"1 name": "written", "2 name": "written"}
    assert erased(desk, ANN).rows == {}


def test_the_chain_holds_and_says_who_erased(desk):
    desk.apply(PLAN)
    erased(desk, ANN)
    desk.apply("number | column | to\n 2 | phone | 77")
    found = ledger_examined(Home(desk.folder / "home"))
    assert found.faults == ()
    kept = [
        link.row.split("/", 1)[1] for link in found.links if (link.register, link.deed) == ("erased_bodies", "kept")
    ]
    assert kept == ["write_entries/1", "write_entries/2", "write_entries/3"]


def test_what_the_digest_was_made_of_cannot_be_tried_out(desk):
    desk.apply(PLAN)
    with desk.desk().record.engine.connect() as connection:
        before = connection.execute(sa.text("SELECT body FROM write_entries ORDER BY place")).scalars().all()
    erased(desk, ANN)
    with desk.desk().record.engine.connect() as connection:
        after = connection.execute(sa.text("SELECT body FROM write_entries ORDER BY place")).scalars().all()
    assert ['"salt":""' in body for body in after] == [True, True, True, False]
    assert all('"salt":""' not in body for body in before)


def test_whoever_changes_an_entry_that_was_erased_is_found_out(desk):
    desk.apply(PLAN)
    erased(desk, ANN)
    with desk.desk().record.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE write_entries DISABLE TRIGGER USER")
        else:
            connection.exec_driver_sql("DROP TRIGGER write_entries_no_update")
        connection.exec_driver_sql(
            "UPDATE write_entries SET body = replace(body, 'because', 'why not') WHERE place = 1"
        )
    assert "its hash differs" in desk.desk().record.faults()[0]


def test_undoing_leaves_out_what_was_erased_and_says_so(desk):
    desk.put(1, name=ANN)
    write = desk.apply("number | column | to\n 1 | name | Nobody\n 2 | name | New")
    erased(desk, ANN)
    _, plan = desk.desk().undo_plan(write.id)
    assert [(one.record_id, one.to) for one in plan.changes] == [(desk.key(2), "Old")]
    assert [one.why for one in plan.left_out] == ["its person was erased: what was there before is not known any more"]
    desk.desk().apply(plan, write.begun.as_of, "ann", write.id)
    assert (desk.holds(1), desk.holds(2)) == ("Nobody", "Old")


def test_a_write_that_is_gone_on_with_writes_no_pseudonym(desk):
    unfinished = begun(desk, desk.plan(f"number | column | to\n 1 | name | {ANN} II\n 2 | phone | 99"))
    erased(desk, ANN)
    done = desk.desk().resume(unfinished.id, "ann")
    assert sorted(done.counted().items()) == [("erased", 1), ("written", 1)]
    assert (desk.holds(1), desk.holds(2, "phone")) == (ANN, "99")
    assert ANN not in said(desk), "what the system still holds is not kept again"


def test_a_publisher_is_erased_from_figures_whose_chain_holds(desk):
    figures = FigureRegister(Home(desk.folder / "home").ledger)
    (one,) = figures.publish([draft(published_by=ANN)], [])
    figures.publish([draft("901.00", published_by=ZOE)], [])
    assert erased(desk, ANN).rows["published_figures"] == 1
    figures.publish([draft("902.00")], [])
    assert figures.faults() == []
    first, second, _ = figures.all()
    assert (first.id, first.value, first.salt) == (one.figure.id, one.figure.value, "")
    assert (first.published_by[:7], second.published_by) == ("erased ", ZOE)
    assert ANN not in said(desk)
