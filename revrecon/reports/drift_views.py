"""Drift as a matrix of entities and systems, and as the list of limits that were passed."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from revrecon.findings import VERDICT_ORDER
from revrecon.reports.daily import DailySheet, person_name, system_title
from revrecon.reports.formats import limit, money, share
from revrecon.reports.palette import VERDICT_WORDS
from revrecon.reports.titles import amount_unit, cause_title

_RANK = {verdict: place for place, verdict in enumerate(VERDICT_ORDER)}


@dataclass(frozen=True)
class CopyView:
    """One copy's worst verdict, and the cause and share of records behind it."""

    copy: str
    verdict: str
    words: str
    detail: str
    passed: int
    judged: int


@dataclass(frozen=True)
class MatrixRow:
    """One entity, and for each system of the matrix the copies that it holds."""

    entity: str
    owner: str
    cells: tuple[tuple[CopyView, ...], ...]


@dataclass(frozen=True)
class Matrix:
    """Entities by systems."""

    systems: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True)
class VerdictView:
    """One verdict that is no pass."""

    entity: str
    copy: str
    category: str
    cause_title: str
    verdict: str
    words: str
    records: int
    compared: int
    share: str
    net: str
    gross: str
    limit: str
    since: str
    owner: str


def verdict_counts(sheet: DailySheet) -> tuple[tuple[str, str, int], ...]:
    """How many verdicts of each kind there are, worst first: kind, word, count."""
    found = dict(sheet.verdicts.group_by("verdict").len().iter_rows())
    return tuple((verdict, VERDICT_WORDS[verdict], found.get(verdict, 0)) for verdict in VERDICT_ORDER)


def drift_matrix(sheet: DailySheet) -> Matrix:
    """Every copy of the map under its system; a copy without any verdict was not run."""
    drift = sheet.verdicts.filter(pl.col("cause") != "definition.unreproduced")  # no drift: a figure, not a copy
    held = drift.partition_by("entity", "copy", as_dict=True)
    systems = [name for name in sheet.map.systems if any(name in _systems_of(sheet, e) for e in sheet.map.entities)]
    rows = []
    for name, entity in sheet.map.entities.items():
        copies = [(sheet.map.system_of(copy, known), copy) for copy, known in entity.replication.items()]
        cells = tuple(
            tuple(_copy_view(copy, held.get((name, copy))) for system, copy in copies if system == column)
            for column in systems
        )
        rows.append(MatrixRow(entity.title, person_name(sheet.map, entity.reconciliation.owner), cells))
    return Matrix(tuple(system_title(sheet.map, name) for name in systems), tuple(rows))


def _systems_of(sheet: DailySheet, entity: str) -> set[str]:
    return {sheet.map.system_of(name, copy) for name, copy in sheet.map.entities[entity].replication.items()}


def _copy_view(copy: str, verdicts: pl.DataFrame | None) -> CopyView:
    if verdicts is None or verdicts.is_empty():
        return CopyView(copy, "not_run", VERDICT_WORDS["not_run"], "no verdict", 0, 0)
    rank = pl.col("verdict").replace_strict(_RANK, default=_RANK["not_run"], return_dtype=pl.Int64)
    worst = verdicts.sort(rank, pl.col("share"), descending=[False, True], nulls_last=True).row(0, named=True)
    verdict = worst["verdict"] if worst["verdict"] in _RANK else "not_run"
    passed = verdicts.filter(pl.col("verdict") == "pass").height
    return CopyView(copy, verdict, VERDICT_WORDS[verdict], _detail(worst, verdict), passed, verdicts.height)


def _detail(worst: dict[str, object], verdict: str) -> str:
    if verdict == "not_run":
        return "no data"
    if not worst["records"]:
        return "nothing found"
    held = worst["share"]
    return f"{share(held if isinstance(held, float) else None)} {cause_title(str(worst['cause'])).lower()}"


def troubles(sheet: DailySheet) -> Iterator[VerdictView]:
    """Every verdict that is no pass, worst first, then by money and records."""
    rank = pl.col("verdict").replace_strict(_RANK, default=_RANK["not_run"], return_dtype=pl.Int64)
    rows = sheet.verdicts.filter(pl.col("verdict") != "pass").sort(
        rank, "gross", "records", "entity", "copy", "cause",
        descending=[False, True, True, False, False, False], nulls_last=True,
    )  # fmt: skip
    for row in rows.iter_rows(named=True):
        unit = amount_unit(sheet.map, row["entity"])
        entity = sheet.map.entities.get(row["entity"])
        yield VerdictView(
            entity=entity.title if entity else row["entity"],
            copy=row["copy"],
            category=row["cause"].partition(".")[0].capitalize(),
            cause_title=cause_title(row["cause"]),
            verdict=row["verdict"],
            words=VERDICT_WORDS.get(row["verdict"], row["verdict"]),
            records=row["records"],
            compared=row["compared"],
            share=share(row["share"]),
            net=money(row["net"], unit, signed=True) if row["net"] is not None else "",
            gross=money(row["gross"], unit),
            limit=limit(row["measure"], row["limit"], unit),
            since=str(row["since"] or ""),
            owner=person_name(sheet.map, row["owner"] or ""),
        )
