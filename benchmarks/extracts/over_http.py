"""One reading of a system over HTTP: ours into the spool, the vendor's client into its own records."""

import io
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import polars as pl

from benchmarks.extracts.records import SYSTEMS, System
from revrecon.history.spool import Spool
from revrecon.sources.live.extraction import extracted

Read = Callable[[], Any]
"""Reads everything and returns what the client gives, which is then turned into rows outside of the clock."""


def ours(name: str, address: str, folder: Path) -> tuple[Read, Callable[[Any], pl.DataFrame]]:
    """A whole extract: counted, read, spooled to disk, checked for completeness, every value as text."""
    system = SYSTEMS[name]
    client = system.client(address)
    client.greet()
    return lambda: extracted(client, system.asked, Spool(folder / "spool")).rows, lambda rows: rows


def theirs(name: str, address: str, folder: Path) -> tuple[Read, Callable[[Any], pl.DataFrame]]:
    """What the vendor's client gives, as its documentation shows its use."""
    return _THEIRS[name](SYSTEMS[name], address)


def _simple_salesforce(system: System, address: str) -> Any:
    from simple_salesforce import Salesforce

    from revrecon_tests.sandbox import salesforce

    form = {
        "grant_type": "client_credentials",
        "client_id": salesforce.CLIENT_ID,
        "client_secret": salesforce.CLIENT_SECRET,
    }
    token = httpx.post(f"{address}/services/oauth2/token", data=form).json()["access_token"]
    return Salesforce(instance=address.removeprefix("https://"), session_id=token, version="66.0")


def _soql(system: System) -> str:
    return f"SELECT {', '.join(system.asked.columns)} FROM {system.table} ORDER BY {system.asked.key[0]}"


def _by_rest(system: System, address: str) -> tuple[Read, Callable[[Any], pl.DataFrame]]:
    org = _simple_salesforce(system, address)
    return lambda: org.query_all(_soql(system))["records"], lambda records: as_rows(records, system)


def _in_bulk(system: System, address: str) -> tuple[Read, Callable[[Any], pl.DataFrame]]:
    org = _simple_salesforce(system, address)

    def read() -> pl.DataFrame:
        pages = org.bulk2.Opportunity.query(_soql(system), max_records=50_000)
        return pl.concat([pl.read_csv(io.StringIO(page), infer_schema=False) for page in pages])

    stamps = pl.col("CreatedDate", "SystemModstamp").str.replace("Z$", "+0000")
    return read, lambda frame: frame.select(system.asked.columns).with_columns(stamps)


def _hubspots(system: System, address: str) -> tuple[Read, Callable[[Any], pl.DataFrame]]:
    from hubspot import HubSpot

    from revrecon_tests.sandbox import hubspot

    deals = HubSpot(access_token=hubspot.TOKEN, host=address).crm.deals
    words = [name for name in system.asked.columns if name not in ("id", "createdAt", "updatedAt")]

    def rows(found: Sequence[Any]) -> pl.DataFrame:
        form = "%Y-%m-%dT%H:%M:%S.000Z"
        told = [
            {**one.properties, "id": one.id, "createdAt": one.created_at.strftime(form),
             "updatedAt": one.updated_at.strftime(form)}
            for one in found
        ]  # fmt: skip
        return as_rows(told, system)

    return lambda: deals.get_all(properties=[",".join(words)]), rows


def _stripes(system: System, address: str) -> tuple[Read, Callable[[Any], pl.DataFrame]]:
    import stripe as theirs

    from revrecon_tests.sandbox import stripe

    theirs.ca_bundle_path = os.environ["SSL_CERT_FILE"]
    client = theirs.StripeClient(stripe.KEY, base_addresses={"api": address})

    def rows(found: Sequence[Any]) -> pl.DataFrame:
        told = [
            {"id": one.id, "amount": one.amount, "created": one.created,
             **{f"metadata_{name}": text for name, text in one.metadata.to_dict().items()}}
            for one in found
        ]  # fmt: skip
        return as_rows(told, system)

    return lambda: list(client.v1.charges.list({"limit": 100}).auto_paging_iter()), rows


def _by_hand(system: System, address: str) -> tuple[Read, Callable[[Any], pl.DataFrame]]:
    """NetSuite has no client of its own: the loop that one writes."""
    from revrecon.entity_map.connectors import NetSuiteSettings
    from revrecon.sources.live.wire import client
    from revrecon.sources.netsuite.login import NetSuiteManners

    manners = NetSuiteManners("account", NetSuiteSettings(url=address), client(address), 0.5)
    http = httpx.Client(base_url=address, headers={**manners.authorization(False), "Prefer": "transient"}, timeout=120)
    stamps = (system.asked.created, system.asked.changed)
    form = "TO_CHAR({0}, 'YYYY-MM-DD HH24:MI:SS') AS {0}"
    columns = [form.format(name) if name in stamps else name for name in system.asked.columns]
    question = {"q": f"SELECT {', '.join(columns)} FROM {system.table} ORDER BY id"}

    def read() -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        while True:
            params = {"limit": 1000, "offset": len(found)}
            told = http.post("/services/rest/query/v1/suiteql", params=params, json=question).raise_for_status().json()
            found += told["items"]
            if not told["hasMore"]:
                return found

    return read, lambda records: as_rows(records, system)


_THEIRS: dict[str, Callable[[System, str], tuple[Read, Callable[[Any], pl.DataFrame]]]] = {
    "salesforce": _by_rest,
    "salesforce in bulk": _in_bulk,
    "hubspot": _hubspots,
    "stripe": _stripes,
    "netsuite": _by_hand,
}
CLIENTS = {
    "salesforce": "simple-salesforce query_all",
    "salesforce in bulk": "simple-salesforce bulk2",
    "hubspot": "hubspot-api-client",
    "netsuite": "httpx by hand",
    "stripe": "stripe",
}
"""The vendors' clients by the system."""


def as_rows(records: Sequence[Mapping[str, Any]], system: System) -> pl.DataFrame:
    """Records as rows of text, of the columns that are asked for."""
    columns = {
        name: [None if (value := one.get(name)) is None else str(value) for one in records]
        for name in system.asked.columns
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(system.asked.columns, pl.String))
