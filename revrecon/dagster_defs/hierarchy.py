"""Hierarchy and account master assets: one of each per entity with a hierarchy, and the job that publishes."""

from collections.abc import Iterator
from datetime import date

import dagster as dg
import polars as pl

from revrecon.canonical.account_master import entities_with_a_tree
from revrecon.dagster_defs.daily_assets import daily_asset
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import (
    Plan,
    bridges_key,
    canonical_key,
    crosswalk_key,
    drift_key,
    hierarchy_key,
    master_key,
)
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.shown import markdown_table, page_shown, table_metadata
from revrecon.daily.day import Day
from revrecon.daily.masters import make_hierarchy, make_master
from revrecon.daily.publishing import SnapshotMissing, draft, files_folder, publish
from revrecon.reports.hierarchy_views import corrections_views

PUBLISH_JOB = "publish_account_master"


def hierarchy_assets(plan: Plan) -> Iterator[dg.AssetsDefinition]:
    """Two assets per entity with a hierarchy."""
    for entity in entities_with_a_tree(plan.map):
        yield _master(plan, entity)
        yield _hierarchy(plan, entity)


def _hierarchy(plan: Plan, entity: str) -> dg.AssetsDefinition:
    answers = plan.map.entities[entity]

    @daily_asset(
        plan,
        hierarchy_key(entity),
        group="account_master",
        description=f"Wrong links of every system's tree of {answers.title}, what each moves, and which to mend first.",
        deps=[
            *(drift_key(entity, copy) for copy in answers.replication),
            *(bridges_key(number) for number in plan.map.numbers),
        ],
        owners=plan.emails(answers.reconciliation.owner),
    )
    def hierarchy(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = desk.day(context)
        made = make_hierarchy(day, entity)
        views = corrections_views(day.map, made.corrections)
        said = "\n".join(f"- **{view.title}, {view.department}**: {view.headline}" for view in views)
        moving = made.links.filter(pl.col("number").is_not_null())
        return Materialized(
            metadata={
                **table_metadata(made.links),
                "wrong_links": made.links.select("copy", "node").n_unique(),
                "set_right_first": dg.MetadataValue.md(said or "*no bridge has a hierarchy step*"),
                "corrections": markdown_table(_told(made.corrections)),
                "what_links_move": markdown_table(_moved(moving)),
            }
        )

    return hierarchy


def _told(corrections: pl.DataFrame) -> pl.DataFrame:
    gone = (pl.col("share_removed") * 100).round(1).alias("gone_%")
    return corrections.select(
        "number", "definition", "rank", "label", "record_id", "cause",
        pl.col("own_parent_label").alias("stands_under"), pl.col("canonical_parent_label").alias("belongs_under"),
        gone, "gross_left",
    )  # fmt: skip


def _moved(moving: pl.DataFrame) -> pl.DataFrame:
    ranked = moving.sort(pl.col("amount_moved").abs(), "copy", "node", descending=[True, False, False])
    return ranked.select("label", "copy", "cause", "number", "period", "definition", "amount_moved", "records_moved")


def _master(plan: Plan, entity: str) -> dg.AssetsDefinition:
    answers = plan.map.entities[entity]

    @daily_asset(
        plan,
        master_key(entity),
        group="account_master",
        description=f"{answers.title}: canonical records with parents, surviving values and every system's keys. "
        "Publishing it is an act of its own.",
        deps=[canonical_key(entity), crosswalk_key(entity)],
        owners=plan.emails(answers.reconciliation.owner),
    )
    def master(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = desk.day(context)
        frame = make_master(day, entity)
        return Materialized(metadata={**table_metadata(frame), **_unpublished(day, entity)})

    return master


def _unpublished(day: Day, entity: str) -> dict[str, dg.MetadataValue]:
    """What publishing this day would change, per file, and where the last publication's files are."""
    try:
        drawn = draft(day, entity, only_to_look=True)
    except SnapshotMissing as trouble:  # the master itself is sound; publishing will say the same and stop
        return {"last_publication": dg.MetadataValue.text(str(trouble))}
    waiting = [{"file": name, "rows": rows, **differs} for name, rows, differs in drawn.counts()]
    told = {"changes_since_last_publication": markdown_table(pl.DataFrame(waiting))}
    if drawn.previous is None:
        return {**told, "last_publication": dg.MetadataValue.text("none yet: revrecon publish account-master")}
    last = drawn.previous
    return {
        **told,
        "last_publication": dg.MetadataValue.text(f"{last.id}, as of {last.as_of}, map {last.map_version}"),
        **page_shown("files", files_folder(day, last)),
    }


def publish_job(plan: Plan) -> dg.JobDefinition:
    """Publishing the masters of a day by hand, from the launchpad."""

    @dg.op(description="Write every system's file and record the publication; the same content is published once.")
    def publish_masters(context: dg.OpExecutionContext, desk: Desk) -> None:
        day = Day(desk.loaded_map(), desk.home, date.fromisoformat(context.partition_key))
        for entity in entities_with_a_tree(day.map):
            done = publish(day, entity)
            said = "published" if done.fresh else "nothing has changed since"
            context.log.info(f"{entity}: {said} {done.publication.id}: {', '.join(map(str, done.paths))}")

    @dg.job(
        name=PUBLISH_JOB,
        partitions_def=plan.days,
        description="Publish the account master of one day to every system, and record it. The day must have been run.",
    )
    def publish_account_master() -> None:
        publish_masters()

    return publish_account_master
