"""A real PostgreSQL takes changes: every type as it was meant, nobody's change overwritten, a login with few rights."""

import pytest
import sqlalchemy as sa

from revrecon.entity_map.connectors import SqlSettings
from revrecon.sources.contract import NobodyKnows, RequestRefused
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.writing import Put
from revrecon.sources.sql.writing import SqlWriter
from revrecon_tests.postgres import needs_postgres, postgres

pytestmark = [pytest.mark.slow, needs_postgres]

CREATED = """
CREATE SCHEMA sales;
CREATE TABLE sales.deal (
  id bigint NOT NULL, line int NOT NULL DEFAULT 1, name text NOT NULL, amount numeric(24, 6), day date,
  is_open boolean, note text CHECK (note IN ('new', 'won')), told text, PRIMARY KEY (id, line)
);
INSERT INTO sales.deal VALUES
  (9, 1, 'Nine', 1.5, '2026-03-02', true, 'new', NULL), (10, 1, 'Ten', 2, NULL, NULL, NULL, NULL),
  (10, 2, 'Ten again', 3, NULL, false, NULL, NULL);
CREATE FUNCTION sales.in_capitals() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.told := upper(NEW.told); RETURN NEW; END $$;
CREATE TRIGGER capitals BEFORE UPDATE ON sales.deal FOR EACH ROW EXECUTE FUNCTION sales.in_capitals();
CREATE ROLE writer LOGIN;
GRANT USAGE ON SCHEMA sales TO writer;
GRANT SELECT ON sales.deal TO writer;
GRANT UPDATE (name, amount, day, is_open, note) ON sales.deal TO writer;
"""
COLUMNS = ("amount", "day", "is_open", "name", "note")
ASKED = Asked("deal", "sales.deal", COLUMNS, ("id", "line"), None, None, None)


@pytest.fixture
def address():
    with postgres(CREATED) as where:
        yield where


@pytest.fixture
def writer(address, monkeypatch):
    """The login with the rights that the documentation asks for, and no more."""
    monkeypatch.setenv("SALES_DATABASE", address.replace("postgres@", "writer@"))
    return SqlWriter("crm", SqlSettings(url_env="SALES_DATABASE"), None)


def test_every_type_is_set_and_read_again_as_it_was_meant(writer):
    before = writer.present(ASKED, [("9", "1")])["9", "1"]
    assert before == {"amount": "1.500000", "day": "2026-03-02", "is_open": "true", "name": "Nine", "note": "new"}
    after = {
        "amount": "12345678901.123456", "day": "2026-12-31", "is_open": "false", "name": "Ünï 🙂 'x'", "note": None,
    }  # fmt: skip
    assert writer.put(ASKED, [Put(("9", "1"), before, after)]) == {}
    assert writer.present(ASKED, [("9", "1"), ("10", "3")]) == {("9", "1"): after}


def test_one_row_that_is_refused_leaves_the_others_written(writer):
    nines = [Put(key, {"note": None}, {"note": note}) for key, note in ((("10", "1"), "won"), (("10", "2"), "bad"))]
    asked = Asked("deal", "sales.deal", ("note",), ("id", "line"), None, None, None)
    refused = writer.put(asked, nines)
    assert list(refused) == [("10", "2")]
    assert "violates check constraint" in refused["10", "2"]
    assert writer.present(asked, [("10", "1"), ("10", "2")]) == {
        ("10", "1"): {"note": "won"},
        ("10", "2"): {"note": None},
    }


def test_a_row_that_changed_at_the_very_moment_is_left_alone(writer, address):
    asked = Asked("deal", "sales.deal", ("name",), ("id", "line"), None, None, None)
    with sa.create_engine(address, poolclass=sa.NullPool).begin() as connection:
        connection.exec_driver_sql("UPDATE sales.deal SET name = 'Theirs' WHERE id = 9")
    refused = writer.put(asked, [Put(("9", "1"), {"name": "Nine"}, {"name": "Ours"})])
    assert refused == {("9", "1"): "it was changed at this very moment"}
    assert writer.present(asked, [("9", "1")]) == {("9", "1"): {"name": "Theirs"}}


def test_a_column_that_the_login_may_not_set_is_refused_in_words(writer):
    asked = Asked("deal", "sales.deal", ("told",), ("id", "line"), None, None, None)
    refused = writer.put(asked, [Put(("9", "1"), {"told": None}, {"told": "x"})])
    assert "permission denied" in refused["9", "1"]


def test_a_server_that_is_gone_leaves_nobody_knowing(writer, monkeypatch):
    table = writer._table(ASKED)
    monkeypatch.setenv("SALES_DATABASE", "postgresql+psycopg://writer@127.0.0.1:1/postgres")
    gone = SqlWriter("crm", SqlSettings(url_env="SALES_DATABASE"), None)
    gone._table = lambda asked: table
    with pytest.raises(NobodyKnows):
        gone.put(ASKED, [Put(("9", "1"), {"name": "Nine"}, {"name": "Ours"})])


def test_a_table_that_is_not_there_is_told(writer):
    with pytest.raises(RequestRefused, match="has no table"):
        writer.present(Asked("deal", "sales.deals", ("name",), ("id",), None, None, None), [("9",)])
