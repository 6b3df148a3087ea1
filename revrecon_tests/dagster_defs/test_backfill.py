"""Many past days in one process: what each leaves is what its own run would have left."""

import datetime as dt

import dagster as dg
import pytest

from revrecon.dagster_defs.backfill import PART_OF
from revrecon.dagster_defs.build import build_definitions
from revrecon.dagster_defs.names import REPORT_KEY
from revrecon.entity_map.loader import load_map
from revrecon_tests.dagster_defs.instances import shipped_instance
from revrecon_tests.shops import FIRST, SECOND, THIRD, begun, everything_in, shop_on_disk


@pytest.fixture
def shop(tmp_path):
    return shop_on_disk(tmp_path)


@pytest.fixture
def instance():
    with shipped_instance() as made:
        yield made


@pytest.fixture(scope="module")
def three_days(tmp_path_factory):
    """A shop whose three days were run in one go: its folder, the instance and what the run came to."""
    shop = shop_on_disk(tmp_path_factory.mktemp("shop"))
    with shipped_instance() as instance:
        yield shop, instance, backfill(shop, instance)


def backfill(shop, instance, first=FIRST, last=THIRD, **more):
    path = shop / "entity_map.yaml"
    defs = build_definitions(load_map(path), path, shop / "data", shop / "dagster_home")
    config = {"first": str(first), "last": str(last), **more}
    return defs.resolve_job_def("backfill_days").execute_in_process(
        instance=instance, run_config={"ops": {"one_day_after_the_other": {"config": config}}}, raise_on_error=False
    )


def runs_of(instance):
    """The newest run of every day."""
    found = instance.get_runs(dg.RunsFilter(job_name="daily_reconciliation"))
    return {run.tags["dagster/partition"]: run for run in reversed(found)}


def test_days_in_one_process_leave_what_days_apart_leave(three_days):
    shop, _, result = three_days
    assert result.success
    begun(shop, FIRST, SECOND, THIRD, home="days_apart")
    assert everything_in(shop / "dagster_home") == everything_in(shop / "days_apart")


def test_each_day_has_its_run_its_materialisations_and_its_verdicts(three_days):
    _, instance, result = three_days
    days = {str(day) for day in (FIRST, SECOND, THIRD)}
    assert set(runs_of(instance)) == days
    assert {run.tags[PART_OF] for run in runs_of(instance).values()} == {result.run_id}
    assert instance.get_materialized_partitions(REPORT_KEY) == days
    check = dg.AssetCheckKey(dg.AssetKey(["drift", "deal_books"]), "quality_wrong_value")
    records = instance.event_log_storage.get_asset_check_execution_history(check, limit=9)
    assert {one.partition: one.status.value for one in records} == {
        str(FIRST): "SUCCEEDED", str(SECOND): "FAILED", str(THIRD): "SUCCEEDED",
    }  # fmt: skip


def test_days_that_were_run_are_left_out_unless_asked_for_again(shop, instance):
    backfill(shop, instance, last=SECOND)
    before = {day: run.run_id for day, run in runs_of(instance).items()}
    backfill(shop, instance)
    after = {day: run.run_id for day, run in runs_of(instance).items()}
    assert {day: after[day] for day in before} == before
    assert set(after) - set(before) == {str(THIRD)}
    backfill(shop, instance, first=THIRD, rerun=True)
    assert runs_of(instance)[str(THIRD)].run_id != after[str(THIRD)]


def test_a_day_that_fails_is_named_and_the_others_are_run(shop, instance):
    broken = shop / f"data/books/quote/{SECOND}.csv"
    whole = broken.read_text()
    broken.write_text("wrong\n1\n")
    result = backfill(shop, instance, last=SECOND)
    assert not result.success
    assert instance.get_materialized_partitions(REPORT_KEY) == {str(FIRST)}
    told = next(e for e in result.all_events if e.is_step_failure).event_specific_data.user_failure_data.description
    assert told.startswith(f"1 of 2 days failed: {SECOND}.")
    broken.write_text(whole)
    assert backfill(shop, instance, last=SECOND).success
    assert instance.get_materialized_partitions(REPORT_KEY) == {str(FIRST), str(SECOND)}


def test_the_first_day_before_the_last_gives_no_days(shop, instance):
    assert backfill(shop, instance, first=THIRD, last=FIRST - dt.timedelta(days=1)).success
    assert runs_of(instance) == {}
