"""The steps of a day in their order, each writing its table; CLI and Dagster take the same ones."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import polars as pl

from revrecon.canonical.account_master import entities_with_a_tree
from revrecon.canonical.identity.frames import Identities
from revrecon.daily.breakdowns import make_breakdowns
from revrecon.daily.carrying.keeping import (
    keep_counts,
    keep_number,
    keep_overdue,
    keep_seen_across,
    keep_table,
    keep_ties,
)
from revrecon.daily.day import Day
from revrecon.daily.masters import make_hierarchy, make_master
from revrecon.daily.of_numbers import of_numbers
from revrecon.daily.reported import all_day_tie_out_findings, all_day_tie_out_verdicts, make_tie_outs
from revrecon.daily.timing import make_timing
from revrecon.findings import all_findings
from revrecon.history.keys import WITHOUT_KEY
from revrecon.numbers.accounting import ROW_ACCOUNTING_SCHEMA, NoKey
from revrecon.numbers.bridges import NumberResult
from revrecon.numbers.ratios import RatioResult


@dataclass(frozen=True)
class Step:
    """One named step of a day."""

    name: str
    take: Callable[[], object]


def make_crosswalk(day: Day, entity: str) -> Identities:
    """Work out and keep who is who in an entity: the crosswalk, the links that made it, and the review queue."""
    keep_crosswalk(day, entity)
    return day.identities[entity]


def keep_crosswalk(day: Day, entity: str) -> None:
    """The same, not put together where the entity is carried forward."""
    keep_table(day, entity, "links", entity, lambda: day.identities[entity].links)
    carried = day.carried(entity)
    review = carried.found.review if carried else day.identities[entity].review
    day.tables.write("review", entity, day.as_of, review, day.since(entity).basis)
    keep_table(day, entity, "crosswalk", entity, lambda: day.crosswalks[entity])
    keep_ties(day, entity)


def make_canonical(day: Day, entity: str) -> pl.DataFrame:
    """Work out and keep the canonical records of an entity and, where it has a hierarchy, its tree."""
    keep_canonical(day, entity)
    return day.tables.read("canonical", entity, day.as_of)


def keep_canonical(day: Day, entity: str) -> None:
    """The same, not held in memory where it was worked out in buckets."""
    if entity in day.divided and not day.carried(entity):
        day.divided[entity].write_canonical(day.tables.path("canonical", entity, day.as_of))
        day.tables.is_whole("canonical", entity, day.as_of)
    else:
        keep_table(day, entity, "canonical", entity, lambda: day.canonical(entity))
    if day.map.entities[entity].hierarchy is not None:
        day.tables.write("hierarchy", entity, day.as_of, day.world.entities[entity].tree)


def make_quality(day: Day, entity: str, copy: str) -> pl.DataFrame:
    """Judge and keep the field and record rules of a copy."""
    keep_quality(day, entity, copy)
    return day.tables.read("quality", f"{entity}_{copy}", day.as_of)


def keep_quality(day: Day, entity: str, copy: str) -> None:
    """The same, not put together where the entity is carried forward."""
    keep_table(day, entity, "quality", f"{entity}_{copy}", lambda: day.rule_findings(entity, copy))
    keep_seen_across(day, entity, copy)


def make_drift(day: Day, entity: str, copy: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Judge and keep a copy against the canonical records, and its verdicts."""
    verdicts = keep_drift(day, entity, copy)
    return day.tables.read("drift", f"{entity}_{copy}", day.as_of), verdicts


def keep_drift(day: Day, entity: str, copy: str) -> pl.DataFrame:
    """The same; the verdicts."""
    name = f"{entity}_{copy}"
    keep_table(day, entity, "drift", name, lambda: day.drift_findings(entity, copy))
    keep_overdue(day, entity, copy)
    verdicts = day.verdicts_of(entity, copy, day.findings_of(entity, copy))
    day.tables.write("verdicts", name, day.as_of, verdicts)
    return verdicts


def make_number(day: Day, number: str) -> NumberResult:
    """Work out and keep a number's figures."""
    result = day.number(number)
    keep_number(day, number)
    day.tables.write("figures", number, day.as_of, result.figures)
    return result


def make_bridges(day: Day, number: str) -> NumberResult:
    """Work out and keep a number's tie-outs and bridges, down to their items."""
    result = day.number(number)
    make_tie_outs(day, number)
    day.tables.write("bridges", number, day.as_of, result.bridges)
    day.tables.write("bridge_steps", number, day.as_of, result.steps)
    day.tables.write("bridge_items", number, day.as_of, result.items)
    day.tables.write("bridge_orders", number, day.as_of, result.orders)
    day.tables.write("order_matters", number, day.as_of, result.order_matters)
    return result


def make_ratio(day: Day, name: str) -> RatioResult:
    """Work out and keep a ratio's bridges, down to their items."""
    result = day.ratio(name)
    day.tables.write("ratio_bridges", name, day.as_of, result.bridges)
    day.tables.write("ratio_steps", name, day.as_of, result.steps)
    day.tables.write("ratio_items", name, day.as_of, result.items)
    return result


def make_accounting(day: Day) -> pl.DataFrame:
    """Count and keep where every row of every copy ended."""
    lost = keyless_rows(day)
    heard = [place for place in day.copies() if day.records_in(*place) is not None]
    counted = [day.accounting(entity, copy, lost[entity, copy]) for entity, copy in heard]
    frame = pl.concat([pl.DataFrame(schema=ROW_ACCOUNTING_SCHEMA), *counted])
    day.tables.write("row_accounting", "copies", day.as_of, frame)
    keep_counts(day)
    return frame


def keyless_rows(day: Day) -> NoKey:
    """Per entity and copy the rows that were set aside on arrival because they have no key."""
    found = {}
    for entity, copy in day.copies():
        spec = day.map.entities[entity].replication[copy]
        lost = day.lake.quarantined(day.map.system_of(copy, spec), spec.object, day.as_of)
        found[entity, copy] = lost.filter(pl.col("reason").str.starts_with(WITHOUT_KEY)).height
    return found


def all_day_findings(day: Day) -> pl.DataFrame:
    """Every finding of the day."""
    found = [day.findings_of(entity, copy) for entity, copy in day.copies()]
    return all_findings([*found, all_day_tie_out_findings(day)])


def all_day_verdicts(day: Day) -> pl.DataFrame:
    """Every verdict of the day, as kept."""
    kept = [day.tables.read("verdicts", f"{entity}_{copy}", day.as_of) for entity, copy in day.copies()]
    return pl.concat([*kept, all_day_tie_out_verdicts(day)], how="diagonal")  # earlier versions had fewer columns


def reconciliation_steps(day: Day) -> Iterator[Step]:
    """From the landed extracts to bridges, in the order of the route."""
    for entity in day.map.entities:
        yield Step(f"who is who: {entity}", partial(keep_crosswalk, day, entity))
    for entity in day.map.entities:
        yield Step(f"canonical {entity}", partial(keep_canonical, day, entity))
    for entity in entities_with_a_tree(day.map):
        yield Step(f"master of {entity}", partial(make_master, day, entity))
    for entity, copy in day.copies():
        yield Step(f"rules on {entity} in {copy}", partial(keep_quality, day, entity, copy))
    for entity, copy in day.copies():
        yield Step(f"drift of {entity} in {copy}", partial(keep_drift, day, entity, copy))
    yield Step("rows accounted for", lambda: make_accounting(day))
    for number in day.map.numbers:
        yield Step(f"figures of {number}", partial(make_number, day, number))
        yield Step(f"bridges of {number}", partial(make_bridges, day, number))
        yield Step(f"breakdowns of {number}", partial(make_breakdowns, day, number))
    for name in day.map.ratios:
        yield Step(f"bridges of {name}", partial(make_ratio, day, name))
    for entity in entities_with_a_tree(day.map):
        yield Step(f"wrong links of {entity}", partial(make_hierarchy, day, entity))
    yield Step("timing that must clear", lambda: make_timing(day))


def widest_gap(day: Day) -> tuple[str, str] | None:
    """The number and definition whose reported figure is furthest from the closing one, for its size."""
    bridges = of_numbers(day, "bridges")
    gap = (pl.col("reported") - pl.col("closing")).cast(pl.Float64).abs()
    size = pl.max_horizontal(pl.col("closing").cast(pl.Float64).abs(), pl.lit(1.0))
    ranked = bridges.sort(gap / size, "number", "definition", descending=[True, False, False])
    first = ranked.select("number", "definition").head(1).rows()
    return (str(first[0][0]), str(first[0][1])) if first else None
