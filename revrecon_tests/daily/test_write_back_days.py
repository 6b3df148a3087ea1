import datetime as dt
import re
import sqlite3
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.tickets.fold import ticket_id
from revrecon_tests.companies import SHOP, shop_tables
from revrecon_tests.shops import BROKEN_QUOTES
from revrecon_tests.tables import table

PERMIT = "write_back: {objects: {quote: [total, stage], customer: {columns: [name, phone], master_id: master}}}"
LIVE = SHOP.replace(
    "settings: {root: books}",
    f"connector: sql\n    settings: {{url_env: BOOKS, {PERMIT}}}",
)
TODAY = dt.datetime.now(ZoneInfo("America/New_York")).date()


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """The shop whose books are a database: a quote of 300 stands there with 900."""
    monkeypatch.setenv("BOOKS", f"sqlite:///{tmp_path}/books.db")
    monkeypatch.setenv("REVRECON_MAP", str(tmp_path / "entity_map.yaml"))
    monkeypatch.setenv("REVRECON_HOME", str(tmp_path / "home"))
    (tmp_path / "entity_map.yaml").write_text(LIVE)
    with sqlite3.connect(tmp_path / "books.db") as database:
        for (system, name), text in shop_tables(quotes=BROKEN_QUOTES).items():
            frame = table(text)
            if system == "books":
                extra = ", master TEXT" if name == "customer" else ""
                columns = ", ".join(f'"{one}" TEXT' for one in frame.columns)
                database.execute(f"CREATE TABLE {name} ({columns}{extra}, PRIMARY KEY (id))")
                marks = ", ".join("?" * frame.width)
                names = ", ".join(frame.columns)
                database.executemany(f"INSERT INTO {name} ({names}) VALUES ({marks})", frame.rows())
            else:
                path = tmp_path / "data" / system / name / f"{TODAY}.csv"
                path.parent.mkdir(parents=True, exist_ok=True)
                frame.write_csv(path)
    database.close()
    return tmp_path


def asked(shop, *arguments):
    """A command's exit code and everything that it said, on one line each."""
    done = CliRunner().invoke(app, [*arguments], env={"COLUMNS": "220"})
    return done.exit_code, done.output


def holds(shop, question):
    with sqlite3.connect(shop / "books.db") as database:
        rows = database.execute(question).fetchall()
    database.close()
    return [row[0] for row in rows]


TOTALS = "SELECT total FROM quote ORDER BY id"


def test_a_wrong_amount_is_written_back_its_finding_goes_and_undoing_brings_it_back(shop):
    code, said = asked(shop, "write-back", "--system", "books")
    assert code == 0, said
    assert "900.00" in said
    assert "300.00" in said
    assert ticket_id("deal/books/quality.wrong_value") in said
    assert "Nothing was written" in said
    assert holds(shop, TOTALS) == ["900.00", "50.00"]

    plan = re.search(r"plan ([0-9a-f]{8})\.", said)[1]
    code, said = asked(shop, "write-back", "--system", "books", "--apply", "--by", "ann", "--plan", plan)
    assert code == 0, said
    write = re.search(r"WB-[0-9a-f]{8}", said)[0]
    assert holds(shop, TOTALS) == ["300.00", "50.00"]

    asked(shop, "run")
    _, said = asked(shop, "write-back", "--system", "books")
    assert "900.00" not in said

    code, said = asked(shop, "write-back", "show", write, "--to", str(shop / "write.csv"))
    assert code == 0, said
    told = (shop / "write.csv").read_text()
    assert "900.00,300.00,300.00,written" in told

    assert asked(shop, "write-back", "undo", write)[0] == 0
    assert holds(shop, TOTALS) == ["300.00", "50.00"]
    code, said = asked(shop, "write-back", "undo", write, "--apply", "--by", "ann")
    assert code == 0, said
    assert holds(shop, TOTALS) == ["900.00", "50.00"]
    code, said = asked(shop, "write-back", "list")
    assert code == 0
    assert f"undoes {write}" in said


def test_the_master_gives_every_customer_its_id_and_the_surviving_values(shop):
    code, said = asked(shop, "write-back", "--system", "books", "--entity", "account", "--master")
    assert code == 0, said
    code, said = asked(
        shop, "write-back", "--system", "books", "--entity", "account", "--master", "--apply", "--by", "ann"
    )
    assert code == 0, said
    ids = holds(shop, "SELECT master FROM customer ORDER BY id")
    assert all(ids)
    assert len(set(ids)) == 2
    asked(shop, "run")
    _, said = asked(shop, "write-back", "--system", "books", "--entity", "account", "--master")
    assert "0 changes" in said


def test_what_changed_since_the_extract_is_told_with_exit_code_1(shop):
    asked(shop, "run")
    with sqlite3.connect(shop / "books.db") as database:
        database.execute("UPDATE quote SET total = '899.00' WHERE id = 'Q1'")
    database.close()
    code, said = asked(shop, "write-back", "--system", "books", "--look")
    assert code == 0
    assert "changed since" in said
    code, said = asked(shop, "write-back", "--system", "books", "--entity", "deal", "--apply", "--by", "ann")
    assert code == 1
    assert "somebody changed it" in said
    assert holds(shop, TOTALS) == ["899.00", "50.00"]


def test_only_what_a_decision_asks_for_and_only_named_changes(shop):
    asked(shop, "run")
    ticket = ticket_id("deal/books/quality.wrong_value")
    done = asked(shop, "decide", "fix-data", ticket, "--due", str(TODAY + dt.timedelta(days=7)), "--by", "ann",
                 "--why", "agreed")  # fmt: skip
    assert done[0] == 0, done
    decision = re.search(r"DEC-[0-9a-f]+", done[1])[0]
    code, said = asked(shop, "write-back", "--system", "books", "--master", "--decision", decision)
    assert code == 0, said
    assert "1 change of 1 record" in said
    assert decision in said
    change = re.search(r"([0-9a-f]{8}) +quote/Q1", said)[1]
    assert "1 change of 1 record" in asked(shop, "write-back", "--system", "books", "--change", change)[1]
    code, said = asked(shop, "write-back", "--system", "books", "--change", "00000000")
    assert code == 2
    assert "has no change '00000000'" in said


@pytest.mark.parametrize(
    ("map_", "said"),
    [
        (LIVE.replace(f", {PERMIT}", ""), "The map does not permit anything to be written into books."),
        (SHOP, "books is read from files, so there is nothing to write to."),
    ],
)
def test_without_permission_nothing_is_written_and_the_way_is_told(shop, map_, said):
    (shop / "entity_map.yaml").write_text(map_)
    code, told = asked(shop, "write-back", "--system", "books", "--apply", "--by", "ann")
    assert code == 2
    assert said in told
    assert "revrecon clean-up --system books" in " ".join(told.split())
