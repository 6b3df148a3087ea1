"""A small company with secrets and persons that nobody may find where they do not belong, and a search of files."""

import datetime as dt
import gzip
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import httpx

from revrecon.entity_map.loader import load_map
from revrecon_tests.sandbox.salesforce import Salesforce

SECRETS = {
    "LEAK_CLIENT_ID": "planted-client-4711-identity",
    "LEAK_CLIENT_SECRET": "Pl4nted!Secret?x",
    "LEAK_TRACKER_TOKEN": "ghp-shortTok",
    "LEAK_SLACK_TOKEN": "xoxb-9-short",
    "LEAK_HOOK": "http://127.0.0.1:9/hook/Hk7-q",
    "LEAK_DATABASE": "postgresql+psycopg://reader:Pw0rd-db@127.0.0.1:9/books",
}
"""Made up, and as short as real ones are long: no rule about length may be what hides them."""

PERSONS = (
    "Quintessa Planterose",
    "quintessa.planterose@elsewhere.example",
    "+1 555 867 5309",
    "quintessa@other.example",
)
"""What is personal: name, address and phone in one system, another address in the other."""

MAP = """
company: {{name: Leak Shop, timezone: America/New_York, currency: USD}}
map: {{version: 1}}
people: {{ann: {{name: Ann, email: ann@example.com}}}}
departments: {{sales: {{title: Sales, head: ann}}}}
systems:
  crm:
    title: CRM
    connector: salesforce
    settings: {{url: "{crm}", client_id_env: LEAK_CLIENT_ID, client_secret_env: LEAK_CLIENT_SECRET}}
    department: sales
    representative: ann
    clock: real time
    objects:
      Person: {{key: [Id], created: CreatedDate, changed: SystemModstamp}}
  books:
    title: Books
    settings: {{root: books}}
    department: sales
    representative: ann
    clock: daily
    objects:
      customer: {{key: [id], created: created, changed: changed}}
entities:
  person:
    title: Person
    definition: {{text: Who buys., version: 1, signed_off_by: ann, signed_off_on: 2026-01-01}}
    canonical_system: crm
    replication:
      crm: {{object: Person, fields: {{email: Email, full_name: Name, phone: Phone, worth: Worth, tier: Tier}}}}
      books:
        object: customer
        freshness: 24h
        cross_references: {{crm: crm_id}}
        fields: {{email: email, full_name: name, phone: phone, worth: worth, tier: tier}}
    quality:
      fields:
        email: {{type: text, personal: true, standard: email, pattern: '^[^@ ]+@shop[.]example$'}}
        full_name: {{type: text, personal: true, required: true}}
        phone: {{type: text, personal: true, standard: phone}}
        worth: {{type: money}}
        tier: {{type: text, allowed: [gold, silver]}}
    reconciliation:
      owner: ann
      match_keys: [[email]]
      amount: worth
      compare: {{email: {{}}, full_name: {{}}, phone: {{}}, worth: {{absolute: 0.01}}, tier: {{}}}}
      thresholds: [{{count: {{warn: 1, breach: 1}}}}]
numbers:
  worth:
    title: Worth
    text: What everyone is worth.
    unit: USD
    owner: ann
    canonical: canonical
    publish: daily
    definitions:
      canonical:
        {{version: 1, effective: 2026-01-01, department: sales, text: Worth of all., entity: person,
         measure: {{sum: {{worth: worth}}}}}}
      books:
        {{version: 1, effective: 2026-01-01, department: sales, text: Worth in Books., entity: person, copy: books,
         measure: {{sum: {{worth: worth}}}}}}
rhythms: {{daily: {{at: "05:30"}}, tickets: {{at: "08:00"}}}}
trackers:
  code: {{kind: github, repository: leak/shop, url: "{desk}", token_env: LEAK_TRACKER_TOKEN}}
  hook: {{kind: webhook, url_env: LEAK_HOOK}}
alerts:
  channels:
    chat: {{kind: slack, channel: C1, url: "{desk}", token_env: LEAK_SLACK_TOKEN}}
  owners: [chat]
  engineers: {{people: [ann], channels: [chat]}}
"""


class TalkativeCrm(Salesforce):
    """A system that repeats in its errors what it was sent and what it knows."""

    scheme = "http"

    def __init__(self, **named: object) -> None:
        super().__init__(**named)
        self.scheme, self.state = "http", "well"

    def handle(self, request: httpx.Request) -> httpx.Response:
        if self.state == "well":
            return super().handle(request)
        told = f"<html>failed: {request.headers} {request.content!r} {' '.join(SECRETS.values())} {PERSONS[1]}</html>"
        if self.state == "no login" and not request.url.path.endswith("/token"):
            return httpx.Response(401, text=told)
        if self.state == "no login":
            return httpx.Response(400, json={"error": SECRETS["LEAK_CLIENT_SECRET"], "error_description": told})
        return httpx.Response(403, json=[{"errorCode": "FORBIDDEN", "message": told}])


class TalkativeDesk:
    """A tracker and a chat that refuse, and repeat the secrets in the words of it."""

    def handle(self, request: httpx.Request) -> httpx.Response:
        login = request.headers.get("authorization", "")
        told = f"{login} {' '.join(SECRETS.values())} {PERSONS[1]}"
        if request.url.path.endswith("chat.postMessage"):
            return httpx.Response(200, json={"ok": False, "error": f"invalid_auth {login}"})
        return httpx.Response(422, text=told)


def fill(root: Path, crm: Salesforce, days: Iterable[dt.date]) -> None:
    """Three persons in both systems, of which one is spelt otherwise, worth something else and has a wrong tier."""
    created = "2026-01-01T00:00:00.000+0000"
    name, email, phone, other = PERSONS
    for number, (who, mail, tel) in enumerate(
        [(name, email, phone), ("Bo", "bo@shop.example", ""), ("Cy", "cy@shop.example", "")]
    ):
        crm.put("Person", {
            "Id": f"P{number}", "Name": who, "Email": mail, "Phone": tel, "Worth": f"{number + 1}00.00", "Tier": "gold",
            "CreatedDate": created, "SystemModstamp": created,
        })  # fmt: skip
    for day in days:
        path = root / "data/books/customer" / f"{day}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "id,crm_id,email,name,phone,worth,tier,created,changed\n"
            f"1,P0,{other},{name} II,{phone}9,150.00,bronze,2026-01-01,2026-01-01\n"
            "2,P1,bo@shop.example,Bo,,200.00,gold,2026-01-01,2026-01-01\n"
            "3,P2,cy@shop.example,Cy,,300.00,gold,2026-01-01,2026-01-01\n"
        )


def load_leak_map(root: Path, addresses: Mapping[str, str]):
    """The map with the addresses of the block that runs."""
    path = root / "entity_map.yaml"
    path.write_text(MAP.format(**addresses))
    return load_map(path)


def where_found(words: Iterable[str], folder: Path) -> dict[str, set[str]]:
    """Every word that stands in any file below a folder, packed ones too, with the files that hold it."""
    found: dict[str, set[str]] = {}
    wanted = [(word, word.encode()) for word in words]
    for path in (one for one in sorted(folder.rglob("*")) if one.is_file()):
        content = _content(path)
        for word, sought in wanted:
            if any(sought in part for part in content):
                found.setdefault(word, set()).add(path.relative_to(folder).as_posix())
    return found


def _content(path: Path) -> list[bytes]:
    """A file as bytes, and unpacked where it is a Parquet file, a DuckDB database, a workbook or gzipped."""
    raw = path.read_bytes()
    if path.suffix == ".parquet":
        import polars as pl

        return [raw, *(str(cell).encode() for row in pl.read_parquet(path).iter_rows() for cell in row)]
    if path.suffix == ".duckdb":
        return [raw, *_cells_of(path)]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            return [packed.read(name) for name in packed.namelist()]
    return [raw, gzip.decompress(raw)] if raw[:2] == b"\x1f\x8b" else [raw]


def _cells_of(path: Path) -> list[bytes]:
    import duckdb

    with duckdb.connect(str(path), read_only=True) as connection:
        named = connection.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
        return [
            str(row).encode()
            for schema, table in named
            for row in connection.execute(f'SELECT * FROM "{schema}"."{table}"').fetchall()
        ]
