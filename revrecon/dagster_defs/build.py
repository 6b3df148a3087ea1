"""From a pinned map to Dagster's definitions."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import dagster as dg

from revrecon.dagster_defs.audit import audit_assets, audit_job, audit_schedule
from revrecon.dagster_defs.backfill import backfill_days
from revrecon.dagster_defs.canonical import canonical_assets
from revrecon.dagster_defs.clean_up import clean_up_asset
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.extracts import extract_assets
from revrecon.dagster_defs.hierarchy import hierarchy_assets, publish_job
from revrecon.dagster_defs.judges import judge_assets
from revrecon.dagster_defs.names import Plan
from revrecon.dagster_defs.numbers import number_assets
from revrecon.dagster_defs.outcomes import outcome_assets
from revrecon.dagster_defs.playing import simulated_quarter
from revrecon.dagster_defs.quarter_backfill import backfill_quarter
from revrecon.dagster_defs.ratios import ratio_assets
from revrecon.dagster_defs.retention import retention, retention_schedule
from revrecon.dagster_defs.rhythms import DAILY_JOB, daily_job, daily_schedule
from revrecon.dagster_defs.sensors import SENSORS
from revrecon.dagster_defs.standup import standup_asset, standup_job, standup_schedule
from revrecon.dagster_defs.tie_out import reported_assets
from revrecon.dagster_defs.timing import timing_asset
from revrecon.daily.home import Home
from revrecon.entity_map.loader import LoadedMap
from revrecon.history.lake import Lake
from revrecon.history.storage.trouble import StorageTrouble
from revrecon.sources.contract import SourceError
from revrecon.sources.registry import AnySource, open_source


def first_day(loaded: LoadedMap, data_root: Path, home: Path) -> date:
    """The first day of which a system or the lake has an extract; the year's first where there is none yet."""
    found = []
    for name, system in loaded.map.systems.items():
        source: AnySource | None = None
        for object_name in system.objects:
            with suppress(StorageTrouble):
                found += Lake(Home(home).lake).days(name, object_name)[:1]
            with suppress(SourceError):
                source = source or open_source(loaded.map, name, data_root)
                found += source.days(object_name)[:1]
    return min(found, default=date.today().replace(month=1, day=1))  # noqa: DTZ011  # a fallback before any data


def build_definitions(loaded: LoadedMap, map_path: Path, data_root: Path, home: Path) -> dg.Definitions:
    """Assets, checks, the daily job and schedule, and the sensors of one map."""
    start = first_day(loaded, data_root, home)
    days = dg.DailyPartitionsDefinition(start_date=start.isoformat(), timezone=loaded.map.company.timezone)
    plan = Plan(loaded, days)
    job, standup, audit = daily_job(plan), standup_job(), audit_job()
    past_days = backfill_days(lambda: built.resolve_job_def(DAILY_JOB))
    built = dg.Definitions(
        assets=[
            *extract_assets(plan),
            *canonical_assets(plan),
            *judge_assets(plan),
            *reported_assets(plan),
            *number_assets(plan),
            *ratio_assets(plan),
            *hierarchy_assets(plan),
            timing_asset(plan),
            *outcome_assets(plan),
            standup_asset(plan),
            clean_up_asset(plan),
            *audit_assets(plan),
        ],
        jobs=[job, standup, audit, backfill_quarter, past_days, simulated_quarter, publish_job(plan), retention],
        schedules=[
            daily_schedule(plan, job),
            standup_schedule(plan, standup),
            audit_schedule(plan, audit),
            retention_schedule(plan),
        ],
        sensors=SENSORS,
        resources={"desk": Desk(map_path=str(map_path), data_root=str(data_root), home_root=str(home))},
        executor=dg.in_process_executor,
    )
    return built
