"""One live system each, as a contract test sees it: the stand-in, its map, and how a record is written there."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from revrecon.entity_map.connectors import (
    HubSpotSettings,
    HubSpotSystem,
    MarketoSettings,
    MarketoSystem,
    NetSuiteSettings,
    NetSuiteSystem,
    OdooSettings,
    OdooSystem,
    SalesforceSettings,
    SalesforceSystem,
    SqlSettings,
    SqlSystem,
    StripeSystem,
    TrytonSettings,
    TrytonSystem,
)
from revrecon.entity_map.systems import SourceObject, System
from revrecon.history.lake import Lake
from revrecon.history.live_landing import land_live
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.system import LiveSource, Outside
from revrecon.sources.registry import client_of
from revrecon_tests.fakes.faults import Network
from revrecon_tests.sandbox import hubspot, marketo, netsuite, odoo, salesforce, stripe, tryton
from revrecon_tests.sandbox.base import Row, StandIn

FIRST = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
_ABOUT = {"title": "System", "department": "sales", "representative": "ann", "clock": "real time"}


class Database(StandIn):
    """A database file, written by others while it is read."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._run("CREATE TABLE thing (id TEXT PRIMARY KEY, name TEXT, amount NUMERIC(12,2), born TEXT, moved TEXT)")

    def _run(self, statement: str, *values: object) -> None:
        with sqlite3.connect(self.path) as database:
            database.execute(statement, values)
        database.close()

    def put(self, table: str, row: Row) -> None:
        self._run("INSERT OR REPLACE INTO thing VALUES (?, ?, ?, ?, ?)", *row.values())

    def put_many(self, table: str, rows: Iterable[Row]) -> None:
        with sqlite3.connect(self.path) as database:
            database.executemany("INSERT INTO thing VALUES (?, ?, ?, ?, ?)", [list(row.values()) for row in rows])
        database.close()

    def remove(self, table: str, key: str) -> None:
        self._run("DELETE FROM thing WHERE id = ?", key)


@dataclass
class Office:
    """A system, the lake beside it, and the time of day."""

    stand_in: StandIn
    system: System
    row: Callable[[int, str, str, dt.datetime], Row]  # number, name, amount (12.50), moment of the change
    table: str
    name: str  # the column that holds the name
    amount: Callable[[str], str]  # 12.50 as the column tells it
    folder: Path
    network: Network = field(init=False)
    now: dt.datetime = FIRST

    def __post_init__(self) -> None:
        self.network = Network(self.stand_in.handle)
        self.stand_in.clock = lambda: self.now

    @property
    def lake(self) -> Lake:
        return Lake(self.folder / "lake")

    def source(self) -> LiveSource:
        """A new process's view of the system."""
        outside = Outside(lambda: self.now, self.network, pause=0.0)
        return _Source("office", self.system, None, client_of(self.system, "office", outside), outside)

    def put(self, number: int, name: str = "Thing", amount: str = "12.50", at: dt.datetime | None = None) -> None:
        """Write a record, at this moment where none is named."""
        self.stand_in.put(self.table, self.row(number, name, amount, at or self.now))

    def key(self, number: int) -> str:
        return str(self.row(number, "", "0.00", FIRST)[self.system.objects["thing"].key[0]])

    def land(self, accept_shrink: bool = False) -> list:
        """Ask for today."""
        return land_live(self.source(), self.lake, "thing", self.today, accept_shrink)

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def tomorrow(self) -> None:
        self.now += dt.timedelta(days=1)

    def state(self) -> pl.DataFrame:
        return self.lake.state("office", "thing", self.system.objects["thing"], self.today)

    def names(self) -> dict[str, str]:
        """What the lake knows: the name of every record that is there, by its key; archived ones are not."""
        state = self.state()
        for flag in ("IsDeleted", "archived"):
            state = state.filter(pl.col(flag) != "true") if flag in state.columns else state
        return dict(zip(state["_key"], state[self.name], strict=True))


class _Source(LiveSource):
    """A source whose columns are those of its one object."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo("UTC")

    def asked(self, object_name: str, since: dt.datetime | None = None) -> Asked:
        spec = self.system.objects[object_name]
        columns = (*spec.key, spec.created, spec.changed, *COLUMNS[self.system.connector])
        return Asked(
            object=object_name, table=spec.table or object_name, columns=tuple(sorted({c for c in columns if c})),
            key=spec.key, created=spec.created, changed=spec.changed, only=spec.only, since=since,
        )  # fmt: skip


COLUMNS = {
    "salesforce": ("Name", "Amount", "IsDeleted"),
    "hubspot": ("name", "amount", "archived"),
    "netsuite": ("name", "foreigntotal"),
    "stripe": ("description", "amount"),
    "odoo": ("name", "amount_total"),
    "tryton": ("description", "amount"),
    "marketo": ("firstName", "annualRevenue"),
    "sql": ("name", "amount"),
}


def _iso(moment: dt.datetime, form: str) -> str:
    return moment.strftime(form)


def a_salesforce(folder: Path, monkeypatch, **settings) -> Office:
    monkeypatch.setenv("REVRECON_SALESFORCE_CLIENT_ID", salesforce.CLIENT_ID)
    monkeypatch.setenv("REVRECON_SALESFORCE_CLIENT_SECRET", salesforce.CLIENT_SECRET)
    told = SalesforceSettings(url=f"https://{salesforce.Salesforce.host}", **settings)
    thing = SourceObject(key=("Id",), table="Opportunity", created="CreatedDate", changed="SystemModstamp")
    system = SalesforceSystem(connector="salesforce", settings=told, objects={"thing": thing}, **_ABOUT)

    def row(number: int, name: str, amount: str, at: dt.datetime) -> Row:
        stamp = _iso(at, "%Y-%m-%dT%H:%M:%S.000+0000")
        return {
            "Id": f"006{number:015d}",
            "Name": name,
            "Amount": amount,
            "CreatedDate": stamp,
            "SystemModstamp": stamp,
        }

    return Office(salesforce.Salesforce(page=3), system, row, "Opportunity", "Name", lambda a: a.rstrip("0"), folder)


def a_salesforce_in_bulk(folder: Path, monkeypatch) -> Office:
    return a_salesforce(folder, monkeypatch, bulk_from=1)


def a_hubspot(folder: Path, monkeypatch) -> Office:
    monkeypatch.setenv("REVRECON_HUBSPOT_TOKEN", hubspot.TOKEN)
    thing = SourceObject(key=("id",), table="deals", created="createdAt", changed="updatedAt")
    system = HubSpotSystem(connector="hubspot", settings=HubSpotSettings(), objects={"thing": thing}, **_ABOUT)

    def row(number: int, name: str, amount: str, at: dt.datetime) -> Row:
        stamp = _iso(at, "%Y-%m-%dT%H:%M:%S.000Z")
        return {"id": str(5000 + number), "name": name, "amount": amount, "createdAt": stamp, "updatedAt": stamp}

    return Office(hubspot.HubSpot(page=3), system, row, "deals", "name", lambda a: a, folder)


def a_netsuite(folder: Path, monkeypatch) -> Office:
    monkeypatch.setenv("REVRECON_NETSUITE_CLIENT_ID", netsuite.CLIENT_ID)
    monkeypatch.setenv("REVRECON_NETSUITE_CERTIFICATE", netsuite.CERTIFICATE)
    monkeypatch.setenv("REVRECON_NETSUITE_PRIVATE_KEY", netsuite.private_key())
    told = NetSuiteSettings(url=f"https://{netsuite.NetSuite.host}")
    thing = SourceObject(key=("id",), table="estimate", created="datecreated", changed="lastmodifieddate")
    system = NetSuiteSystem(connector="netsuite", settings=told, objects={"thing": thing}, **_ABOUT)

    def row(number: int, name: str, amount: str, at: dt.datetime) -> Row:
        stamp = _iso(at, "%Y-%m-%d %H:%M:%S")
        told = {"id": str(300 + number), "name": name, "foreigntotal": amount}
        return {**told, "datecreated": stamp, "lastmodifieddate": stamp}

    return Office(netsuite.NetSuite(page=3), system, row, "estimate", "name", lambda a: a, folder)


def a_stripe(folder: Path, monkeypatch) -> Office:
    monkeypatch.setenv("REVRECON_STRIPE_KEY", stripe.KEY)
    thing = SourceObject(key=("id",), table="charge", created="created", changed="updated")
    system = StripeSystem(connector="stripe", objects={"thing": thing}, **_ABOUT)

    def row(number: int, name: str, amount: str, at: dt.datetime) -> Row:
        stamp = str(int(at.timestamp()))
        cents = amount.replace(".", "")
        return {"id": f"ch_{number:06d}", "description": name, "amount": cents, "created": stamp, "updated": stamp}

    return Office(stripe.Stripe(page=3), system, row, "charge", "description", lambda a: a.replace(".", ""), folder)


def an_odoo(folder: Path, monkeypatch) -> Office:
    monkeypatch.setenv("REVRECON_ODOO_KEY", odoo.KEY)
    told = OdooSettings(url=f"https://{odoo.Odoo.host}", database=odoo.DATABASE)
    thing = SourceObject(key=("id",), table="sale.order", created="create_date", changed="write_date")
    system = OdooSystem(connector="odoo", settings=told, objects={"thing": thing}, **_ABOUT)

    def row(number: int, name: str, amount: str, at: dt.datetime) -> Row:
        stamp = _iso(at, "%Y-%m-%d %H:%M:%S")
        return {"id": str(40 + number), "name": name, "amount_total": amount, "create_date": stamp, "write_date": stamp}

    return Office(odoo.Odoo(page=3), system, row, "sale.order", "name", lambda a: a.rstrip("0"), folder)


def a_tryton(folder: Path, monkeypatch) -> Office:
    monkeypatch.setenv("REVRECON_TRYTON_KEY", tryton.KEY)
    told = TrytonSettings(url=f"https://{tryton.Tryton.host}", database=tryton.DATABASE)
    thing = SourceObject(key=("id",), table="sale.opportunity", created="create_date", changed="write_date")
    system = TrytonSystem(connector="tryton", settings=told, objects={"thing": thing}, **_ABOUT)

    def row(number: int, name: str, amount: str, at: dt.datetime) -> Row:
        stamp = _iso(at, "%Y-%m-%dT%H:%M:%S.%f")
        told = {"id": str(40 + number), "description": name, "amount": amount}
        return {**told, "create_date": stamp, "write_date": stamp}

    return Office(tryton.Tryton(page=3), system, row, "sale.opportunity", "description", lambda a: a, folder)


def a_marketo(folder: Path, monkeypatch, table: str = "leads", name: str = "firstName") -> Office:
    monkeypatch.setenv("REVRECON_MARKETO_CLIENT_ID", marketo.CLIENT_ID)
    monkeypatch.setenv("REVRECON_MARKETO_CLIENT_SECRET", marketo.CLIENT_SECRET)
    told = MarketoSettings(url=f"https://{marketo.Marketo.host}", begins=dt.date(2026, 1, 1))
    thing = SourceObject(key=("id",), table=table, created="createdAt", changed="updatedAt")
    system = MarketoSystem(connector="marketo", settings=told, objects={"thing": thing}, **_ABOUT)

    def row(number: int, text: str, amount: str, at: dt.datetime) -> Row:
        stamp = _iso(at, "%Y-%m-%dT%H:%M:%SZ")
        told = {"id": str(1000 + number), name: text, "annualRevenue": amount}
        return {**told, "createdAt": stamp, "updatedAt": stamp}

    return Office(marketo.Marketo(page=3), system, row, table, name, lambda a: a, folder)


def a_database(folder: Path, monkeypatch) -> Office:
    monkeypatch.setenv("OFFICE_DATABASE", f"sqlite:///{folder}/office.db")
    thing = SourceObject(key=("id",), created="born", changed="moved")
    told = SqlSettings(url_env="OFFICE_DATABASE", rows_at_once=50)
    system = SqlSystem(connector="sql", settings=told, objects={"thing": thing}, **_ABOUT)

    def row(number: int, name: str, amount: str, at: dt.datetime) -> Row:
        stamp = _iso(at, "%Y-%m-%dT%H:%M:%S")
        return {"id": f"k{number:06d}", "name": name, "amount": amount, "born": stamp, "moved": stamp}

    return Office(Database(folder / "office.db"), system, row, "thing", "name", lambda a: a, folder)


OFFICES = {
    "salesforce": a_salesforce,
    "salesforce in bulk": a_salesforce_in_bulk,
    "hubspot": a_hubspot,
    "netsuite": a_netsuite,
    "stripe": a_stripe,
    "odoo": an_odoo,
    "tryton": a_tryton,
    "marketo": a_marketo,
    "database": a_database,
}
OVER_HTTP = sorted(set(OFFICES) - {"database"})
