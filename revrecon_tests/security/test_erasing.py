"""One person is erased everywhere; counts, money and every chain stay, and what was done is known without the data."""

import datetime as dt
import json
import shutil

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.daily.carrying.settings import Carrying
from revrecon.daily.home import Home, open_home
from revrecon.daily.run import Inputs, run_day
from revrecon.daily.steward import keep_decisions
from revrecon.daily.trail import ledger_examined
from revrecon.daily.verifying import figures_asked, verified
from revrecon.entity_map.loader import load_map
from revrecon.history.lake import Lake
from revrecon.history.prints import keys_anew
from revrecon.history.pseudonyms import Pseudonyms
from revrecon.tickets.acts import act_id
from revrecon.tickets.erasures import ErasureRegister
from revrecon.tickets.figures import FigureRegister
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.model import Act
from revrecon_tests.decisions.accounts import said
from revrecon_tests.history.keeping import kept_beside_from
from revrecon_tests.security.planted import MAP, PERSONS, where_found

DAY = dt.date(2026, 3, 2)
ROWS = """id,crm_id,email,name,phone,worth,tier,created,changed
1,P0,{email},{name},{phone},{worth},{tier},2026-01-01 00:00:00,2026-01-01 00:00:00
2,P1,bo@shop.example,Bo,555-0001,200.00,gold,2026-01-01 00:00:00,2026-01-01 00:00:00
"""
FILES = """connector: salesforce
    settings: {{url: "{crm}", client_id_env: LEAK_CLIENT_ID, client_secret_env: LEAK_CLIENT_SECRET}}"""


def a_map() -> str:
    """The planted company, both systems read from files."""
    text = MAP.replace(FILES, "settings: {{root: crm}}").split("trackers:")[0]
    text = text.replace("Person: {{key: [Id], created: CreatedDate, changed: SystemModstamp}}",
                        "Person: {{key: [crm_id], created: created, changed: changed}}")  # fmt: skip
    text = text.replace("email: Email, full_name: Name, phone: Phone, worth: Worth, tier: Tier",
                        "email: email, full_name: name, phone: phone, worth: worth, tier: tier")  # fmt: skip
    return text.format()


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    root = tmp_path_factory.mktemp("erasing")
    (root / "entity_map.yaml").write_text(a_map())
    name, email, phone, other = PERSONS
    for place, mail, who, worth in (
        ("crm/Person", email, name, "100.00"),
        ("books/customer", other, f"{name} II", "150.00"),
    ):
        for day in (DAY, DAY + dt.timedelta(days=1)):
            path = root / "data" / place / f"{day}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(ROWS.format(email=mail, name=who, phone=phone, worth=worth, tier="gold"))
    loaded, home = load_map(root / "entity_map.yaml"), open_home(root / "home")
    with kept_beside_from(0):
        day = run_day(Inputs(loaded, root / "data", home, carrying=Carrying(least=0)), DAY)
    why = f"{name} called about {email.upper()}"
    Ledger(day.home.ledger).act(
        [Act(act_id("RR-AAAAAAAA", DAY, "comment", "ann", why), "RR-AAAAAAAA", DAY, "comment", "ann", why,
             dt.datetime(2026, 3, 2, tzinfo=dt.UTC))]
    )  # fmt: skip
    keep_decisions(day, [said("same", "P0", email)])
    (day.home.reports / "note.html").write_text(f"<p>{name} &amp; co</p>")
    return root


@pytest.fixture
def root(ran, tmp_path):
    shutil.copytree(ran, tmp_path / "all")
    return tmp_path / "all"


def erase(root, *words):
    named = ["--map", str(root / "entity_map.yaml"), "--home", str(root / "home"), "--by", "ann", "--why", "request 17"]
    return CliRunner().invoke(app, ["erase", *words, *named], env={"COLUMNS": "160"})


def sums(root) -> dict[str, object]:
    found = {}
    for path in sorted((root / "home/tables").rglob("*.parquet")):
        frame = pl.read_parquet(path)
        money = [frame[name].sum() for name, dtype in frame.schema.items() if dtype.is_numeric()]
        found[path.relative_to(root).as_posix()] = (frame.height, money)
    return found


def test_first_it_is_only_shown(root):
    before = where_found(PERSONS, root / "home")
    told = erase(root, "--record", "person:crm/P0")
    assert told.exit_code == 0, told.output
    assert "Would be erased" in told.output
    assert where_found(PERSONS, root / "home") == before
    assert not list((root / "home").glob(".erasure-key"))


def test_a_person_found_by_a_record_is_gone_from_everywhere_and_counts_and_money_stay(root):
    before = sums(root)
    assert set(where_found(PERSONS, root / "home")) == set(PERSONS)
    told = erase(root, "--record", "person:books/1", "--really")
    assert told.exit_code == 0, told.output
    assert where_found([*PERSONS, PERSONS[0].lower(), PERSONS[1].upper()], root / "home") == {}
    assert sums(root) == before
    with duckdb.connect(str(root / "home/warehouse.duckdb"), read_only=True) as warehouse:
        worth, emails = warehouse.sql("SELECT sum(worth), list(email) FROM canonical.person").fetchone()
    assert worth == 300
    assert sorted(one.endswith("@erased.invalid") for one in emails) == [False, True]
    assert "asked" not in (root / "home/reports/note.html").read_text()


def test_hashes_by_which_days_are_carried_forward_go_too(root):
    home = Home(root / "home")
    assert list(home.carried.rglob("ties/*/*.parquet"))
    assert len(list(home.lake.root.rglob("*.prints.parquet"))) == 2
    erase(root, "--record", "person:crm/P0", "--really")
    assert not home.carried.exists()
    assert not list(home.lake.root.rglob("*.prints.parquet"))
    kept = Lake(home.lake).kept("crm", "Person")
    assert not keys_anew(kept, DAY - dt.timedelta(days=1)).is_empty(), "from then on they are worked out"


def test_an_extract_that_was_never_finished_goes_with_the_person(root):
    (note, *_) = sorted((root / "home/lake/crm").rglob("v=*.json"))
    left = note.with_name("v=20200101T000000000000Z_0.parquet")
    shutil.copyfile(note.with_suffix(".parquet"), left)
    assert erase(root, "--record", "person:crm/P0").exit_code == 0
    assert left.exists(), "it was only shown"
    told = erase(root, "--record", "person:crm/P0", "--really")
    assert told.exit_code == 0, told.output
    assert not left.exists()
    assert where_found(PERSONS, root / "home") == {}


def test_every_chain_and_checksum_still_verifies_and_the_figures_hold(root):
    erase(root, "--record", "person:crm/P0", "--really")
    home = Home(root / "home")
    found = ledger_examined(home)
    assert found.faults == ()
    erased = {link.register for link in found.links if link.deed == "erased"}
    assert erased == {"identity_decisions", "ticket_acts"}
    results = list(verified(home, figures_asked(FigureRegister(home.ledger), None)))
    assert results
    assert {one.state for one in results} == {"holds"}, [one.reasons for one in results]
    assert FigureRegister(home.ledger).faults() == []
    run_day(Inputs(load_map(root / "entity_map.yaml"), root / "data", home), DAY)
    assert where_found(PERSONS, home.lake.root) == {}, "the same export, read again, does not bring the person back"


def test_what_was_erased_is_known_without_the_data(root):
    erase(root, "--value", PERSONS[1], "--really")
    (kept,) = ErasureRegister(Home(root / "home").ledger).all()
    assert (kept.by, kept.why) == ("ann", "request 17")
    assert len(kept.pseudonyms) == 1
    assert {file.path.split("/")[0] for file in kept.files} >= {"lake", "tables"}
    assert all(file.before != file.after for file in kept.files)
    told = CliRunner().invoke(app, ["trail", "--home", str(root / "home")], env={"COLUMNS": "200"}).output
    assert "erasure: written" in told
    assert "person erased" in told
    assert where_found(PERSONS[1:2], root / "home") == {}
    assert where_found(PERSONS[:1], root / "home"), "only the value that was asked for"


def test_a_checksum_that_claims_an_erasure_that_never_was_is_found_out(root):
    erase(root, "--record", "person:crm/P0", "--really")
    (note, *_) = sorted((root / "home/lake/crm").rglob("v=*.json"))
    facts = json.loads(note.read_text())
    note.write_text(json.dumps({**facts, "formerly": ["f" * 64]}))
    assert "no erasure tells of it" in ledger_examined(Home(root / "home")).faults[-1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--record", "persn:crm/P0"], "did you mean 'person'"),
        (["--record", "person:crm/P9"], "'crm/P9' is no record of person"),
        (["--value", "x"], "needs at least 3 letters"),
        ([], "needs at least 3 letters"),
    ],
)
def test_who_is_nobody_is_told(root, words, told):
    refused = erase(root, *words)
    assert refused.exit_code == 2
    assert told in refused.output


def test_a_value_is_replaced_as_a_word_and_a_short_one_only_as_a_cell():
    names = Pseudonyms({"anne marie": "erased 1", "ann": "erased 2"})
    assert names.text("Anne Marie, JOANNE MARIET and ANNE MARIE.") == "erased 1, JOANNE MARIET and erased 1."
    assert (names.text("Ann"), names.text("Ann left")) == ("erased 2", "Ann left")
    frame = pl.DataFrame({"a": ["Ann", "x", None], "b": [["Anne Marie"], [], None], "c": [1, 2, 3]})
    changed, rows = names.frame(frame)
    assert rows == 1
    assert changed["a"].to_list() == ["erased 2", "x", None]
    assert changed["b"].to_list() == [["erased 1"], [], None]
