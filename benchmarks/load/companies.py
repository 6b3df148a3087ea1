"""Companies of any size for load: a map with as many pairs of entities as asked for, and exports of as many rows."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs
from revrecon.entity_map.loader import load_map
from revrecon_tests.map_texts import pipeline_of, two_systems

FIRST = date(2026, 1, 1)
"""The first day of every generated history."""

_ENTITIES = """\
  account{n}:
    title: Account {n}
    definition: {{text: A customer of street {n}., version: 1, signed_off_by: ann, signed_off_on: 2026-01-01}}
    canonical_system: crm
    replication:
      crm: {{object: Account{n}, fields: {{account_name: name, phone: phone, kind: kind}}}}
      books:
        object: Customer{n}
        freshness: 24h
        cross_references: {{crm: crm_id}}
        fields: {{account_name: name, phone: phone, kind: kind}}
    quality:
      fields:
        account_name: {{type: text, standard: legal_name, required: true}}
        phone: {{type: text, standard: phone, required: true}}
        kind: {{type: text, allowed: [prospect, customer]}}
    reconciliation:
      owner: ann
      match_keys: [[phone]]
      compare: {{account_name: {{}}, phone: {{}}, kind: {{}}}}
      thresholds: [{{count: {{warn: 1, breach: 10}}}}]
  deal{n}:
    title: Deal {n}
    definition: {{text: A sale of street {n}., version: 1, signed_off_by: ann, signed_off_on: 2026-01-01}}
    canonical_system: crm
    replication:
      crm: {{object: Deal{n}, fields: {{deal_name: name, account: account, stage: stage, amount: amount}}}}
      books:
        object: Quote{n}
        freshness: 24h
        cross_references: {{crm: crm_id}}
        fields: {{deal_name: name, account: account, stage: stage, amount: amount}}
    quality:
      fields:
        deal_name: {{type: text, standard: casefold}}
        account: {{type: reference, to: account{n}, required: true}}
        stage: {{type: text, allowed: [open, won, lost]}}
        amount: {{type: money, at_least: 0}}
    reconciliation:
      owner: ann
      match_keys: [[deal_name]]
      amount: amount
      compare: {{stage: {{}}, amount: {{absolute: 0.01}}}}
      thresholds: [{{count: {{warn: 1, breach: 10}}}}]
"""


def map_text(pairs: int = 1) -> str:
    """An Entity Map with `pairs` accounts and deals, each held by two systems."""
    numbers = range(1, pairs + 1)
    crm = [f"{name}{n}" for n in numbers for name in ("Account", "Deal")]
    books = [f"{name}{n}" for n in numbers for name in ("Customer", "Quote")]
    entities = "".join(_ENTITIES.format(n=n) for n in numbers)
    return f"{two_systems('Long Street', crm, books)}entities:\n{entities}{pipeline_of('deal1')}"


def export(root: Path, day: date, deals: int, pair: int = 1, accounts: int | None = None) -> None:
    """Write the four exports of a pair on a day: one deal in a hundred was changed on it, and one in a thousand of
    those that changed has not reached the books."""
    held = accounts or max(deals // 10, 1)
    for name, frame in _tables(day, deals, held).items():
        system = "crm" if name in ("Account", "Deal") else "books"
        path = root / "data" / system / f"{name}{pair}" / f"{day}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_csv(path)


def company(root: Path, pairs: int, deals: int, days: int = 1) -> Path:
    """A folder with a map and the exports of some days; the map's path."""
    root.mkdir(parents=True, exist_ok=True)
    path = root / "entity_map.yaml"
    path.write_text(map_text(pairs))
    for number in range(days):
        for pair in range(1, pairs + 1):
            export(root, FIRST + timedelta(days=number), deals, pair)
    return path


def _tables(day: date, deals: int, accounts: int) -> dict[str, pl.DataFrame]:
    since = (day - FIRST).days
    long_ago, today = pl.lit("2025-06-01 00:00:00"), pl.lit(f"{day} 00:00:00")
    account, deal = pl.int_range(accounts, eager=True), pl.int_range(deals, eager=True)
    now = (pl.col("n") % 100) == since % 100
    held = pl.DataFrame({"n": account}).select(
        pl.format("A{}", "n").alias("id"), pl.format("Company {} Inc.", "n").alias("name"),
        pl.format("+1 555 {}", pl.col("n").cast(pl.String).str.zfill(7)).alias("phone"),
        pl.lit("customer").alias("kind"), long_ago.alias("created"), long_ago.alias("changed"),
    )  # fmt: skip
    amount = (pl.col("n") * 7 % 9973 + pl.when(now).then(since).otherwise(0)).cast(pl.Decimal(18, 2))
    sold = pl.DataFrame({"n": deal}).select(
        pl.format("D{}", "n").alias("id"), pl.format("Deal {}", "n").alias("name"),
        pl.format("A{}", pl.col("n") % accounts).alias("account"),
        pl.when(pl.col("n") % 3 == 0).then(pl.lit("won")).otherwise(pl.lit("open")).alias("stage"),
        amount.alias("amount"), long_ago.alias("created"),
        pl.when(now).then(today).otherwise(long_ago).alias("changed"),
    )  # fmt: skip
    late = pl.col("id").str.ends_with("777")
    quoted = sold.select(
        pl.format("Q{}", pl.col("id").str.slice(1)).alias("id"), "name",
        pl.format("C{}", pl.col("account").str.slice(1)).alias("account"), "stage",
        pl.when(late).then(pl.col("amount") + 1).otherwise(pl.col("amount")).alias("amount"),
        pl.col("id").alias("crm_id"), "created", "changed",
    )  # fmt: skip
    customers = held.select(
        pl.format("C{}", pl.col("id").str.slice(1)).alias("id"), "name", "phone", "kind",
        pl.col("id").alias("crm_id"), "created", "changed",
    )  # fmt: skip
    return {"Account": held, "Customer": customers, "Deal": sold, "Quote": quoted}


def inputs(folder: Path) -> Inputs:
    """What a run over a generated company starts from."""
    return Inputs(load_map(folder / "entity_map.yaml"), folder / "data", open_home(folder / "home"))
