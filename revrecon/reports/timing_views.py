"""Timing that must clear: what is expected when, what is overdue, and how often such claims came true; as data."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.reports.formats import money, plural, share
from revrecon.reports.titles import amount_unit, definition_title, number_title


@dataclass(frozen=True)
class ExpectedView:
    """Differences of one place that must clear by one day."""

    expected_on: str
    where: str
    what: str
    differences: int
    amount: str
    basis: str
    usually: str
    overdue: str


@dataclass(frozen=True)
class RecordView:
    """The track record of one copy: claims of the shorter window, and what became of them; the longer one's share."""

    where: str
    claims: int
    in_time: int
    late: int
    never: int
    pending: int
    share: str
    longer_share: str
    not_true: str
    limit: str
    usual: str


@dataclass(frozen=True)
class TimingView:
    """What one day says about timing, in a sentence and two tables."""

    headline: str
    windows: tuple[int, int]
    expected: tuple[ExpectedView, ...]
    records: tuple[RecordView, ...]


def timing_view(
    entity_map: EntityMap, claims: pl.DataFrame, record: pl.DataFrame, items: pl.DataFrame
) -> TimingView | None:
    """Claims (CLAIM_SCHEMA), track record (TRACK_SCHEMA) and items (TIMING_ITEM_SCHEMA) of a day for people.

    None where nothing was ever called timing and no copy's lag is known.
    """
    expected = (*_of_copies(entity_map, claims), *_of_bridges(entity_map, items))
    short, long = (record["window"].min(), record["window"].max()) if record.height else (0, 0)
    records = _records(entity_map, record, int(str(short)), int(str(long)))
    if not expected and not records:
        return None
    ordered = tuple(sorted(expected, key=lambda view: (view.expected_on or "9", view.where, view.what)))
    return TimingView(_headline(claims, record, int(str(short))), (int(str(short)), int(str(long))), ordered, records)


def _headline(claims: pl.DataFrame, record: pl.DataFrame, window: int) -> str:
    pending = claims.filter(pl.col("outcome") == "pending").height
    told = f"{plural(pending, 'difference')} {'is' if pending == 1 else 'are'} in transit and must clear"
    made = record.filter(pl.col("window") == window)
    true, late, never = (int(made[name].sum()) for name in ("in_time", "late", "never"))
    untrue = late + never
    if not true + untrue:
        return f"{told}."
    kept = share(true / (true + untrue))
    return f"{told}; of {plural(true + untrue, 'claim')} of the last {window} days {kept} came true."


def _of_copies(entity_map: EntityMap, claims: pl.DataFrame) -> list[ExpectedView]:
    open_ = claims.filter(pl.col("outcome") == "pending")
    keys = ["entity", "copy", "system", "cause", "expected_on", "basis"]
    grouped = open_.group_by(keys).agg(
        pl.len().alias("differences"), pl.col("amount").sum().alias("net"), pl.col("amount").count().alias("priced"),
        pl.col("usually_on").max().alias("usually_on"),
    )  # fmt: skip
    found = []
    for row in grouped.iter_rows(named=True):
        unit = amount_unit(entity_map, row["entity"]) if row["entity"] else ""
        found.append(
            ExpectedView(
                expected_on=str(row["expected_on"]),
                where=_place(entity_map, row["entity"], row["copy"], row["system"]),
                what="in transit" if row["cause"] == "timing.in_transit" else "the system is late",
                differences=row["differences"],
                amount=money(row["net"], unit, signed=True) if row["priced"] else "",
                basis=row["basis"],
                usually=_day(row["usually_on"]),
                overdue="",
            )
        )
    return found


def _of_bridges(entity_map: EntityMap, items: pl.DataFrame) -> list[ExpectedView]:
    keys = ["number", "period", "definition", "cause", "expected_on", "basis"]
    grouped = items.group_by(keys).agg(
        pl.len().alias("differences"), pl.col("amount").sum().alias("net"),
        pl.col("overdue_since").count().alias("late"),
    )  # fmt: skip
    found = []
    for row in grouped.iter_rows(named=True):
        answers = entity_map.numbers[row["number"]]
        title = number_title(entity_map, row["number"], row["period"])
        found.append(
            ExpectedView(
                expected_on=_day(row["expected_on"]),
                where=f"{title}, {definition_title(entity_map, row['number'], row['definition'])}",
                what="in the bridge: " + ("in transit" if row["cause"] == "timing.in_transit" else "another as-of"),
                differences=row["differences"],
                amount=money(row["net"], answers.unit, answers.decimals, signed=True),
                basis=row["basis"],
                usually="",
                overdue=f"{row['late']} of them overdue" if row["late"] else "",
            )
        )
    return found


def _records(entity_map: EntityMap, record: pl.DataFrame, short: int, long: int) -> tuple[RecordView, ...]:
    keys = ["system", "entity", "copy"]
    longer = record.filter(pl.col("window") == long).select(*keys, pl.col("share_true").alias("longer"), "claims")
    rows = record.filter(pl.col("window") == short).join(
        longer, on=keys, how="left", nulls_equal=True, suffix="_longer"
    )
    told = rows.filter((pl.col("claims_longer") > 0) | (pl.col("changes") > 0)).sort(keys, nulls_last=True)
    return tuple(_record(entity_map, row) for row in told.iter_rows(named=True))


def _record(entity_map: EntityMap, row: dict[str, object]) -> RecordView:
    def number(name: str) -> int:
        return int(str(row[name] or 0))

    gross = [value for name in ("gross_late", "gross_never") if isinstance(value := row[name], Decimal)]
    unit = amount_unit(entity_map, str(row["entity"])) if row["entity"] else ""
    return RecordView(
        where=_place(entity_map, row["entity"], row["copy"], str(row["system"])),
        claims=number("claims"), in_time=number("in_time"), late=number("late"), never=number("never"),
        pending=number("pending"), share=_share(row["share_true"]), longer_share=_share(row["longer"]),
        not_true=money(sum(gross, Decimal(0)), unit) if gross else "",
        limit=_hours(row["limit_hours"]) or ("none agreed" if row["entity"] else ""), usual=_hours(row["usual_hours"]),
    )  # fmt: skip


def _share(value: object) -> str:
    return share(value if isinstance(value, float) else None)


def _hours(value: object) -> str:
    return f"{value:.0f} h" if isinstance(value, float) else ""


def _day(value: object) -> str:
    return str(value) if isinstance(value, date) else ""


def _place(entity_map: EntityMap, entity: object, copy: object, system: str) -> str:
    known = entity_map.systems.get(system)
    title = known.title if known else system
    if not entity:
        return f"{title}: its deadlines"
    answers = entity_map.entities.get(str(entity))
    named = f" ({copy})" if copy != system else ""
    return f"{answers.title if answers else entity} in {title}{named}"
