"""Tie-outs in the one currency of all judges: a finding for every miss, a verdict for every copy that was tied out."""

import re
from datetime import date

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.findings import VERDICT_ORDER, VERDICT_SCHEMA, as_findings, no_findings
from revrecon.numbers.tie_out import copy_behind, representative

UNREPRODUCED = "definition.unreproduced"
_MONEY = re.compile(r"k?[A-Z]{3}")
_RANK = pl.col("verdict").replace_strict(
    {name: place for place, name in enumerate(VERDICT_ORDER)}, return_dtype=pl.Int64
)


def tie_out_findings(entity_map: EntityMap, tie_outs: pl.DataFrame) -> pl.DataFrame:
    """A `definition.unreproduced` finding for every reported figure beyond its tolerance (TIE_OUT_SCHEMA).

    Its record is the figure itself, `pipeline.marketing` or `revenue.finance_billed 2026Q3`.
    """
    missed = tie_outs.filter(pl.col("verdict").is_in(["warn", "breach"]))
    rows = [_finding(entity_map, row) for row in missed.iter_rows(named=True)]
    return as_findings(pl.DataFrame(rows, infer_schema_length=None)) if rows else no_findings()


def _finding(entity_map: EntityMap, row: dict[str, object]) -> dict[str, object]:
    number, definition = str(row["number"]), str(row["definition"])
    entity, copy_name = copy_behind(entity_map, number, definition)
    copy = entity_map.entities[entity].replication[copy_name]
    told = [f"reported by {row['reported_by']}" if row["reported_by"] else "", str(row["note"] or "")]
    return {
        "cause": UNREPRODUCED, "rule": "tie_out", "entity": entity, "copy": copy_name, "object": copy.object,
        "system": entity_map.system_of(copy_name, copy), "record_id": f"{number}.{definition} {row['period']}".strip(),
        "expected": f"{row['recomputed']}", "observed": f"{row['reported_figure']}", "since": row["as_of"],
        "amount": row["miss"] if _MONEY.fullmatch(str(row["unit"])) else None,
        "why": ": ".join([", ".join(filter(None, told)) or "nobody is named", str(row["origin"])]),
    }  # fmt: skip


def tie_out_verdicts(entity_map: EntityMap, tie_outs: pl.DataFrame) -> pl.DataFrame:
    """Per entity and copy the worst of its tie-outs (VERDICT_SCHEMA); the representative answers for it."""
    counting = tie_outs.filter(pl.col("verdict") != "replaced")
    grouped: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in counting.sort(_RANK, pl.col("miss").abs(), descending=[False, True]).iter_rows(named=True):
        grouped.setdefault(copy_behind(entity_map, row["number"], row["definition"]), []).append(row)
    found = [_verdict(entity_map, *place, rows) for place, rows in sorted(grouped.items())]
    return pl.DataFrame(found, schema=VERDICT_SCHEMA)


def _verdict(entity_map: EntityMap, entity: str, copy: str, rows: list[dict[str, object]]) -> dict[str, object]:
    missed = [row for row in rows if row["verdict"] in ("warn", "breach")]
    money = pl.Series([row["miss"] for row in missed if _MONEY.fullmatch(str(row["unit"]))], dtype=pl.Decimal(18, 2))
    worst = rows[0]
    return {
        "entity": entity, "copy": copy, "cause": UNREPRODUCED, "verdict": worst["verdict"],
        "system": entity_map.system_of(copy, entity_map.entities[entity].replication[copy]),
        "records": len(missed), "compared": len(rows), "share": len(missed) / len(rows),
        "net": money.sum() if len(money) else None, "gross": money.abs().sum() if len(money) else None,
        "measure": "gross" if len(money) else None,
        "limit": float(str(worst["tolerance"])) if len(money) else None,
        "since": min((date.fromisoformat(str(row["as_of"])) for row in missed), default=None),
        "owner": representative(entity_map, entity, copy),
    }  # fmt: skip
