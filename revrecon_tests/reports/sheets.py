"""Small sheets of a small shop, as the rooms before the reports would hand them over."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.findings import FINDING_SCHEMA, VERDICT_SCHEMA, as_findings
from revrecon.numbers.frames import BRIDGE_SCHEMA, FIGURE_SCHEMA, ITEM_SCHEMA, STEP_SCHEMA
from revrecon.reports.daily import DailySheet, daily_sheet
from revrecon.tickets.model import Ticket, WorstRecord
from revrecon_tests.companies import TODAY

SHA = "0123456789abcdef" * 4
PIPELINE = {"number": "pipeline", "period": "", "definition": "books"}


TICKET = Ticket(
    id="RR-7Q2MXA",
    key="account/books/quality.stale_copy",
    state="open",
    title="Account in Books: 3 stale copies",
    owner="ann",
    assignee_name="Ann",
    assignee_email="ann@example.com",
    opened_on=dt.date(2026, 3, 24),
    first_breach=dt.date(2026, 3, 23),
    last_seen=TODAY,
    resolved_on=None,
    reopened=0,
    ageing="2-7",
    measure="3 records of 40 (7.5 %), limit 5 %",
    what_to_do="Bring the copy up to date and find out why it was not.",
    since=dt.date(2026, 3, 20),
    gross=None,
    worst=(WorstRecord("0a1b", "books/customer/B-1", "phone", "5•••", "5•••", None),),
)


def frame(rows: list[dict[str, Any]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Rows by a room's schema; what a row leaves out is null."""
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, strict=False)


def figure(definition: str, value: str, **more: Any) -> dict[str, Any]:
    """A figure of the pipeline."""
    return {
        "number": "pipeline", "period": "", "definition": definition, "version": 2, "department": "sales",
        "canonical": definition == "canonical", "unit": "USD", "as_of": TODAY, "value": Decimal(value), "records": 7,
        "caption": f"Pipeline {value}, as of 2026-03-31 23:59 EDT, definition pipeline@2, map 1", "stale": "", **more,
    }  # fmt: skip


def bridge(mine: str, reported: str, closing: str, **steps: str) -> dict[str, Any]:
    """A bridge of the pipeline to its canonical figure; unnamed steps are zero, the residual is what is left."""
    amounts = {
        f"{name}_step": Decimal(steps.get(name, "0")) for name in ("quality", "hierarchy", "timing", "definition")
    }
    return {
        "number": "pipeline", "period": "", "definition": mine, "department": "books", "unit": "USD",
        "reported": Decimal(reported), "closing": Decimal(closing), "closing_definition": "canonical",
        "residual": Decimal(reported) - Decimal(closing) - sum(amounts.values()), **amounts,
    }  # fmt: skip


def step(cause: str, detail: str, amount: str, position: int, **more: Any) -> dict[str, Any]:
    """A step of the bridge from Books."""
    category = cause.partition(".")[0]
    gross = abs(Decimal(amount))
    return {
        **PIPELINE, "position": position, "category": category, "cause": cause, "detail": detail,
        "amount": Decimal(amount), "gross": gross, "records": 1, **more,
    }  # fmt: skip


def item(cause: str, label: str, amount: str, **more: Any) -> dict[str, Any]:
    """A reconciling item of the bridge from Books."""
    return {
        **PIPELINE, "category": cause.partition(".")[0], "cause": cause, "detail": "not copied",
        "unit_id": f"u-{label}", "records": f"books/quote/{label}", "label": label, "amount": Decimal(amount), **more,
    }  # fmt: skip


def finding(cause: str, record_id: str, **more: Any) -> dict[str, Any]:
    """A finding on an account in Books."""
    return {
        "cause": cause, "rule": "phone_agrees", "entity": "account", "copy": "books", "system": "books",
        "object": "customer", "record_id": record_id, "field": "phone", "expected": "555-0100", "observed": "555-0199",
        "since": dt.date(2026, 3, 20), **more,
    }  # fmt: skip


def findings(*rows: dict[str, Any]) -> pl.DataFrame:
    """A frame of findings."""
    return as_findings(
        pl.DataFrame([{**dict.fromkeys(FINDING_SCHEMA), **row} for row in rows], infer_schema_length=None)
    )


def verdict(entity: str, copy: str, cause: str, kind: str, **more: Any) -> dict[str, Any]:
    """A verdict on a copy."""
    return {
        "entity": entity, "copy": copy, "system": copy, "cause": cause, "verdict": kind, "records": 0, "compared": 40,
        "share": 0.0, "owner": "ann", **more,
    }  # fmt: skip


def sheet(entity_map: EntityMap, **changed: Any) -> DailySheet:
    """A day on which Books disagrees with the canonical pipeline, with whatever a test changes."""
    told: dict[str, Any] = {
        "figures": frame(
            [figure("canonical", "1000"), figure("sales", "1000"), figure("books", "750.50")], FIGURE_SCHEMA
        ),
        "bridges": frame(
            [bridge("sales", "1000", "1000"), bridge("books", "750.50", "1000", quality="-300", definition="50.50")],
            BRIDGE_SCHEMA,
        ),
        "steps": frame(
            [
                step("quality.missing_record", "not copied", "-300", 1),
                step("definition.filter", "not: large", "50.50", 2),
            ],
            STEP_SCHEMA,
        ),
        "items": frame(
            [item("quality.missing_record", "Big deal", "-300"), item("definition.filter", "Small deal", "50.50")],
            ITEM_SCHEMA,
        ),
        "findings": findings(finding("quality.stale_copy", "B-1"), finding("quality.wrong_value", "B-2")),
        "verdicts": frame(
            [
                verdict("account", "crm", "quality.duplicate", "pass"),
                verdict("account", "books", "quality.stale_copy", "breach",
                        records=3, share=0.075, measure="share", limit=0.05),
                verdict("deal", "crm", "quality.duplicate", "warn", records=1, share=0.025, measure="count", limit=1.0),
                verdict("deal", "books", "quality.missing_record", "not_run", compared=0),
            ],
            VERDICT_SCHEMA,
        ),
        "tickets": [TICKET],
    }  # fmt: skip
    return daily_sheet(entity_map, SHA, TODAY, **{**told, **changed})
