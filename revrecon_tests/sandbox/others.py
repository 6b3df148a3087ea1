"""Products that no system of a company's exports comes from, each with some made records to practise on."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO

from ruamel.yaml import YAML

from revrecon_tests.sandbox import marketo, odoo, tryton
from revrecon_tests.sandbox.base import Row, StandIn
from revrecon_tests.sandbox.serving import served

_BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
_RECORDS = 40


@dataclass(frozen=True)
class Other:
    """One product: its stand-in, what a map says of it, and the environment that its login needs."""

    make: type[StandIn]
    port: int
    settings: Mapping[str, object]
    objects: Mapping[str, Mapping[str, object]]
    secrets: Mapping[str, str]
    table: str
    row: Mapping[str, str]  # columns of a made record; {n} is its number, {at} the moment of its creation
    stamp: str = "%Y-%m-%d %H:%M:%S"


OTHERS: Mapping[str, Other] = {
    "odoo": Other(
        odoo.Odoo, 8805, {"database": odoo.DATABASE},
        {"order": {"key": ["id"], "table": "sale.order", "created": "create_date", "changed": "write_date"}},
        {"REVRECON_ODOO_KEY": odoo.KEY}, "sale.order",
        {"name": "S{n:05d}", "amount_total": "{n}00.50", "create_date": "{at}", "write_date": "{at}"},
    ),
    "tryton": Other(
        tryton.Tryton, 8806, {"database": tryton.DATABASE},
        {"deal": {"key": ["id"], "table": "sale.opportunity", "created": "create_date", "changed": "write_date"}},
        {"REVRECON_TRYTON_KEY": tryton.KEY}, "sale.opportunity",
        {"description": "Deal {n}", "amount": "{n}00.50", "create_date": "{at}", "write_date": "{at}"},
        "%Y-%m-%dT%H:%M:%S.%f",
    ),
    "marketo": Other(
        marketo.Marketo, 8807, {"begins": "2026-01-01"},
        {"leads": {"key": ["id"], "created": "createdAt", "changed": "updatedAt"}},
        {"REVRECON_MARKETO_CLIENT_ID": marketo.CLIENT_ID, "REVRECON_MARKETO_CLIENT_SECRET": marketo.CLIENT_SECRET},
        "leads", {"firstName": "Lead {n}", "annualRevenue": "{n}000", "createdAt": "{at}", "updatedAt": "{at}"},
        "%Y-%m-%dT%H:%M:%SZ",
    ),
}  # fmt: skip
"""By the connector's name."""


def filled(other: Other) -> StandIn:
    """A stand-in that holds its made records."""
    stand_in = other.make()
    stand_in.put_many(other.table, (_row(other, number) for number in range(1, _RECORDS + 1)))
    return stand_in


def _row(other: Other, number: int) -> Row:
    at = (_BEGAN + number * timedelta(days=3)).strftime(other.stamp)
    return {"id": str(1000 + number), **{name: text.format(n=number, at=at) for name, text in other.row.items()}}


@contextmanager
def opened(kinds: Iterable[str], free_ports: bool = False) -> Iterator[dict[str, str]]:
    """The address of each product while the block runs."""
    with ExitStack() as stack:
        yield {
            kind: stack.enter_context(served(filled(OTHERS[kind]), 0 if free_ports else OTHERS[kind].port))
            for kind in kinds
        }


def with_others(text: str, addresses: Mapping[str, str]) -> str:
    """A map that names these products too, as systems that no entity looks at yet."""
    yaml = YAML()
    yaml.preserve_quotes = True
    told = yaml.load(text)
    department, representative = next(iter(told["departments"])), next(iter(told["people"]))
    for kind, address in addresses.items():
        other = OTHERS[kind]
        told["systems"][kind] = {
            "connector": kind, "settings": {"url": address, **other.settings}, "title": kind.capitalize(),
            "department": department, "representative": representative, "clock": "real time",
            "objects": {name: dict(spec) for name, spec in other.objects.items()},
        }  # fmt: skip
    out = StringIO()
    yaml.dump(told, out)
    return out.getvalue()
