"""The open event log holds what Dagster's own would: either can go on with the other's files."""

from threading import Event

import dagster as dg
import pytest
import yaml
from dagster._core.instance import InstanceRef
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from revrecon.dagster_defs.event_log import OpenEventLog
from revrecon.dagster_defs.local_instance import dagster_environment
from revrecon.daily.home import open_home

DAYS = dg.DailyPartitionsDefinition("2026-03-01")
LOOKS = ("is_there", "is_right")


@dg.asset(partitions_def=DAYS, check_specs=[dg.AssetCheckSpec(n, asset="figure", partitions_def=DAYS) for n in LOOKS])
def figure():
    results = [dg.AssetCheckResult(check_name=name, passed=name == "is_there") for name in LOOKS]
    return dg.MaterializeResult(metadata={"dagster/row_count": 3}, check_results=results)


@dg.asset(partitions_def=DAYS, deps=[figure])
def broken():
    raise ValueError("no such day")


def ran(instance, day="2026-03-02"):
    defs = dg.Definitions(assets=[figure, broken], executor=dg.in_process_executor)
    job = defs.resolve_implicit_global_asset_job_def()
    return job.execute_in_process(partition_key=day, instance=instance, raise_on_error=False)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """What `revrecon ui` writes for a home, read by Dagster."""
    environment = dagster_environment(open_home(tmp_path / "home"), tmp_path / "map.yaml", tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


@pytest.fixture
def ours(settings):
    with dg.DagsterInstance.get() as instance:
        yield instance


def told(instance, run_id):
    """What a person sees of a run: its events, the asset, its checks, and how runs ended."""
    figure_key, records = dg.AssetKey("figure"), instance.get_records_for_run(run_id).records
    checks = instance.event_log_storage.get_latest_asset_check_execution_by_key(
        [dg.AssetCheckKey(figure_key, name) for name in LOOKS]
    )
    return {
        "events": [record.event_log_entry.dagster_event.event_type_value for record in records],
        "partitions": instance.get_materialized_partitions(figure_key),
        "rows": instance.get_latest_materialization_event(figure_key).asset_materialization.metadata,
        "checks": {key.name: (one.status.value, one.partition) for key, one in checks.items()},
        "ended": [
            record.run_id
            for record in instance.fetch_run_status_changes(dg.DagsterEventType.RUN_FAILURE, limit=9).records
        ],
    }


def test_the_settings_of_a_home_name_it(ours):
    assert isinstance(ours.event_log_storage, OpenEventLog)
    assert ours.get_settings("telemetry") == {"enabled": False}


def test_a_run_leaves_what_it_leaves_in_dagsters_own_log(ours, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "dagster.yaml").write_text(yaml.safe_dump({"telemetry": {"enabled": False}}))
    with dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(tmp_path / "own"))) as own:
        seen = told(ours, here := ran(ours).run_id)
        assert seen.pop("ended") == [here]
        expected = told(own, there := ran(own).run_id)
        assert expected.pop("ended") == [there]
    assert seen == expected
    assert seen["checks"] == {"is_there": ("SUCCEEDED", "2026-03-02"), "is_right": ("FAILED", "2026-03-02")}
    assert "STEP_FAILURE" in seen["events"]


def test_dagsters_own_log_goes_on_with_the_files_and_back(ours, tmp_path):
    first = ran(ours).run_id
    files = tmp_path / "home/dagster/history/runs"
    before = ours.event_log_storage.get_logs_for_run(first)
    other = SqliteEventLogStorage(str(files))
    assert other.get_logs_for_run(first) == before
    other.delete_events(first)
    assert ours.event_log_storage.get_logs_for_run(first) == []
    second = ran(ours, "2026-03-03").run_id
    assert other.get_logs_for_run(second) == ours.event_log_storage.get_logs_for_run(second) != []


def test_more_runs_than_files_stay_open_are_all_there(ours):
    runs = [ran(ours, f"2026-03-{day:02}").run_id for day in range(1, 12)]
    assert all(len(ours.event_log_storage.get_logs_for_run(run)) > 10 for run in runs)
    assert len(ours.get_materialized_partitions(dg.AssetKey("figure"))) == 11


def test_whoever_watches_a_run_is_told(ours):
    heard, enough = [], Event()

    def hear(entry, cursor):
        heard.append(entry)
        if len(heard) >= 10:
            enough.set()

    run = ran(ours).run_id
    ours.watch_event_logs(run, None, hear)
    assert enough.wait(10)
    ours.end_watch_event_logs(run, hear)


@dg.asset(partitions_def=DAYS)
def looked_at_twice(context: dg.AssetExecutionContext):
    """What a step is told of the last materialization: before, again, and after it has made one."""

    def last():
        asked = dg.AssetRecordsFilter(asset_key=dg.AssetKey("looked_at_twice"), asset_partitions=["2026-03-02"])
        found = context.instance.fetch_materializations(asked, limit=1).records
        return [one.run_id for one in found] == [context.run.run_id]

    before = [last(), last()]
    context.log_event(dg.AssetMaterialization("looked_at_twice", partition="2026-03-02"))
    return dg.MaterializeResult(metadata={"before": before, "after": last()})


def test_a_step_is_told_of_what_it_has_just_made_and_others_of_what_is_there(ours, settings):
    job = dg.Definitions(assets=[looked_at_twice]).resolve_implicit_global_asset_job_def()
    asked = dg.AssetRecordsFilter(asset_key=dg.AssetKey("looked_at_twice"), asset_partitions=["2026-03-02"])
    for _ in range(2):
        with dg.DagsterInstance.get() as elsewhere:
            run = job.execute_in_process(partition_key="2026-03-02", instance=elsewhere)
        seen = ours.fetch_materializations(asked, limit=1).records[0]
        assert seen.run_id == run.run_id
        assert seen.asset_materialization.metadata["before"].value == [False, False]
        assert seen.asset_materialization.metadata["after"].value is True


def test_an_event_that_cannot_be_stored_leaves_no_half(ours, monkeypatch):
    storage = ours.event_log_storage
    run = ran(ours).run_id
    entries = storage.get_logs_for_run(run)
    count = len(entries)
    check = next(e for e in entries if e.dagster_event.event_type_value == "ASSET_CHECK_EVALUATION")

    def fails(*_):
        raise OSError("no space left")

    monkeypatch.setattr(storage, "store_asset_check_event", fails)
    with pytest.raises(OSError, match="no space"):
        storage.store_event(check)
    assert len(storage.get_logs_for_run(run)) == count
