"""Canonical assets: per entity the crosswalk and the canonical records."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from revrecon.dagster_defs.daily_assets import daily_asset
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.identity_shown import identity_metadata
from revrecon.dagster_defs.names import Plan, canonical_key, crosswalk_key, extract_key
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.shown import markdown_table, table_metadata
from revrecon.daily.steps import make_canonical, make_crosswalk
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.reach import rates_behind


def canonical_assets(plan: Plan) -> Iterator[dg.AssetsDefinition]:
    """Two assets per entity."""
    for entity in plan.map.entities:
        yield _crosswalk(plan, entity)
        yield _canonical(plan, entity)


def sources_of(entity_map: EntityMap, entity: str) -> list[dg.AssetKey]:
    """The extracts that an entity is read from."""
    found = []
    for name, copy in entity_map.entities[entity].replication.items():
        system = entity_map.system_of(name, copy)
        found.append(extract_key(system, copy.object))
        found += [extract_key(system, m.exists_in) for m in copy.fields.values() if m.exists_in]
    found += [extract_key(*place) for place in rates_behind(entity_map, entity)]
    return list(dict.fromkeys(found))


def pointed_to(entity_map: EntityMap, entity: str) -> list[str]:
    """The other entities that an entity's reference fields name."""
    fields = entity_map.entities[entity].fields.values()
    return list(dict.fromkeys(str(rule.to) for rule in fields if rule.type == "reference" and rule.to != entity))


def _crosswalk(plan: Plan, entity: str) -> dg.AssetsDefinition:
    answers = plan.map.entities[entity]
    upstream = [*sources_of(plan.map, entity), *(crosswalk_key(other) for other in pointed_to(plan.map, entity))]

    @daily_asset(
        plan,
        crosswalk_key(entity),
        group="canonical",
        description=f"Which record of which system stands for which {answers.title}.",
        deps=upstream,
        owners=plan.emails(answers.reconciliation.owner),
    )
    def crosswalk(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = desk.day(context)
        found = make_crosswalk(day, entity)
        shown = identity_metadata(day, entity, found)
        return Materialized(metadata={**table_metadata(found.crosswalk), **shown})

    return crosswalk


def _canonical(plan: Plan, entity: str) -> dg.AssetsDefinition:
    answers = plan.map.entities[entity]

    @daily_asset(
        plan,
        canonical_key(entity),
        group="canonical",
        description=f"{answers.title}: {answers.definition.text}",
        deps=[crosswalk_key(entity), *(crosswalk_key(other) for other in pointed_to(plan.map, entity))],
        owners=plan.emails(answers.reconciliation.owner),
    )
    def canonical(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        frame = make_canonical(desk.day(context), entity)
        winners = [
            {"field": field, "from": source, "records": count}
            for field in answers.fields
            for source, count in frame[f"{field}__from"].value_counts(sort=True).drop_nulls().iter_rows()
        ]
        won = pl.DataFrame(winners, schema={"field": pl.String, "from": pl.String, "records": pl.UInt32})
        return Materialized(metadata={**table_metadata(frame), "values_come_from": markdown_table(won, 60)})

    return canonical
