"""The connector against Tryton itself, where it is installed: `trytond` on the PATH, or TRYTOND.

python -m venv tv
tv/bin/pip install 'trytond>=8.2,<8.3' proteus trytond-party trytond-sale-opportunity trytond-account-invoice
TRYTOND=tv/bin/trytond make test
"""

import datetime as dt
import os
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import polars as pl
import pytest

from revrecon.daily.day import Day
from revrecon.daily.examining import examined
from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, run_day
from revrecon.entity_map.connectors import TrytonSettings, TrytonSystem
from revrecon.entity_map.loader import parse_map
from revrecon.entity_map.systems import SourceObject
from revrecon.history.lake import Lake
from revrecon.history.live_landing import land_live
from revrecon.sources.contract import LoginRefused, RequestRefused
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.drafting import Drafted, drafted_map
from revrecon.sources.live.system import LiveSource, Outside
from revrecon.sources.registry import client_of
from revrecon_tests.servers import answers_at, free_port, serving

TRYTOND = os.environ.get("TRYTOND") or shutil.which("trytond")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        TRYTOND is None, reason="Tryton is not here: the commands at the top of this file install it, set TRYTOND"
    ),
]
LOADER = Path(__file__).with_name("tryton_loader.py")
MODULES = ("party", "company", "sale_opportunity", "account_invoice")
NOTHING = dt.timedelta(0)
TABLES = ("party.party", "sale.opportunity", "account.invoice")


def database_made(folder, port):
    """A database with a small company in it; the keys for REST, the administrator's and a reader's."""
    config, secret = folder / "trytond.conf", folder / "password"
    config.write_text(f"[database]\nuri = sqlite://\npath = {folder}\n[web]\nlisten = 127.0.0.1:{port}\n")
    secret.write_text("s3cret\n")
    (folder / "rev.sqlite").touch()
    admin = [str(Path(TRYTOND).with_name("trytond-admin")), "-c", str(config), "-d", "rev", "--all"]
    there = {**os.environ, "TRYTONPASSFILE": str(secret)}
    modules = ["--email", "a@example.com", "-u", *MODULES, "--activate-dependencies"]
    subprocess.run([*admin, *modules], check=True, capture_output=True, env=there)
    python = str(Path(TRYTOND).with_name("python"))
    loaded = subprocess.run([python, str(LOADER), str(config)], check=True, stdout=subprocess.PIPE, env=there)
    return loaded.stdout.decode().split()[-2:]


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("tryton"), free_port()
    keys = database_made(folder, port)
    command = [TRYTOND, "-c", str(folder / "trytond.conf"), "-d", "rev"]
    with serving(command, port, folder / "server.log", answers_at("/rev/rest/model/ir.lang")) as url:
        yield url, keys


@pytest.fixture
def address(real, monkeypatch):
    url, (key, _) = real
    monkeypatch.setenv("REVRECON_TRYTON_KEY", key)
    return url


@pytest.fixture
def rest(real):
    """The server's own way of writing."""
    url, (key, _) = real
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{url}/rev/rest/model/", headers=headers, timeout=60) as http:
        yield http


def client(address):
    settings = TrytonSettings(url=address, database="rev")
    system = TrytonSystem(
        connector="tryton", settings=settings, objects={}, title="ERP", department="books", representative="ann",
        clock="real time",
    )  # fmt: skip
    return client_of(system, "erp", Outside())


def asked(table="party.party", columns=("active", "id", "name", "write_date")):
    return Asked("thing", table, tuple(sorted(columns)), ("id",), "create_date", "write_date", None)


def rows(address, question, after=None):
    pages = list(client(address).pages(question, after))
    return pages, pl.concat([page.rows for page in pages])


def test_every_record_is_read_a_page_at_a_time_inactive_ones_too(address, monkeypatch):
    monkeypatch.setattr("revrecon.sources.tryton.client._A_PAGE", 6)
    question = asked()
    pages, found = rows(address, question)
    assert len(pages) >= 4
    assert found["id"].n_unique() == found.height == client(address).count(question)
    assert sorted(found["id"]) == sorted(client(address).keys(question))
    assert dict(found.group_by("active").len().iter_rows())["false"] == 1
    assert {"Müller & Söhne 0", "株式会社ソラ 1", 'He said "no" 2', "شركة 3"} <= set(found["name"])


def test_an_extract_goes_on_after_the_page_where_it_was(address, monkeypatch):
    monkeypatch.setattr("revrecon.sources.tryton.client._A_PAGE", 6)
    pages, found = rows(address, asked())
    _, rest_of_it = rows(address, asked(), after=pages[1].after)
    assert rest_of_it.equals(found.slice(12))


def test_amounts_links_and_stamps_of_deals_and_invoices(address):
    deals = asked(
        "sale.opportunity", ("amount", "description", "id", "party", "party.name", "start_date", "write_date")
    )
    _, found = rows(address, deals)
    first = found.row(0, named=True)
    assert (first["description"], first["party.name"], first["amount"]) == ("Deal 0", "Müller & Söhne 0", "1000.10")
    assert client(address).moment(first["write_date"]) <= dt.datetime.now(dt.UTC)
    _, plain = rows(address, replace(asked("sale.opportunity", ("id", "write_date")), changed=None))
    assert plain["write_date"].to_list() == [None] * 5  # as the server has it, until a record is written again
    assert dt.date.fromisoformat(first["start_date"])
    invoices = asked("account.invoice", ("currency.code", "id", "invoice_date", "number", "state", "total_amount"))
    _, told = rows(address, invoices)
    assert set(zip(told["total_amount"], told["currency.code"], told["state"], strict=True)) == {
        ("100.00", "USD", "posted")
    }


def source(address, now):
    """The ERP as the map of one object sees it; nothing before the newest change is asked for again."""
    thing = SourceObject(key=("id",), table="party.party", created="create_date", changed="write_date")
    system = TrytonSystem(
        connector="tryton", settings=TrytonSettings(url=address, database="rev", overlap=NOTHING),
        objects={"thing": thing}, title="ERP", department="books", representative="ann", clock="real time",
    )  # fmt: skip
    outside = Outside(lambda: now)
    company = parse_map(MAP.format(url=address)).map
    return _Parties("erp", system, company, client_of(system, "erp", outside), outside)


class _Parties(LiveSource):
    def asked(self, object_name, since=None):
        return replace(asked(columns=("create_date", "id", "name", "write_date")), since=since)


def test_the_next_day_brings_what_changed_and_what_is_gone(address, rest, tmp_path):
    lake = Lake(tmp_path / "lake")
    made = [rest.post("party.party", json={"name": name}).json()["id"] for name in ("Stays", "Changes", "Goes")]
    now = dt.datetime.now(dt.UTC)
    land_live(source(address, now), lake, "thing", now.date(), False)
    rest.put(f"party.party/{made[1]}", json={"name": "Changed"}).raise_for_status()
    rest.delete(f"party.party/{made[2]}").raise_for_status()
    born = rest.post("party.party", json={"name": "Born"}).json()["id"]
    tomorrow = now + dt.timedelta(days=1)
    (kept,) = land_live(source(address, tomorrow), lake, "thing", tomorrow.date(), False)
    assert (kept.contents, kept.rows) == ("changed", 3)
    spec = source(address, now).system.objects["thing"]
    state = lake.state("erp", "thing", spec, tomorrow.date())
    names = dict(zip(state["_key"], state["name"], strict=True))
    assert [names.get(str(key)) for key in [*made, born]] == ["Stays", "Changed", None, "Born"]


def test_a_stamp_to_the_microsecond_divides_what_changed_from_what_did_not(address, rest):
    one, two = (rest.post("party.party", json={"name": name}).json()["id"] for name in ("Before", "After"))
    _, found = rows(address, asked())
    stamp = dict(zip(found["id"], found["write_date"], strict=True))[str(two)]
    _, since = rows(address, replace(asked(), since=client(address).moment(stamp)))
    assert str(two) in set(since["id"])
    assert str(one) not in set(since["id"])


def test_a_login_and_names_that_are_not_known_are_told(address, monkeypatch):
    with pytest.raises(RequestRefused, match=r"it knows no crm\.deal"):
        client(address).count(asked("crm.deal"))
    with pytest.raises(RequestRefused, match="has no field nosuch"):
        rows(address, asked(columns=("id", "nosuch")))
    with pytest.raises(RequestRefused, match="it knows no nosuch"):
        rows(address, replace(asked(), only='[["nosuch", "=", 1]]'))
    monkeypatch.setenv("REVRECON_TRYTON_KEY", "wrong-and-secret")
    with pytest.raises(LoginRefused) as told:
        client(address).greet()
    assert "wrong-and-secret" not in str(told.value)


def test_what_a_login_may_not_read_is_no_empty_field_and_no_empty_table(real, monkeypatch):
    url, (_, reader) = real
    monkeypatch.setenv("REVRECON_TRYTON_KEY", reader)
    assert rows(url, asked("sale.opportunity", ("description", "id", "write_date")))[1].height == 5
    with pytest.raises(LoginRefused, match=r"may not read amount of sale\.opportunity"):
        rows(url, asked("sale.opportunity", ("amount", "id", "write_date")))
    with pytest.raises(RequestRefused, match="You are not allowed to access"):
        rows(url, asked("account.invoice", ("id", "write_date")))
    with pytest.raises(LoginRefused, match="answered 403"):
        client(url).count(asked("account.invoice"))


MAP = """
company: {{name: Sandbox, timezone: America/New_York, currency: USD}}
map: {{version: 1}}
people: {{ann: {{name: Ann, email: ann@example.com}}}}
departments: {{books: {{title: Books, head: ann}}}}
systems:
  erp:
    connector: tryton
    settings: {{url: "{url}", database: rev}}
    title: ERP
    department: books
    representative: ann
    clock: real time
    objects:
      party: {{key: [id], table: party.party, created: create_date, changed: write_date, deleted: "active = 'false'"}}
      deal: {{key: [id], table: sale.opportunity, created: create_date, changed: write_date}}
      invoice:
        {{key: [id], table: account.invoice, only: '[["type", "=", "out"]]', created: create_date, changed: write_date}}
numbers:
  invoiced:
    title: Invoiced
    text: What was invoiced.
    unit: USD
    owner: ann
    canonical: canonical
    definitions:
      canonical:
        {{version: 1, effective: 2026-01-01, department: books, text: Posted invoices., entity: invoice,
          conditions: {{posted: state = 'posted'}}, measure: {{sum: {{total: total}}}}}}
      books:
        {{version: 1, effective: 2026-01-01, department: books, text: Posted invoices of the ERP., entity: invoice,
          copy: erp, conditions: {{posted: state = 'posted'}}, measure: {{sum: {{total: total}}}}}}
rhythms: {{daily: {{at: "05:30"}}, tickets: {{at: "08:00"}}}}
entities:
  account:
    title: Account
    definition: {{text: A customer., version: 1, signed_off_by: ann, signed_off_on: 2026-01-01}}
    canonical_system: erp
    replication:
      erp: {{object: party, fields: {{account_name: name}}}}
    quality: {{fields: {{account_name: {{type: text, required: true}}}}}}
    reconciliation: {{owner: ann}}
  deal:
    title: Deal
    definition: {{text: A sale., version: 1, signed_off_by: ann, signed_off_on: 2026-01-01}}
    canonical_system: erp
    replication:
      erp: {{object: deal, fields: {{deal_name: description, account: party, amount: amount}}}}
    quality:
      fields:
        deal_name: {{type: text, required: true}}
        account: {{type: reference, to: account}}
        amount: {{type: money}}
    reconciliation: {{owner: ann}}
  invoice:
    title: Invoice
    definition: {{text: What was invoiced., version: 1, signed_off_by: ann, signed_off_on: 2026-01-01}}
    canonical_system: erp
    replication:
      erp: {{object: invoice, fields: {{number: number, account: party, total: total_amount, state: state}}}}
    quality:
      fields:
        number: {{type: text, unique: true}}
        account: {{type: reference, to: account}}
        total: {{type: money}}
        state: {{type: text}}
    reconciliation: {{owner: ann}}
"""


def test_a_day_of_parties_deals_and_invoices_runs_from_the_server_to_the_report(address, tmp_path):
    loaded = parse_map(MAP.format(url=address))
    inputs = Inputs(loaded, tmp_path, open_home(tmp_path / "home"))
    told = examined(inputs, "erp")
    assert told.is_well, told
    assert (told.objects[1].name, told.objects[1].says) == ("deal", "5 records")
    today = dt.datetime.now(loaded.map.company.zone).date()
    day = run_day(inputs, today)
    assert isinstance(day, Day)
    lake = Lake(inputs.home.lake)
    spec = loaded.map.systems["erp"].objects["invoice"]
    assert lake.state("erp", "invoice", spec, today)["total_amount"].to_list() == ["100.00", "100.00"]
    figures = day.tables.read("figures", "invoiced", today)
    assert set(figures["value"].to_list()) == {Decimal("200.00")}


def test_its_metadata_begins_a_map(address):
    here = client(address)
    assert set(TABLES) <= set(here.tables())
    draft = drafted_map("erp", [Drafted(one, one, here.columns(asked(one, ()))) for one in TABLES])
    assert "party.party: {key: [id], created: create_date, changed: write_date}" in draft
    assert "party: {type: reference, to: party_party" in draft
    columns = tuple(column.name for column in here.columns(asked("account.invoice", ())))
    _, found = rows(address, asked("account.invoice", columns))
    assert found.height == 2
