"""The records that are read, the same for every system, and what each system holds of one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from revrecon.entity_map.connectors import HubSpotSettings, NetSuiteSettings, SalesforceSettings, StripeSettings
from revrecon.sources.hubspot.client import HubSpot
from revrecon.sources.live.contract import Asked, Client
from revrecon.sources.live.system import THE_WORLD
from revrecon.sources.netsuite.client import NetSuite
from revrecon.sources.salesforce.client import Salesforce
from revrecon.sources.stripe.client import Stripe
from revrecon_tests.sandbox import hubspot, netsuite, salesforce, stripe
from revrecon_tests.sandbox.base import Row, StandIn

LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
_TEXTS = 6


@dataclass(frozen=True)
class System:
    """One system: its stand-in, where records go, what one looks like, and our client with its question."""

    stand_in: Callable[[], StandIn]
    table: str
    row: Callable[[int], Row]
    client: Callable[[str], Client]
    asked: Asked


def _stamp(number: int, form: str) -> str:
    return (LONG_AGO + timedelta(seconds=number)).strftime(form)


def _texts(number: int) -> Row:
    return {f"text_{at}": f"Some words of record {number}, field {at}" for at in range(_TEXTS)}


def _asked(table: str, key: str, created: str, changed: str, columns: tuple[str, ...]) -> Asked:
    every = tuple(sorted({key, created, changed, *columns}))
    return Asked(table, table, every, (key,), created, changed, None)


def _opportunity(number: int) -> Row:
    stamp = _stamp(number, "%Y-%m-%dT%H:%M:%S.000+0000")
    words = {f"Text{at}__c": text for at, text in enumerate(_texts(number).values())}
    clocks: Row = {"CreatedDate": stamp, "SystemModstamp": stamp}
    return {"Id": f"006{number:015d}", "Amount": f"{number % 9973}.5", **clocks, **words}


def _deal(number: int) -> Row:
    stamp = _stamp(number, "%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "id": str(5000 + number),
        "amount": f"{number}.25",
        "createdAt": stamp,
        "updatedAt": stamp,
        **_texts(number),
    }


def _estimate(number: int) -> Row:
    stamp = _stamp(number, "%Y-%m-%d %H:%M:%S")
    clocks: Row = {"datecreated": stamp, "lastmodifieddate": stamp}
    return {"id": str(300 + number), "foreigntotal": f"{number}.25", **clocks, **_texts(number)}


def _charge(number: int) -> Row:
    stamp = str(int((LONG_AGO + timedelta(seconds=number)).timestamp()))
    words = {f"metadata_{name}": text for name, text in _texts(number).items()}
    return {"id": f"ch_{number:08d}", "amount": str(number), "created": stamp, **words}


_WORDS = tuple(f"text_{at}" for at in range(_TEXTS))
_IN_SALESFORCE = tuple(f"Text{at}__c" for at in range(_TEXTS))
_IN_STRIPE = tuple(f"metadata_text_{at}" for at in range(_TEXTS))
_OPPORTUNITIES = _asked("Opportunity", "Id", "CreatedDate", "SystemModstamp", ("Amount", *_IN_SALESFORCE))

SYSTEMS: dict[str, System] = {
    "salesforce": System(
        salesforce.Salesforce, "Opportunity", _opportunity,
        lambda url: Salesforce("org", SalesforceSettings(url=url, bulk_from=1_000_000_000), THE_WORLD), _OPPORTUNITIES,
    ),
    "salesforce in bulk": System(
        salesforce.Salesforce, "Opportunity", _opportunity,
        lambda url: Salesforce("org", SalesforceSettings(url=url, bulk_from=0), THE_WORLD), _OPPORTUNITIES,
    ),
    "hubspot": System(
        hubspot.HubSpot, "deals", _deal, lambda url: HubSpot("portal", HubSpotSettings(url=url), THE_WORLD),
        _asked("deals", "id", "createdAt", "updatedAt", ("amount", *_WORDS)),
    ),
    "netsuite": System(
        netsuite.NetSuite, "estimate", _estimate,
        lambda url: NetSuite("account", NetSuiteSettings(url=url), THE_WORLD),
        _asked("estimate", "id", "datecreated", "lastmodifieddate", ("foreigntotal", *_WORDS)),
    ),
    "stripe": System(
        stripe.Stripe, "charge", _charge, lambda url: Stripe("account", StripeSettings(url=url), THE_WORLD),
        _asked("charge", "id", "created", "created", ("amount", *_IN_STRIPE)),
    ),
}  # fmt: skip


def rows(system: System, count: int) -> Iterator[Row]:
    """So many records as the system holds them."""
    return (system.row(number) for number in range(count))
