"""Small entities and nodes for stories about linkage."""

import numpy as np
import polars as pl

from revrecon.canonical.identity.linkage.door import scored, trained
from revrecon.canonical.standard_forms import standardised
from revrecon.entity_map.entities import Entity
from revrecon_tests.tables import table

COMPANY_FIELDS = {
    "account_name": {"type": "text", "standard": "legal_name"},
    "street": {"type": "text", "standard": "casefold"},
    "city": {"type": "text", "standard": "casefold"},
    "phone": {"type": "text", "standard": "phone"},
    "domain": {"type": "text", "standard": "domain"},
    "tax_number": {"type": "text", "standard": "code"},
}


def entity(fields=None, copies=("crm", "books"), **linkage) -> Entity:
    """An entity whose copies hold every field."""
    fields = fields or COMPANY_FIELDS
    return Entity.model_validate(
        {
            "title": "Account",
            "definition": {"text": "A customer.", "version": 1, "signed_off_by": "ann", "signed_off_on": "2026-01-01"},
            "canonical_system": copies[0],
            "replication": {c: {"object": "account", "fields": {f: f for f in fields}} for c in copies},
            "quality": {"fields": fields},
            "reconciliation": {"owner": "ann", "linkage": linkage},
        }
    )


def nodes(of: Entity, text: str) -> pl.DataFrame:
    """Nodes from a pipe table with `copy`, `_id` and fields."""
    return nodes_from(of, table(text))


def nodes_from(of: Entity, frame: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit(None, dtype=pl.String).alias(f) for f in of.fields if f not in frame.columns]
    frame = frame.with_columns(*absent)
    forms = [standardised(f, rule.standard) for f, rule in of.fields.items()]
    made = frame.select("copy", "_id", pl.lit(False).alias("_excluded"), *forms).sort("copy", "_id")
    return made.with_row_index("_node").cast({"_node": pl.Int64})


def apart(frame: pl.DataFrame) -> np.ndarray:
    """Groups in which every record stands alone."""
    return np.arange(frame.height, dtype=np.int64)


def probabilities(of: Entity, frame: pl.DataFrame) -> dict[frozenset[str], float]:
    """How likely each scored pair of record keys is the same thing, trained on the frame itself."""
    pairs = scored(of, trained(of, frame, apart(frame)), frame, apart(frame)).pairs
    keys = frame["_id"].to_list()
    return {frozenset((keys[a], keys[b])): p for a, b, p in pairs.select("left", "right", "probability").iter_rows()}


_FIRST = [
    "Amber",
    "Birch",
    "Cedar",
    "Delta",
    "Ember",
    "Fjord",
    "Granite",
    "Harbor",
    "Indigo",
    "Juniper",
    "Keystone",
    "Lark",
    "Maple",
    "Nimbus",
    "Onyx",
    "Pioneer",
]
_TRADE = ["Foods", "Media", "Energy", "Motors"]


def market(count: int = 40) -> pl.DataFrame:
    """Companies that are in both systems, written alike; books know no domain."""
    rows = []
    for n in range(count):
        name = f"{_FIRST[n % 16]} {_TRADE[n // 16 % 4]}"
        place = {"street": f"{100 + 7 * n} {_FIRST[(n * 5 + 3) % 16]} Street", "city": _FIRST[n * 3 % 16] + "ville"}
        same = {"phone": f"+1 212 55{n:02} {1000 + 37 * n}", "tax_number": f"US{n * 7919 + 100000}", **place}
        rows.append(
            {
                "copy": "crm",
                "_id": f"A{n}",
                "account_name": f"{name} Inc.",
                "domain": name.replace(" ", "").lower() + ".com",
                **same,
            }
        )
        rows.append({"copy": "books", "_id": f"C{n}", "account_name": name.upper(), "domain": None, **same})
    return pl.DataFrame(rows, schema={"copy": pl.String, "_id": pl.String, **dict.fromkeys(COMPANY_FIELDS, pl.String)})
