"""A day undivided, in buckets one after the other, and in buckets on Dask: seconds, peak memory, the same results.

`python -m benchmarks.buckets [RECORDS ...]` lands a company of two systems with so many deals and a quote for nearly
all of them (1 % changed amounts, 0.5 % missing on each side), works out who is who once, and then runs whole processes
that make canonical records, findings and bridges of that day from the lake and the kept crosswalks. Peak memory is that
of the process and all that it started, and of the largest of them alone.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import psutil

from revrecon.canonical.lazily import Lazily
from revrecon.daily.buckets.engine import Spread, spread_of
from revrecon.daily.day import Day
from revrecon.daily.home import Home
from revrecon.daily.steps import keep_canonical, make_crosswalk
from revrecon.entity_map.loader import parse_map
from revrecon.history.lake import Lake
from revrecon.sources.contract import REJECTED_SCHEMA, RawExtract

AS_OF = date(2026, 3, 31)
WAYS = {
    "undivided": ("1", "in-process"),
    "16 buckets in sequence": ("16", "in-process"),
    "16 buckets, 2 Dask workers": ("16", "dask"),
}
MAP = """
company: {name: Many Deals, timezone: UTC, currency: USD}
map: {version: 1}
people: {ann: {name: Ann, email: ann@example.com}}
departments: {sales: {title: Sales, head: ann}, books: {title: Books, head: ann}}
systems:
  crm:
    {title: CRM, settings: {root: crm}, department: sales, representative: ann, clock: real time,
     objects: {Deal: {key: [id], created: created, changed: changed}}}
  books:
    {title: Books, settings: {root: books}, department: books, representative: ann, clock: daily,
     objects: {quote: {key: [id], created: created, changed: changed}}}
entities:
  deal:
    title: Deal
    definition: {text: A sale., version: 1, signed_off_by: ann, signed_off_on: 2026-01-01}
    canonical_system: crm
    replication:
      crm: {object: Deal, fields: {deal_name: name, region: region, stage: stage, amount: amount, closes: closes}}
      books:
        object: quote
        freshness: 24h
        expected_when: "true"
        cross_references: {crm: crm_id}
        fields: {deal_name: name, region: region, stage: stage, amount: total}
    quality:
      fields:
        deal_name: {type: text, standard: casefold, required: true}
        region: {type: text, allowed: [north, south, east, west]}
        stage: {type: text, allowed: [open, won, lost]}
        amount: {type: money, at_least: 0, required: true}
        closes: {type: date}
    reconciliation:
      owner: ann
      amount: amount
      compare: {deal_name: {}, region: {}, stage: {}, amount: {absolute: 0.005}}
      thresholds: [{share: {warn: 1%, breach: 3%}}]
numbers:
  pipeline:
    title: Pipeline
    text: What could be won.
    unit: kUSD
    owner: ann
    canonical: canonical
    definitions:
      canonical:
        {version: 1, effective: 2026-01-01, department: sales, text: Large open deals., entity: deal,
         conditions: {open: stage = 'open', large: amount > 500}, measure: {sum: {amount: amount}}}
      books:
        {version: 1, effective: 2026-01-01, department: books, text: Open quotes., entity: deal, copy: books,
         conditions: {open: stage = 'open'}, measure: {sum: {amount: amount}}}
rhythms: {daily: {at: "05:30"}, tickets: {at: "08:00"}}
"""


def deals_and_quotes(records: int, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Raw rows of both systems, all text."""
    random = np.random.default_rng(seed)
    amount = random.integers(10_00, 90_000_00, records)
    quoted = np.where(random.random(records) < 0.01, amount + random.integers(1, 500_00, records), amount)
    number = pl.select(pl.int_range(records).cast(pl.String).str.zfill(9)).to_series()
    shared = {
        "region": pl.Series(np.array(["north", "south", "east", "west"])[random.integers(0, 4, records)]),
        "stage": pl.Series(np.array(["open", "won", "lost"])[random.integers(0, 3, records)]),
        "created": pl.repeat("2026-01-10 00:00:00", records, eager=True),
        "changed": pl.repeat("2026-02-10 00:00:00", records, eager=True),
    }
    name = pl.select(pl.format("Deal of company {}", number)).to_series()
    deals = pl.DataFrame({"id": number, "name": name, **shared, "amount": _money(amount),
                          "closes": pl.repeat("2026-06-30", records, eager=True)})  # fmt: skip
    quotes = pl.DataFrame({"id": pl.select(pl.format("Q{}", number)).to_series(), "name": name, **shared,
                           "total": _money(quoted), "crm_id": number})  # fmt: skip
    return deals.filter(random.random(records) > 0.005), quotes.filter(random.random(records) > 0.005)


def _money(cents: np.ndarray) -> pl.Series:
    whole = pl.Series(cents)
    return pl.select(pl.format("{}.{}", whole // 100, (whole % 100).cast(pl.String).str.zfill(2))).to_series()


def land(home: Home, records: int) -> None:
    """Keep one full extract of both systems."""
    systems, nothing = parse_map(MAP).map.systems, pl.DataFrame(schema=REJECTED_SCHEMA)
    for (system, name), frame in zip((("crm", "Deal"), ("books", "quote")), deals_and_quotes(records), strict=True):
        extract = RawExtract(AS_OF, "full", frame, nothing, "generated")
        Lake(home.lake).keep(system, name, systems[system].objects[name], extract)


def day_of(home: Home, spread: Spread) -> Day:
    return Day(parse_map(MAP), home, AS_OF, decisions=(), spread=spread)


def judge(home: Home, spread: Spread) -> str:
    """Work out the day from kept crosswalks; a digest of everything but the canonical records, which are kept."""
    day = day_of(home, spread)
    day.crosswalks = Lazily(day.map.entities, lambda name: day.tables.read("crosswalk", name, AS_OF))
    keep_canonical(day, "deal")
    digest = hashlib.blake2b(digest_size=8)
    for frame in _results(day):
        digest.update(frame.write_csv().encode())
    return digest.hexdigest()


def _results(day: Day) -> Iterator[pl.DataFrame]:
    for place in day.copies():
        yield day.rule_findings(*place)
        yield day.drift_findings(*place)
        yield day.accounting(*place, 0)
    found = day.number("pipeline")
    yield from (found.figures, found.bridges, found.steps, found.items, found.orders, found.order_matters)


def measured(*words: str) -> tuple[float, float, float, str]:
    """A whole process of this module: seconds, peak MB of it and its children, of the largest of them, its output."""
    began, most, largest = time.perf_counter(), 0, 0
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.buckets", *words], stdout=subprocess.PIPE, text=True)
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        sizes = list(_sizes(watched))
        most, largest = max(most, sum(sizes)), max(largest, *sizes, 0)
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"benchmarks.buckets {' '.join(words)} failed.")
    told = process.stdout.read().strip() if process.stdout else ""
    return time.perf_counter() - began, most / 1e6, largest / 1e6, told


def _sizes(process: psutil.Process) -> Iterator[int]:
    try:
        for one in [process, *process.children(recursive=True)]:
            yield one.memory_info().rss
    except psutil.NoSuchProcess:
        return


def compared(records: int) -> None:
    """Land, identify, and run every way; print a row for each, and fail where results differ."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), alone=True)
        for step in ("land", "identify"):
            seconds, most, _, _ = measured(step, folder, str(records))
            _tell(f"| {records:,} | {step} | {seconds:.1f} | {most:,.0f} | | |")
        told, kept = set(), set()
        for name, (buckets, engine) in WAYS.items():
            seconds, most, largest, digest = measured("judge", folder, buckets, engine)
            table = home.tables / "canonical" / "deal" / f"{AS_OF}.parquet"
            kept.add(hashlib.blake2b(pl.read_parquet(table).hash_rows().to_numpy().tobytes()).hexdigest()[:8])
            told.add(digest)
            _tell(f"| {records:,} | {name} | {seconds:.1f} | {most:,.0f} | {largest:,.0f} | {digest} |")
        if len(told) + len(kept) > 2:
            raise SystemExit("The results differ.")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    if sys.argv[1:2] in (["land"], ["identify"], ["judge"]):
        step, home = sys.argv[1], Home(Path(sys.argv[2]), alone=True)
        if step == "land":
            land(home, int(sys.argv[3]))
        elif step == "identify":
            make_crosswalk(day_of(home, Spread()), "deal")
        else:
            _tell(judge(home, spread_of(int(sys.argv[3]), sys.argv[4], None, 2)))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="*", type=int, default=[1_000_000, 4_000_000])
    _tell("| deals | | seconds | peak MB | largest process MB | results |\n|---|---|---|---|---|---|")
    for records in parser.parse_args().records:
        compared(records)


if __name__ == "__main__":
    main()
