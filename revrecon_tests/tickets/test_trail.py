"""The audit trail: whoever changes, removes, reorders or adds an act behind RevRecon's back is found out."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from revrecon.canonical.identity.decisions import Decision
from revrecon.decisions.register import IDENTITIES, DecisionRegister, decision_id
from revrecon.tickets.acts import act_id
from revrecon.tickets.database import open_engine
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.ledger_tables import ACTS
from revrecon.tickets.model import Act
from revrecon.tickets.trail import all_links
from revrecon.tickets.trail_faults import examined
from revrecon_tests.postgres import needs_postgres, postgres

DAY, NOON = dt.date(2026, 3, 2), dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
WATCHED = (ACTS, IDENTITIES)


def act(number):
    why = f"reason {number}"
    return Act(act_id("RR-AAAAAAAA", DAY, "comment", "ann", why), "RR-AAAAAAAA", DAY, "comment", "ann", why, NOON)


def decision(left):
    bare = Decision("", "account", ("crm", left), ("crm", "Z"), "same", "ann", "because", NOON, DAY)
    return replace(bare, id=decision_id(bare))


def a_ledger(url):
    """Three acts and two decisions, each in an act of its own."""
    for number in range(3):
        Ledger(url).act([act(number)])
    for left in "AB":
        DecisionRegister(url).add([decision(left)])
    return open_engine(url)


@pytest.fixture
def engine(tmp_path):
    return a_ledger(f"sqlite:///{tmp_path}/ledger.db")


def past_the_triggers(engine, *statements):
    """Whoever may write the database may also take its triggers away."""
    with engine.begin() as connection:
        for deed in ("update", "delete"):
            on = " ON trail_links" if engine.dialect.name == "postgresql" else ""
            connection.execute(sa.text(f"DROP TRIGGER trail_links_no_{deed}{on}"))
        for statement in statements:
            connection.execute(sa.text(statement))


def test_a_ledger_as_it_was_written_has_no_fault(engine):
    found = examined(engine, WATCHED)
    assert found.faults == ()
    assert [(link.place, link.register, link.deed) for link in found.links] == [
        (1, "ticket_acts", "opened"), (2, "ticket_acts", "kept"), (3, "ticket_acts", "kept"),
        (4, "ticket_acts", "kept"), (5, "identity_decisions", "opened"), (6, "identity_decisions", "kept"),
        (7, "identity_decisions", "kept"),
    ]  # fmt: skip


def test_the_same_act_entered_again_adds_no_link(engine):
    Ledger(str(engine.url)).act([act(0)])
    DecisionRegister(str(engine.url)).add([decision("A")])
    assert examined(engine, WATCHED).head == examined(engine, WATCHED).head
    assert len(examined(engine, WATCHED).links) == 7


@pytest.mark.parametrize("deed", ["UPDATE trail_links SET row = 'x'", "DELETE FROM trail_links"])
def test_the_database_refuses_to_change_or_remove_a_link(engine, deed):
    with pytest.raises(sa.exc.IntegrityError, match="only ever added to"), engine.begin() as connection:
        connection.execute(sa.text(deed))


SWAP = """UPDATE trail_links SET place = CASE place WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE place END;
UPDATE trail_links SET place = -place WHERE place < 0"""
TAMPERINGS = {
    "a row is changed": (
        "UPDATE ticket_acts SET why = 'another' WHERE why = 'reason 1'",
        "Link 3 of the audit trail .*: the act on a ticket ACT-.* is not what was written",
    ),
    "a decision is turned round": (
        "UPDATE identity_decisions SET verdict = 'never_same' WHERE left_id = 'B'",
        "Link 7 of .* the decision on who is who DEC-.* is not what was written",
    ),
    "a row is removed": (
        "DELETE FROM ticket_acts WHERE why = 'reason 0'",
        "Link 2 of .* is gone from the ledger",
    ),
    "a row is put in": (
        "INSERT INTO ticket_acts SELECT 'ACT-1', ticket, day, deed, by, 'new', at, until, source FROM ticket_acts "
        "WHERE why = 'reason 0'",
        "ACT-1 has no link in the audit trail",
    ),
    "a link is removed": ("DELETE FROM trail_links WHERE place = 3", "Link 3 of the audit trail is gone"),
    "links change places": (SWAP, "Link 2 of .* is not what was written"),
    "a link is changed": (
        "UPDATE trail_links SET at = '2025-01-01' WHERE place = 3",
        "Link 3 of the audit trail .* is not what was written: its digest differs",
    ),
    "a salt is changed": (
        "UPDATE trail_salts SET salt = 'x' WHERE place = 3",
        "Link 3 of .* the act on a ticket .* is not what was written",
    ),
}  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_is_found_at_its_first_link(engine, tampering):
    statements, told = TAMPERINGS[tampering]
    past_the_triggers(engine, *statements.split(";"))
    faults = examined(engine, WATCHED).faults
    assert faults, tampering
    assert re.search(told, faults[0]), faults[0]


def test_a_link_that_is_put_in_with_a_right_digest_of_its_own_does_not_fit(engine):
    with engine.connect() as connection:
        link = all_links(connection)[3]
    forged = replace(link, at="2025-01-01", previous_sha256="f" * 64)
    past_the_triggers(
        engine,
        f"UPDATE trail_links SET at = '2025-01-01', previous_sha256 = '{'f' * 64}', sha256 = '{forged.digest}' "
        "WHERE place = 4",
    )
    assert "Link 4 of" in examined(engine, WATCHED).faults[0]
    assert "does not follow the link before it" in examined(engine, WATCHED).faults[0]


def test_an_end_that_was_cut_off_is_found_by_a_head_that_was_noted_outside(engine):
    head = examined(engine, WATCHED).head
    past_the_triggers(
        engine, "DELETE FROM trail_links WHERE place = 7", "DELETE FROM identity_decisions WHERE left_id = 'B'"
    )
    assert examined(engine, WATCHED).faults == ()
    (fault,) = examined(engine, WATCHED, [head]).faults
    assert fault.startswith("Link 7 of the audit trail is gone")
    assert "from a backup" in fault


def test_a_ledger_of_an_earlier_version_is_taken_up_as_it_is_and_only_once(engine):
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE trail_links"))
        connection.execute(sa.text("DROP TABLE trail_salts"))
    url = str(engine.url)
    Ledger(url), DecisionRegister(url)
    found = examined(engine, WATCHED)
    assert found.faults == ()
    assert [link.deed for link in found.links] == ["opened", *["found"] * 3, "opened", *["found"] * 2]
    Ledger(url), DecisionRegister(url)
    assert examined(engine, WATCHED).head == found.head
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM ticket_acts WHERE why = 'reason 2'"))
    Ledger(url)
    assert "is gone from the ledger" in examined(engine, WATCHED).faults[0]


def test_writers_at_the_same_time_queue_at_the_end_of_the_chain(engine):
    url = str(engine.url)

    def write(number):
        if number % 2:
            Ledger(url).act([act(100 + number)])
        else:
            DecisionRegister(url).add([decision(f"N{number}")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(12)))
    assert examined(engine, WATCHED).faults == ()
    assert examined(engine, WATCHED).head[0] == 19


@pytest.mark.slow
@needs_postgres
def test_on_postgresql_it_is_the_same():
    with postgres() as url:
        engine = a_ledger(url)
        assert examined(engine, WATCHED).faults == ()
        with pytest.raises(sa.exc.DBAPIError, match="only ever added to"), engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM trail_links"))
        for name in ("a row is changed", "a row is put in", "a row is removed", "a link is changed"):
            statements, told = TAMPERINGS[name]
            with engine.begin() as raw:
                for deed in ("update", "delete"):
                    raw.execute(sa.text(f"ALTER TABLE trail_links DISABLE TRIGGER trail_links_no_{deed}"))
                raw.execute(sa.text(statements))
            assert any(re.search(told, fault) for fault in examined(engine, WATCHED).faults), name
        engine.dispose()
