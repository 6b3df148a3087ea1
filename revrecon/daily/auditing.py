"""The audit of a quarter, gathered from its days, the ledger, the lake and the map."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from revrecon.audit.answers import answers_against
from revrecon.audit.drift import Columns, changed_schemas, growing_queues, slow_trends, thresholds_that_say_nothing
from revrecon.audit.findings import as_frame
from revrecon.audit.owners import lives, owner_records
from revrecon.daily.code_version import code_version
from revrecon.daily.day import Day
from revrecon.daily.follow_up import follow_ups
from revrecon.daily.present import Present
from revrecon.daily.quarter import QuarterDays, extracts_that_differ
from revrecon.daily.reality import own_columns, reality_of
from revrecon.daily.restating import first_published, restatements
from revrecon.daily.tables import Tables
from revrecon.daily.timing import kept_or_made_timing
from revrecon.entity_map.differences import Change, differences
from revrecon.entity_map.entities import MEASURES
from revrecon.history.lake import LakeError
from revrecon.history.map_store import MapStore, NoSuchMap
from revrecon.numbers.moments import month_end
from revrecon.quality.judgement import threshold_for
from revrecon.reports.audit.files import write_audit
from revrecon.reports.audit.sheet import (
    VERDICT_SUMMARY_SCHEMA,
    AuditSheet,
    ExtractFile,
    NumberOfQuarter,
)
from revrecon.tickets.figures import FigureRegister
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.model import Verdicted
from revrecon.tickets.restatement import Restatement


class QuarterIncomplete(Exception):
    """Days of the quarter are missing, so that nothing can be said of all of it."""


def require_complete(days: QuarterDays) -> None:
    """Raise QuarterIncomplete where a day of the quarter was not run."""
    if days.missing:
        first, last, count = days.missing[0], days.missing[-1], len(days.missing)
        told = f"{first}" if count == 1 else f"{count} days from {first} to {last}"
        raise QuarterIncomplete(
            f"{days.quarter.name} is not complete: {told} missing of {len(days.quarter.days)}. Get the exports of "
            "these days and run again, or ask for a provisional report with --provisional."
        )


def audit_of(days: QuarterDays) -> AuditSheet:
    """The audit of a quarter whose days were run, as far as they were. Raises QuarterIncomplete where none was."""
    ran = [day for day in days.quarter.days if day not in days.missing]
    if not ran:
        raise QuarterIncomplete(f"No day of {days.quarter.name} was run: {days.quarter.first} to {days.quarter.last}.")
    first, last = days.day(ran[0]), days.day(ran[-1])
    ledger, real = Ledger(last.home.ledger), days.inputs.home
    facts = ledger.facts(last.as_of, since=days.quarter.first)
    tickets = ledger.tickets(last.map, last.as_of)
    changes, version = _map_changes(days, first.as_of)
    return AuditSheet(
        map=last.map,
        map_sha=last.loaded.sha256,
        quarter=days.quarter,
        audited_as=audited_as(days),
        code=code_version(),
        missing=days.missing,
        notes=tuple(_notes(days)),
        findings=as_frame([
            *answers_against(last.map, reality_of(days, last), last.as_of),
            *slow_trends(last.map, facts),
            *thresholds_that_say_nothing(last.map, facts),
            *growing_queues(last.map, queues(last.tables, list(last.map.entities), ran)),
            *changed_schemas(last.map, list(extract_columns(days))),
        ]),
        numbers=tuple(_numbers(last, first, ran)),
        owners=tuple(owner_records(
            last.map, days.quarter, tickets, lives(ledger.verdicts(last.as_of), ledger.acts()), claims_of(last),
        )),
        tickets=tuple(tickets),
        verdicts=verdict_summary(last, facts),
        decisions=follow_ups(real, last.map, last.as_of, days.quarter.first),
        restated=tuple(_restated(days, last)),
        changes=changes,
        changed_from=version,
        extracts=tuple(_extracts(days)),
    )  # fmt: skip


def audited_as(days: QuarterDays) -> str:
    """With which data and which map, in a sentence."""
    at = days.known.at
    data = "with the data as known now" if at is None else f"with the data as known on {at:%Y-%m-%d %H:%M} UTC"
    map_ = "each day under the map of that day" if days.known.map_of_then else "under today's map"
    return f"Audited {data}, {map_}."


def _notes(days: QuarterDays) -> Iterator[str]:
    differ = extracts_that_differ(days)
    if days.known.at is not None:
        yield f"{differ:,} extracts up to the quarter's end are known otherwise now."
    if days.missing:
        yield (
            f"PROVISIONAL: {len(days.missing)} of {len(days.quarter.days)} days are missing "
            f"({days.missing[0]} to {days.missing[-1]})."
        )


def extract_columns(days: QuarterDays) -> Iterator[Columns]:
    """The columns of every extract of the quarter, and in which of them anything stands."""
    for name, system in days.inputs.loaded.map.systems.items():
        for object_name in system.objects:
            every = days.lake.kept(name, object_name, days.quarter.last)
            mine = [kept for kept in every if kept.day >= days.quarter.first]
            days.lake.storage.fetch(kept.path for kept in mine)
            for kept in mine:
                frame = pl.read_parquet(kept.rows_here)
                sent = own_columns(frame.schema)
                filled = [column for column in sent if frame[column].count()]
                yield Columns(name, object_name, kept.day, frozenset(sent), frozenset(filled), frame.height)


def queues(tables: Tables, entities: list[str], ran: list[date]) -> Mapping[str, list[tuple[date, int]]]:
    """Per entity how many cases waited for a steward on the first and the last of its days."""
    found = {}
    for entity in entities:
        kept = [day for day in ran if tables.has("review", entity, day)]
        if len(kept) > 1:
            found[entity] = [(day, tables.read("review", entity, day).height) for day in (kept[0], kept[-1])]
    return found


def claims_of(day: Day) -> Mapping[str, tuple[int, int]]:
    """Per entity how many timing claims of the last window were decided, and how many came true."""
    record = kept_or_made_timing(day).record.filter(pl.col("entity").is_not_null())
    longest = record.filter(pl.col("window") == pl.col("window").max())
    sums = longest.group_by("entity").agg(
        (pl.col("in_time") + pl.col("late") + pl.col("never")).sum().alias("decided"), pl.col("in_time").sum()
    )
    return {entity: (decided, kept) for entity, decided, kept in sums.iter_rows()}


def verdict_summary(day: Day, facts: list[Verdicted]) -> pl.DataFrame:
    """How every check went over the quarter (VERDICT_SUMMARY_SCHEMA), those in breach most days first."""
    by_key: dict[str, list[Verdicted]] = {}
    for fact in facts:
        by_key.setdefault(fact.key, []).append(fact)
    rows = [_summary(day, key, mine) for key, mine in by_key.items()]
    frame = pl.DataFrame(rows, schema=VERDICT_SUMMARY_SCHEMA)
    return frame.sort("breach", "warn", "last_records", "entity", "copy", "cause", descending=[True] * 3 + [False] * 3)


def _summary(day: Day, key: str, mine: list[Verdicted]) -> dict[str, object]:
    entity, copy, cause = key.split("/")
    known = day.map.entities.get(entity)
    threshold = threshold_for(known, copy, cause) if known else None
    told = {name: getattr(threshold, name) for name in MEASURES} if threshold else {}
    limits = [f"{name} {level:g} {word}" for name, one in told.items() if one for word, level in _levels(one)]
    return {
        "entity": entity, "copy": copy, "cause": cause,
        **{verdict: sum(fact.verdict == verdict for fact in mine) for verdict in ("pass", "warn", "breach", "not_run")},
        "first_records": mine[0].records, "last_records": mine[-1].records,
        "most_records": max(fact.records for fact in mine), "last_verdict": mine[-1].verdict,
        "limit": ", ".join(limits) or "none",
    }  # fmt: skip


def _levels(limit: object) -> Iterator[tuple[str, float]]:
    for word in ("warn", "breach"):
        level = getattr(limit, word)
        if level is not None:
            yield word, level


_KEY = ("number", "period", "definition")


def _numbers(last: Day, first: Day, ran: list[date]) -> Iterator[NumberOfQuarter]:
    for number in last.map.numbers:
        figures = last.tables.read("figures", number, last.as_of)
        kept = last.tables.read("bridges", number, last.as_of).iter_rows(named=True)
        bridges = {tuple(row[k] for k in _KEY): row for row in kept}
        days = {day: _figures_on(last.tables, number, day) for day in ran}
        for row in figures.iter_rows(named=True):
            key = (row["number"], row["period"], row["definition"])
            bridge = bridges.get(key)
            steps = ("definition", "timing", "hierarchy", "quality")
            values = tuple((day, found[key]) for day, found in days.items() if key in found)
            yield NumberOfQuarter(
                number=number, period=row["period"], definition=row["definition"], canonical=row["canonical"],
                unit=row["unit"], decimals=last.map.numbers[number].decimals, now=row["value"],
                then=dict(values).get(first.as_of),
                gap=bridge["reported"] - bridge["closing"] if bridge else None,
                steps=tuple((step, bridge[f"{step}_step"]) for step in steps) if bridge else (), days=values,
            )  # fmt: skip


def _figures_on(tables: Tables, number: str, day: date) -> dict[tuple[str, ...], Decimal]:
    if not tables.has("figures", number, day):
        return {}
    rows = tables.read("figures", number, day).select(*_KEY, "value").iter_rows()
    return {(a, b, c): value for a, b, c, value in rows}


def _map_changes(days: QuarterDays, first: date) -> tuple[tuple[Change, ...], int | None]:
    """What changed in the map since the quarter began, and its version then."""
    loaded = days.inputs.loaded
    store = MapStore(days.real.maps)
    store.keep(loaded)
    try:
        then = store.by_sha(store.on(first, loaded.map.company.name).sha256)
    except NoSuchMap:
        return (), None
    return tuple(differences(then, loaded)), then.map.map.version


def _restated(days: QuarterDays, last: Day) -> list[Restatement]:
    """What became of figures that were published at the quarter's month ends; none where it is not looked at now."""
    if not days.known.is_now:
        return []
    ends = {month_end(day) for day in days.quarter.days}
    known = first_published(FigureRegister(last.home.ledger), before=last.as_of)
    figures = [one for one in known if one.as_of in ends and one.as_of >= days.quarter.first]
    try:
        return [one for one in restatements(Present(last), figures) if one.difference != 0]
    except LakeError:
        return []


def _extracts(days: QuarterDays) -> Iterator[ExtractFile]:
    for name, system in days.inputs.loaded.map.systems.items():
        for object_name in system.objects:
            for kept in days.lake.kept(name, object_name, days.quarter.last):
                yield ExtractFile(name, object_name, kept.day, kept.rows, kept.sha256)


def manifest_of(sheet: AuditSheet, now: datetime | None = None) -> dict[str, object]:
    """What an audit rests on, so that it can be made again: files with their checksums, map, code, view."""
    return {
        "quarter": sheet.quarter.name, "first_day": str(sheet.quarter.first), "last_day": str(sheet.quarter.last),
        "made_at": (now or datetime.now(UTC)).isoformat(timespec="seconds"), "audited": sheet.audited_as,
        "map_version": sheet.map.map.version, "map_sha256": sheet.map_sha, "code": sheet.code,
        "missing_days": [str(day) for day in sheet.missing],
        "extracts": [{**asdict(one), "day": str(one.day)} for one in sheet.extracts],
    }  # fmt: skip


def audit_folder(days: QuarterDays) -> Path:
    """Where an audit's reports go: below the reports of the real home, or of the quarter's own."""
    return days.inputs.home.reports / "audit" / days.quarter.name


def keep_audit(days: QuarterDays, sheet: AuditSheet) -> Path:
    """Write the audit's reports; the path of the leadership's pages."""
    return write_audit(sheet, manifest_of(sheet), audit_folder(days))
