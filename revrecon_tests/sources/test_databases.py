"""A real PostgreSQL as a system: every type comes through as the server writes it, by Arrow and without."""

import datetime as dt

import pytest

from revrecon.entity_map.connectors import SqlSettings
from revrecon.sources.contract import RequestRefused, SourceUnreachable
from revrecon.sources.live.contract import Asked
from revrecon.sources.sql import client as databases
from revrecon.sources.sql.client import SqlDatabase
from revrecon_tests.postgres import needs_postgres, postgres

pytestmark = [pytest.mark.slow, needs_postgres]

ALL = ("amount", "at", "day", "id", "is_open", "line", "name", "note", "ref", "whole")
CREATED = """
CREATE SCHEMA sales;
CREATE TABLE sales.account (id bigint PRIMARY KEY);
INSERT INTO sales.account VALUES (1), (2);
CREATE TABLE sales.deal (
  id bigint NOT NULL, line int NOT NULL DEFAULT 1, name text NOT NULL UNIQUE, amount numeric(24, 12), whole integer,
  at timestamptz, day date, is_open boolean, ref bigint REFERENCES sales.account(id),
  note text CHECK (note IN ('new', 'won', 'it''s lost')), PRIMARY KEY (id, line)
);
INSERT INTO sales.deal VALUES
  (9, 1, 'Nine', 12345678901.123456789012, 7, '2026-03-02 12:00:00.5+02', '2026-03-02', true, 1, 'won'),
  (10, 1, 'Ünï 🙂', 0.10, -1, '2026-03-03 00:00:00+00', '0999-01-01', false, NULL, NULL),
  (10, 2, 'Ten, again', NULL, NULL, NULL, NULL, NULL, 2, NULL);
"""


@pytest.fixture(scope="module")
def address():
    with postgres(CREATED) as where:
        yield where


@pytest.fixture(params=["by Arrow", "row by row"])
def database(request, address, monkeypatch):
    monkeypatch.setenv("SALES_DATABASE", address)
    if request.param == "row by row":
        monkeypatch.setattr(databases, "speaks_arrow", lambda engine: False)
    return SqlDatabase("crm", SqlSettings(url_env="SALES_DATABASE", rows_at_once=2))


def asked(**more):
    told = {"object": "Deal", "table": "sales.deal", "columns": ALL, "key": ("id", "line"), "created": None}
    return Asked(**{**told, "changed": "at", "only": None, "since": None, **more})


def read(database, question, after=None):
    return [row for page in database.pages(question, after) for row in page.rows.iter_rows(named=True)]


def test_every_value_is_the_servers_own_text(database):
    nine, ten, again = read(database, asked())
    assert (nine["amount"], nine["whole"], nine["day"]) == ("12345678901.123456789012", "7", "2026-03-02")
    assert (nine["is_open"], ten["is_open"], again["is_open"]) == ("true", "false", None)
    assert database.moment(nine["at"]) == dt.datetime(2026, 3, 2, 10, 0, 0, 500_000, tzinfo=dt.UTC)
    assert ten["name"] == "Ünï 🙂"
    assert ten["amount"] in ("0.10", "0.100000000000")
    assert [again[name] for name in ("amount", "at", "day", "note")] == [None] * 4


def test_pages_go_along_a_key_of_two_columns_in_its_own_order(database):
    *pages, last = list(database.pages(asked()))
    assert last.after is None
    assert pages[-1].after == '["10", "2"]'
    assert [row["name"] for row in read(database, asked(), '["10", "1"]')] == ["Ten, again"]
    assert [row["name"] for row in read(database, asked(), '["9", "1"]')] == ["Ünï 🙂", "Ten, again"]


def test_what_changed_since_a_moment_and_what_the_map_wants_of_it(database):
    since = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    assert [row["name"] for row in read(database, asked(since=since))] == ["Ünï 🙂"]
    assert [row["name"] for row in read(database, asked(only="whole > 0"))] == ["Nine"]


def test_counts_and_keys(database):
    assert database.count(asked()) == 3
    assert database.keys(asked()).to_list() == ["9|1", "10|1", "10|2"]


def test_the_catalogue_tells_types_and_controls(database):
    told = {column.name: column for column in database.columns(asked())}
    assert (told["name"].required, told["name"].unique, told["amount"].required) == (True, True, False)
    assert (told["ref"].type, told["ref"].points_to) == ("reference", "account")
    assert told["note"].values == ("new", "won", "it's lost")
    assert [told[name].type for name in ("at", "day", "is_open", "whole")] == [
        "timestamp",
        "date",
        "boolean",
        "integer",
    ]


@pytest.mark.parametrize(
    ("changed", "trouble", "told"),
    [
        ({"columns": ("id", "nmae")}, RequestRefused, "has no column nmae"),
        ({"table": "sales.deals"}, RequestRefused, r"has no table sales\.deals"),
        ({"only": "whole >"}, RequestRefused, "refused a question"),
    ],
)
def test_troubles_are_told_as_sentences(database, changed, trouble, told):
    with pytest.raises(trouble, match=told):
        read(database, asked(**changed))


def test_a_server_that_is_not_there_may_come_back_and_no_password_is_told(monkeypatch):
    monkeypatch.setenv("SALES_DATABASE", "postgresql+psycopg://ann:sesame@127.0.0.1:1/nowhere")
    with pytest.raises(SourceUnreachable) as told:
        SqlDatabase("crm", SqlSettings(url_env="SALES_DATABASE")).greet()
    assert "sesame" not in str(told.value)
