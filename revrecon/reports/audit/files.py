"""The audit as files: a few pages, the evidence, the tables behind both as CSV, and what it all rests on."""

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from revrecon.history.atomic import write_text
from revrecon.reports.audit.html import render_evidence, render_leadership
from revrecon.reports.audit.sheet import AuditSheet
from revrecon.reports.files import safe_csv


def write_audit(sheet: AuditSheet, manifest: Mapping[str, object], folder: Path) -> Path:
    """Write `leadership.html`, `evidence.html`, CSV files and `manifest.json` into a folder; the path of the first.

    Every file appears whole or not at all, the leadership's pages last.
    """
    for name, frame in tables_of(sheet).items():
        write_text(safe_csv(frame), folder / f"{name}.csv")
    write_text(json.dumps(manifest, indent=1), folder / "manifest.json")
    write_text(render_evidence(sheet), folder / "evidence.html")
    page = folder / "leadership.html"
    write_text(render_leadership(sheet), page)
    return page


def tables_of(sheet: AuditSheet) -> dict[str, pl.DataFrame]:
    """The tables behind the pages, by name."""
    tickets = [
        (
            one.id, one.key, one.state, one.owner, one.opened_on, one.first_breach, one.resolved_on, one.reopened,
            one.gross,
        )
        for one in sheet.tickets
    ]  # fmt: skip
    names = ["ticket", "key", "state", "owner", "opened_on", "first_breach", "resolved_on", "reopened", "gross"]
    figures = [(n.number, n.period, n.definition, n.unit, n.then, n.now, n.gap) for n in sheet.numbers]
    money = {"then": pl.Decimal(24, 4), "now": pl.Decimal(24, 4), "gap": pl.Decimal(24, 4)}
    return {
        "findings": sheet.findings,
        "checks": sheet.verdicts,
        "decisions": sheet.decisions,
        "tickets": pl.DataFrame(tickets, schema=names, orient="row", infer_schema_length=None),
        "figures": pl.DataFrame(
            figures, schema=["number", "period", "definition", "unit", "then", "now", "gap"], orient="row",
            schema_overrides=money, infer_schema_length=None,
        ),
    }  # fmt: skip
