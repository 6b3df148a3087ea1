"""A system that is written to, as a test sees it: the stand-in, a network that fails when it is told to, a desk."""

import datetime as dt
import sqlite3
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import httpx
import polars as pl
from ruamel.yaml import YAML

from revrecon.daily.home import Home
from revrecon.daily.writing_desk import WritingDesk
from revrecon.entity_map.loader import LoadedMap, parse_map
from revrecon.entity_map.permits import permit_of
from revrecon.sources.live.system import Outside
from revrecon.write_back.planning import WISH_SCHEMA, Known, Plan, planned
from revrecon_tests.companies import SHOP
from revrecon_tests.fakes.faults import Network
from revrecon_tests.sandbox import hubspot, salesforce
from revrecon_tests.sandbox.base import StandIn, Ways
from revrecon_tests.sources.offices import Database
from revrecon_tests.tables import table

NOON = dt.datetime(2026, 3, 31, 16, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 31)
OBJECTS = {
    "salesforce": ("Account", "Id", "Name", "Phone__c"),
    "hubspot": ("companies", "id", "name", "phone"),
    "sql": ("thing", "id", "name", "phone"),
}
KEYS = {"salesforce": "001{:012d}", "hubspot": "{}", "sql": "k{}"}


def shop_of(connector: str, at_once: int, more: dict | None = None) -> LoadedMap:
    """The small company, its CRM asked through a connector and open to changes of names, phones and master ids."""
    told = YAML(typ="safe").load(SHOP)
    name, key, *columns = OBJECTS[connector]
    settings = {"salesforce": {"url": f"https://{salesforce.Salesforce.host}"}, "sql": {"url_env": "SHOP_DATABASE"}}
    permit = {"objects": {name: {"columns": columns, "master_id": "master"}}, "at_once": at_once, **(more or {})}
    crm = told["systems"]["crm"]
    crm |= {"connector": connector, "settings": {**settings.get(connector, {}), "write_back": permit}}
    crm["objects"][name] = {"key": [key]}
    account = told["entities"]["account"]["replication"]["crm"]
    account |= {"object": name, "fields": {**account["fields"], "account_name": columns[0], "phone": columns[1]}}
    text = YAML(typ="safe", pure=True)
    out = StringIO()
    text.dump(told, out)
    return parse_map(out.getvalue())


@dataclass
class Desk:
    """The desk of one home over one system. Records are numbered from 1; each has a name and a phone."""

    connector: str
    folder: Path
    monkeypatch: object
    at_once: int = 2
    now: dt.datetime = NOON
    stand_in: StandIn = field(init=False)
    loaded: LoadedMap = field(init=False)
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        for name, value in (
            ("REVRECON_SALESFORCE_CLIENT_ID", salesforce.CLIENT_ID), ("REVRECON_HUBSPOT_TOKEN", hubspot.TOKEN),
            ("REVRECON_SALESFORCE_CLIENT_SECRET", salesforce.CLIENT_SECRET),
            ("SHOP_DATABASE", f"sqlite:///{self.folder}/shop.db"),
        ):  # fmt: skip
            self.monkeypatch.setenv(name, value)
        self.loaded = shop_of(self.connector, self.at_once)
        kinds = {"salesforce": salesforce.Salesforce, "hubspot": hubspot.HubSpot}
        self.stand_in = kinds[self.connector]() if self.connector in kinds else ShopDatabase(self.folder / "shop.db")
        self.stand_in.clock = lambda: self.now
        self.network = Network(self.stand_in.handle)

    @property
    def ways(self) -> Ways:
        return self.stand_in.ways

    @property
    def object(self) -> str:
        return OBJECTS[self.connector][0]

    def column(self, name: str) -> str:
        return {"name": OBJECTS[self.connector][2], "phone": OBJECTS[self.connector][3]}.get(name, name)

    def key(self, number: int) -> str:
        return KEYS[self.connector].format(number)

    def put(self, number: int, name: str = "Old", phone: str | None = "1", master: str | None = None) -> None:
        """Write a record, as others do."""
        id_column = OBJECTS[self.connector][1]
        row = {id_column: self.key(number), self.column("name"): name, self.column("phone"): phone, "master": master}
        stamps = {"createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z"}
        clocks = {"salesforce": {"SystemModstamp": "2026-01-01T00:00:00.000+0000"}, "hubspot": stamps}
        self.stand_in.put(self.object, {**row, **clocks.get(self.connector, {})})

    def holds(self, number: int, column: str = "name") -> str | None:
        """What the system holds now."""
        if self.connector == "hubspot":
            return self.stand_in.records[self.object][self.key(number)].get(self.column(column)) or None
        id_column = OBJECTS[self.connector][1]
        told = (
            f"""SELECT "{self.column(column)}" AS it FROM "{self.object}" WHERE "{id_column}" = '{self.key(number)}'"""
        )
        return self.stand_in.tables.select(told)[0]["it"] or None

    def state(self) -> pl.DataFrame:
        """The last extract: what the system holds now."""
        numbers = self.numbers()
        rows = [
            {
                "_key": self.key(n), OBJECTS[self.connector][1]: self.key(n),
                **{self.column(c): self.holds(n, c) for c in ("name", "phone", "master")},
            }
            for n in numbers
        ]  # fmt: skip
        return pl.DataFrame(rows, infer_schema_length=None)

    def numbers(self) -> list[int]:
        return sorted(self._known)

    _known: set = field(default_factory=set)

    def records(self, count: int, **told: str) -> None:
        """So many records, numbered from 1."""
        for number in range(1, count + 1):
            self.put(number, **told)
            self._known.add(number)

    def plan(self, wishes: str) -> Plan:
        """A plan of wishes in a table: number, column, to."""
        frame = table(wishes)
        told = frame.select(
            pl.lit(self.object).alias("object"),
            pl.col("number").map_elements(lambda n: self.key(int(n)), return_dtype=pl.String).alias("record_id"),
            pl.col("column").replace({"name": self.column("name"), "phone": self.column("phone")}),
            pl.col("to"), pl.lit("because").alias("why"), pl.lit("account").alias("entity"),
            pl.lit("crm").alias("copy"), pl.col("column").replace({"name": "account_name"}).alias("field"),
            pl.lit(None, dtype=pl.String).alias("canonical_id"), pl.lit("quality.wrong_value").alias("cause"),
            pl.format("sig{}", "number").alias("signature"),
        ).select(*WISH_SCHEMA)  # fmt: skip
        permit = permit_of(self.loaded.map.systems["crm"])
        return planned(self.loaded.map, "crm", permit, told, Known({self.object: self.state()}))

    def desk(self) -> WritingDesk:
        """A new process's desk."""
        outside = Outside(lambda: self.now, self.network, pause=0.0)
        return WritingDesk(self.loaded, Home(self.folder / "home"), outside, pause=0.0)

    def apply(self, wishes: str):
        return self.desk().apply(self.plan(wishes), DAY, "ann")

    def outcomes(self, write) -> dict[str, str]:
        """How each change ended, by record number and column."""
        numbers = {self.key(n): n for n in self.numbers()}
        names = {self.column(c): c for c in ("name", "phone", "master")}
        return {f"{numbers[one.record_id]} {names[one.column]}": write.results[one.id].outcome for one in write.changes}


class ShopDatabase(Database):
    """A database file with one table of things, some columns of which its rules guard."""

    def __init__(self, path: Path) -> None:
        StandIn.__init__(self)
        self.path = path
        self.tables = self
        self._run("CREATE TABLE thing (id TEXT PRIMARY KEY, name TEXT NOT NULL CHECK (name <> 'bad'), phone, master)")

    def put(self, table: str, row: dict) -> None:
        self._run("INSERT OR REPLACE INTO thing (id, name, phone, master) VALUES (?, ?, ?, ?)", *row.values())

    def select(self, question: str) -> list[dict]:
        with sqlite3.connect(self.path) as database:
            database.row_factory = sqlite3.Row
            rows = [dict(row) for row in database.execute(question)]
        database.close()
        return rows

    def handle(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError("a database is not asked over HTTP")


def on_changes(*faults: str | None):
    """The faults of the first requests that change something, in their order; none of the others."""
    left = list(faults)

    def fault(number: int, request: httpx.Request) -> str | None:
        changes = request.method == "PATCH" or request.url.path.endswith("/batch/update")
        return left.pop(0) if left and changes else None

    return fault
