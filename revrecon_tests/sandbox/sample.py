"""Exports of a company, day by day, as its systems: each stand-in holds what was written up to the day.

Which product a system looks like is told by its objects: `Opportunity` is Salesforce's, `estimate` NetSuite's, `deal`
HubSpot's and `charge` Stripe's word.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import httpx
from ruamel.yaml import YAML

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.systems import FilesSystem
from revrecon.sources.files.folders import LocalFolder
from revrecon.sources.files.source import FileSource
from revrecon_tests.sandbox import hubspot, netsuite, salesforce, stripe
from revrecon_tests.sandbox.base import Row, StandIn
from revrecon_tests.sandbox.serving import served

_SPEAKS = {"Opportunity": "salesforce", "estimate": "netsuite", "deal": "hubspot", "charge": "stripe"}
_KINDS: dict[str, type[StandIn]] = {
    "salesforce": salesforce.Salesforce,
    "netsuite": netsuite.NetSuite,
    "hubspot": hubspot.HubSpot,
    "stripe": stripe.Stripe,
}
_MANY = {"company": "companies", "contact": "contacts", "deal": "deals"}
PORTS = {"salesforce": 8801, "netsuite": 8802, "hubspot": 8803, "stripe": 8804}


def secrets() -> dict[str, str]:
    """The environment that the stand-ins' logins need. Every value is a made-up one."""
    return {
        "REVRECON_SALESFORCE_CLIENT_ID": salesforce.CLIENT_ID,
        "REVRECON_SALESFORCE_CLIENT_SECRET": salesforce.CLIENT_SECRET,
        "REVRECON_HUBSPOT_TOKEN": hubspot.TOKEN,
        "REVRECON_NETSUITE_CLIENT_ID": netsuite.CLIENT_ID,
        "REVRECON_NETSUITE_CERTIFICATE": netsuite.CERTIFICATE,
        "REVRECON_NETSUITE_PRIVATE_KEY": netsuite.private_key(),
        "REVRECON_STRIPE_KEY": stripe.KEY,
    }


@dataclass
class Company:
    """The systems of a map, as stand-ins that are filled from its exports."""

    map: EntityMap
    data: Path
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    systems: dict[str, tuple[str, StandIn]] = field(init=False)
    day: date = date.min

    def __post_init__(self) -> None:
        self.systems = {}
        for name, system in self.map.systems.items():
            kind = next((product for word, product in _SPEAKS.items() if word in system.objects), None)
            if kind is not None and isinstance(system, FilesSystem):
                self.systems[name] = (kind, _KINDS[kind](lambda: self.now))

    def pass_to(self, day: date) -> None:
        """Write into every system what it was told up to the end of a day."""
        for name, (kind, stand_in) in self.systems.items():
            system = self.map.systems[name]
            assert isinstance(system, FilesSystem)
            source = FileSource(name, system, LocalFolder(self.data / system.settings.root))
            for object_name in system.objects:
                for one in (d for d in source.days(object_name) if self.day < d <= day):
                    for row in source.read(object_name, one).frame.iter_rows(named=True):
                        stand_in.put(*_AS_WRITTEN[kind](object_name, row))
        self.day = day

    @contextmanager
    def open(self, ports: Callable[[str], int] = lambda kind: 0) -> Iterator[dict[str, str]]:
        """The address of every system by its name, while the block runs."""
        with ExitStack() as stack:
            yield {name: stack.enter_context(served(one, ports(kind))) for name, (kind, one) in self.systems.items()}

    @property
    def addresses(self) -> dict[str, str]:
        """The address of every system by its name, as the vendor's own host."""
        return {name: f"https://{stand_in.host}" for name, (_, stand_in) in self.systems.items()}

    def transport(self) -> httpx.BaseTransport:
        """A network in which those hosts are the stand-ins; no socket is opened."""
        hosts = {stand_in.host: stand_in for _, stand_in in self.systems.values()}
        return httpx.MockTransport(lambda request: hosts[request.url.host].handle(request))

    def live_map(self, text: str, addresses: dict[str, str], may_write: bool = False) -> str:
        """The map with these systems asked at their addresses instead of read from files; `may_write`: every mapped
        column of those that take changes may be set."""
        yaml = YAML()
        yaml.preserve_quotes = True
        told = yaml.load(text)
        for name, address in addresses.items():
            kind = self.systems[name][0]
            system = told["systems"][name]
            system["connector"] = kind
            system["settings"] = {"url": address}
            if may_write and kind in ("salesforce", "hubspot"):
                system["settings"]["write_back"] = {"objects": self._all_mapped(name)}
            if kind == "netsuite":
                system["formats"]["timestamp"] = ["%Y-%m-%d %H:%M:%S"]
        out = StringIO()
        yaml.dump(told, out)
        return out.getvalue()

    def _all_mapped(self, system: str) -> dict[str, list[str]]:
        """Every column of a system that a field is mapped to, by object: on a system to practise on all may be set."""
        found: dict[str, set[str]] = {}
        for entity in self.map.entities.values():
            for name, copy in entity.replication.items():
                if self.map.system_of(name, copy) == system:
                    columns = {str(one.column) for one in copy.fields.values() if one.column}
                    found.setdefault(copy.object, set()).update(columns)
        objects = self.map.systems[system].objects
        own = {name: {*spec.key, spec.created, spec.changed, spec.changed_by} for name, spec in objects.items()}
        return {name: sorted(columns - own[name]) for name, columns in found.items() if columns - own[name]}


def _as_netsuite(name: str, row: Row) -> tuple[str, Row]:
    return name, {column: _iso(value) for column, value in row.items()}


def _iso(value: str | None) -> str | None:
    """A date or stamp of an export as the database holds it."""
    for form, told in (("%m/%d/%Y", "%Y-%m-%d"), ("%m/%d/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S")):
        try:
            return datetime.strptime(str(value), form).strftime(told)  # noqa: DTZ007  # the account's own zone
        except ValueError:
            continue
    return value


_AS_WRITTEN: dict[str, Callable[[str, Row], tuple[str, Row]]] = {
    "salesforce": lambda name, row: (name, row),
    "netsuite": _as_netsuite,
    "hubspot": lambda name, row: (_MANY[name], row),
    "stripe": lambda name, row: (name, row),
}
