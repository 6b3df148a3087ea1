"""From verdicts and findings to the facts of a day."""

from datetime import date

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.tickets.model import Verdicted, WorstRecord

_MOST_RECORDS = 10
_MASK = "***"


def facts_of(entity_map: EntityMap, as_of: date, verdicts: pl.DataFrame, findings: pl.DataFrame) -> list[Verdicted]:
    """The facts of a day from its verdicts (VERDICT_SCHEMA) and findings (FINDING_SCHEMA), sorted by key.

    Only breaches carry records: the ten with most money, then the oldest; personal values are masked.
    """
    grouped = {
        (str(entity), str(copy), str(cause)): rows
        for (entity, copy, cause), rows in findings.group_by("entity", "copy", "cause")
    }
    found = []
    for row in verdicts.iter_rows(named=True):
        key = (row["entity"], row["copy"], row["cause"])
        mine = grouped.get(key) if row["verdict"] == "breach" else None
        found.append(
            Verdicted(
                key="/".join(key),
                day=as_of,
                verdict=row["verdict"],
                records=row["records"],
                compared=row["compared"],
                share=row["share"],
                net=row["net"],
                gross=row["gross"],
                measure=row["measure"],
                limit=row["limit"],
                since=row["since"],
                worst=_worst(entity_map, mine) if mine is not None else (),
            )
        )
    return sorted(found, key=lambda fact: fact.key)


def _worst(entity_map: EntityMap, findings: pl.DataFrame) -> tuple[WorstRecord, ...]:
    order = findings.sort(
        pl.col("amount").abs(), "since", "signature", descending=[True, False, False], nulls_last=True
    )
    return tuple(_record(entity_map, row) for row in order.head(_MOST_RECORDS).iter_rows(named=True))


def _record(entity_map: EntityMap, row: dict[str, object]) -> WorstRecord:
    field = row["field"]
    rule = entity_map.entities[str(row["entity"])].fields.get(str(field)) if field else None
    hidden = rule is not None and rule.personal

    def shown(name: str) -> str | None:
        value = row[name]
        if value is None:
            return None
        return str(value)[:1] + _MASK if hidden else str(value)

    return WorstRecord(
        signature=str(row["signature"]),
        record=f"{row['record_system']}/{row['record_object']}/{row['record_id']}",
        field=str(field) if field else None,
        expected=shown("expected"),
        observed=shown("observed"),
        amount=row["amount"],  # type: ignore[arg-type]  # a Decimal or None by the frame's schema
        why=None if hidden or row["why"] is None else str(row["why"]),
    )
