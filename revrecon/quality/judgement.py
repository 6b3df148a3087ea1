"""All judges of one copy in their order: what is wrong with it, and against which threshold."""

from datetime import date

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.entities import MEASURES, Entity, Limit, Threshold
from revrecon.entity_map.model import EntityMap
from revrecon.findings import VERDICT_SCHEMA, all_findings, as_findings, no_findings
from revrecon.quality.agreed import OPEN, covering
from revrecon.quality.currencies import amounts_at_home, fields_held, rate_findings
from revrecon.quality.drift import NUMERIC, differences, no_overdue, with_due
from revrecon.quality.failing import failures, repeated
from revrecon.quality.hierarchy import has_tree, wrong_parents
from revrecon.quality.presence import duplicates, is_strays_home, missing, orphans
from revrecon.quality.ratchet import GUARDED, REGRESSION
from revrecon.quality.rules import is_required, rules_of, unique_fields
from revrecon.quality.scale import scale_findings, scaled_fields


def rule_findings(
    entity_map: EntityMap, world: World, entity_name: str, copy_name: str, earlier: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Findings of the field and record rules of a copy; none for a copy that has said nothing.

    `earlier` (EARLIER_SCHEMA) is what its records said before, for fields whose scale is watched.
    """
    place = (entity_map, world, entity_name, copy_name)
    return all_findings([findings_by_record(*place), findings_across_records(*place, earlier)])


def findings_by_record(entity_map: EntityMap, world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """Findings of the rules that look at one record of a copy at a time, whatever the others say."""
    copy = world.entities[entity_name].copies.get(copy_name)
    if copy is None:
        return no_findings()
    place = (entity_map, world, entity_name, copy_name)
    found = failures(entity_map.entities[entity_name], copy)
    return all_findings([amounts_at_home(*place, found), rate_findings(*place)])


def findings_across_records(
    entity_map: EntityMap, world: World, entity_name: str, copy_name: str, earlier: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Findings of the rules that look at all records of a copy at once: values that must be unique, and scale.

    They look at no fields but those of `fields_across`, of the copies and of the canonical records.
    """
    entity, here = entity_map.entities[entity_name], world.entities[entity_name]
    copy = here.copies.get(copy_name)
    if copy is None:
        return no_findings()
    found = all_findings([repeated(entity, copy), scale_findings(entity, here, copy, earlier)])
    return amounts_at_home(entity_map, world, entity_name, copy_name, found)


def fields_across(entity: Entity) -> list[str]:
    """The fields of an entity that a rule looks at in all records at once; none where there is no such rule."""
    unique = {field for copy in entity.replication for field in unique_fields(entity, copy)}
    scaled = {field for copy in entity.replication for field in scaled_fields(entity, copy)}
    numbers = {field for field, rule in entity.fields.items() if scaled and rule.type in NUMERIC}
    return [field for field in entity.fields if field in unique | scaled | numbers]


def drift_findings(
    entity_map: EntityMap, world: World, entity_name: str, copy_name: str, overdue: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Findings of a copy against the canonical records: values, presence and parents.

    What is in transit is none, unless it is `overdue` (OVERDUE_SCHEMA): timing is an excuse only once.
    """
    if copy_name not in world.entities[entity_name].copies:
        return no_findings()
    place = (entity_map, world, entity_name, copy_name)
    late = no_overdue() if overdue is None else overdue
    judges = (duplicates, orphans, wrong_parents)
    return all_findings([_drifted(*place, late), missing(*place, late), *(judge(*place) for judge in judges)])


def _drifted(
    entity_map: EntityMap, world: World, entity_name: str, copy_name: str, overdue: pl.DataFrame
) -> pl.DataFrame:
    copy = world.entities[entity_name].copies[copy_name]
    late = with_due(differences(entity_map, world, entity_name, copy_name, only_wrong=True), overdue).filter(
        pl.col("cause").is_not_null(), ~pl.col("in_transit") | pl.col("_overdue"),
        ~_judged_by_a_rule(entity_map, entity_name, copy_name),
    )  # fmt: skip
    return as_findings(
        late.with_columns(
            pl.min_horizontal("since", "_overdue_since").alias("since"),
            pl.col("_id").alias("record_id"),
            pl.format("{}_agrees", "field").alias("rule"),
            pl.lit(entity_name).alias("entity"),
            pl.lit(copy_name).alias("copy"),
            pl.lit(copy.system).alias("system"),
            pl.lit(copy.object).alias("object"),
        )
    )


def _judged_by_a_rule(entity_map: EntityMap, entity_name: str, copy_name: str) -> pl.Expr:
    """An empty field that must be filled is the field rule's finding, not told twice."""
    fields = entity_map.entities[entity_name].fields
    required = [name for name, rule in fields.items() if is_required(rule, copy_name)]
    return (pl.col("state") == "null") & pl.col("field").is_in(required)


def causes_judged(entity_map: EntityMap, entity_name: str, copy_name: str) -> list[str]:
    """The causes that a copy can be found guilty of, by what the map asks of it."""
    entity = entity_map.entities[entity_name]
    copy = entity.replication[copy_name]
    found = {"timing.late", *(rule.cause for rule in rules_of(entity, copy_name))}
    if set(copy.fields) & set(entity.reconciliation.compare):
        found |= {"quality.stale_copy", "quality.wrong_value", "quality.missing_field"}
    if fields_held(entity_map, entity_name, copy_name):
        found.add("quality.no_rate")
    if found & set(GUARDED):
        found.add(REGRESSION)
    if copy.expected_when:
        found.add("quality.missing_record")
    if copy.records != "parts":
        found.add("quality.duplicate")
    if copy.stands_for_nothing:
        found.add("quality.excluded")
    if not is_strays_home(entity, copy_name):
        found.add("quality.orphan")
    if has_tree(entity_map, entity_name, copy_name):
        found |= {"hierarchy.missing_parent", "hierarchy.different_parent", "hierarchy.cycle"}
        if entity.hierarchy and copy_name in entity.hierarchy.contract_entities:
            found.add("hierarchy.contract_entity")
    return sorted(found)


def verdicts(
    entity_map: EntityMap, world: World, entity_name: str, copy_name: str, findings: pl.DataFrame
) -> pl.DataFrame:
    """A verdict per cause (VERDICT_SCHEMA) from all findings of a copy: pass, warn, breach, or not_run without data."""
    copy = world.entities[entity_name].copies.get(copy_name)
    records = copy.records.height if copy is not None else None
    return verdicts_on(entity_map, world.as_of, entity_name, copy_name, findings, records)


def verdicts_on(
    entity_map: EntityMap, as_of: date, entity_name: str, copy_name: str, findings: pl.DataFrame, records: int | None
) -> pl.DataFrame:
    """The same for a copy of so many records; None for one that has said nothing."""
    entity = entity_map.entities[entity_name]
    compared = records or 0
    weighed = findings.select("cause", "amount", "since")
    rows = []
    for cause in causes_judged(entity_map, entity_name, copy_name):
        mine = weighed.filter(pl.col("cause") == cause)
        measured = _measured(mine, max(compared, mine.height))
        threshold = threshold_for(entity, copy_name, cause)
        verdict, measure, limit = _judged(measured, threshold) if records is not None else ("not_run", None, None)
        asked = verdict in OPEN
        agreed = covering(entity_map, entity_name, copy_name, cause, as_of, mine) if asked else None
        rows.append(
            {
                "entity": entity_name, "copy": copy_name, "cause": cause,
                "verdict": "pass" if agreed else verdict,
                "system": entity_map.system_of(copy_name, entity.replication[copy_name]),
                "records": mine.height, "compared": compared, "share": measured["share"],
                "net": mine["amount"].sum() if mine["amount"].drop_nulls().len() else None,
                "gross": mine["amount"].abs().sum() if mine["amount"].drop_nulls().len() else None,
                "measure": measure, "limit": limit, "since": mine["since"].min(),
                "owner": entity.reconciliation.owner, "agreed": agreed,
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema=VERDICT_SCHEMA)


def _measured(findings: pl.DataFrame, compared: int) -> dict[str, float]:
    records = findings.height
    return {
        "count": float(records),
        "share": records / compared if compared else 0.0,
        "net": abs(float(findings["amount"].sum() or 0)),
        "gross": float(findings["amount"].abs().sum() or 0),
    }


def _thresholds(entity: Entity) -> tuple[Threshold, ...]:
    """The map's thresholds, those for missed deadlines and regressions first, each with the usual one for them."""
    own = entity.reconciliation.thresholds
    late = tuple(threshold for threshold in own if threshold.cause == "timing.late")
    again = tuple(threshold for threshold in own if threshold.cause == REGRESSION)
    return (*late, MISSED_DEADLINE, *again, SLIPPED, *own)


def threshold_for(entity: Entity, copy_name: str, cause: str) -> Threshold | None:
    """The first line of an entity's thresholds that fits a cause in a copy; None where none does."""
    for threshold in _thresholds(entity):
        if threshold.copy_name in (None, copy_name) and threshold.cause in (None, cause):
            return threshold
    return None


SLIPPED = Threshold(cause=REGRESSION, count=Limit(breach=1))
"""What was cleaned and is wrong again is in breach at once, unless the map has a threshold of its own for that."""

MISSED_DEADLINE = Threshold(cause="timing.late", count=Limit(breach=1))
"""A system that says nothing in time is in breach, unless the map has a threshold of its own for that."""


def _judged(measured: dict[str, float], threshold: Threshold | None) -> tuple[str, str | None, float | None]:
    """The worst verdict over the limits of a threshold; without findings, or without a threshold, it is a pass."""
    if threshold is None or measured["count"] == 0:
        return "pass", None, None
    for verdict in ("breach", "warn"):
        for measure in MEASURES:
            limit: Limit | None = getattr(threshold, measure)
            level = getattr(limit, verdict) if limit else None
            if level is not None and measured[measure] >= level:
                return verdict, measure, level
    return "pass", None, None
