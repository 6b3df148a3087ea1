import datetime as dt
import shutil
from pathlib import Path

import dagster as dg
import pytest

from revrecon.dagster_defs.build import build_definitions
from revrecon.dagster_defs.desk import Desk, OtherAssets, require_the_same_assets
from revrecon.dagster_defs.retention import remove_runs_before
from revrecon.dagster_defs.sensors import alerts_into_outbox, missed_deadlines, tickets_and_alerts_out
from revrecon.entity_map.loader import load_map, parse_map
from revrecon.history.map_store import MapStore
from revrecon_tests.companies import SHOP
from revrecon_tests.dagster_defs.instances import shipped_instance
from revrecon_tests.shops import FIRST, SECOND, begun, everything_in, shop_on_disk

LINE = "{{version: {0}, on: {1}, by: ann, why: agreed}}"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return shop_on_disk(tmp_path_factory.mktemp("shop"))


def definitions(shop, home="dagster_home"):
    path = shop / "entity_map.yaml"
    return build_definitions(load_map(path), path, shop / "data", shop / home)


@pytest.fixture(scope="module")
def ran(shop):
    """Two days run through Dagster, in one instance."""
    defs = definitions(shop)
    job = defs.resolve_job_def("daily_reconciliation")
    with shipped_instance() as instance:
        results = {
            day: job.execute_in_process(instance=instance, partition_key=str(day), raise_on_error=True)
            for day in (FIRST, SECOND)
        }
        yield results, instance


def test_the_definitions_load_and_every_check_stands_on_an_asset(shop):
    defs = definitions(shop)
    dg.Definitions.validate_loadable(defs)
    graph = defs.resolve_asset_graph()
    assert {key.asset_key for key in graph.asset_check_keys} <= set(graph.get_all_asset_keys())
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    assert groups == {
        "extracts_crm", "extracts_books", "canonical", "quality", "drift", "numbers", "bridges", "tickets", "reports",
        "account_master", "timing", "audit",
    }  # fmt: skip


def test_assets_have_owners_descriptions_partitions_and_the_maps_code_version(shop):
    graph = definitions(shop).resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        daily = isinstance(node.partitions_def, dg.DailyPartitionsDefinition)
        assert daily != (node.group_name == "audit"), key
        assert node.partitions_def.timezone == "America/New_York"
        assert str(node.code_version).startswith("map-1-"), key
        assert node.owners or node.group_name in ("tickets", "reports"), key


def test_a_day_in_dagster_leaves_what_the_command_line_leaves(shop, ran):
    begun(shop, FIRST, SECOND, home="command_line_home")
    assert everything_in(shop / "dagster_home") == everything_in(shop / "command_line_home")


def test_checks_pass_warn_and_fail_by_partition(ran):
    results, _ = ran
    found = {
        day: {
            (e.asset_key.to_user_string(), e.check_name): (e.passed, e.severity)
            for e in result.get_asset_check_evaluations()
        }
        for day, result in results.items()
    }
    check = ("drift/deal_books", "quality_wrong_value")
    assert found[FIRST][check] == (True, dg.AssetCheckSeverity.WARN)
    assert found[SECOND][check] == (False, dg.AssetCheckSeverity.ERROR)
    assert {e.partition for e in results[SECOND].get_asset_check_evaluations()} == {str(SECOND)}
    assert results[SECOND].success  # a breach is a result, not a failed run


def test_people_read_tables_and_pictures_in_the_metadata(ran):
    results, _ = ran
    bridge = results[SECOND].asset_materializations_for_node("bridges__pipeline")[0].metadata
    assert "| sales |" in str(bridge["bridges"].value)
    assert str(bridge["picture_books"].value).startswith("![")
    assert "data:image/svg+xml;base64," in str(bridge["picture_books"].value)


def test_who_is_who_is_a_table_a_picture_a_link_and_numbers_that_plot(ran, shop):
    results, _ = ran
    told = results[SECOND].asset_materializations_for_node("crosswalk__account")[0].metadata
    assert "| pass | books | crm |" in str(told["linked_by"].value)
    assert "data:image/svg+xml;base64," in str(told["picture"].value)
    assert str(told["page"].value) == (shop / f"dagster_home/reports/identity/{SECOND}.html").as_uri()
    assert (shop / f"dagster_home/reports/identity/{SECOND}.html").exists()
    assert {name: told[name].value for name in ("review_queue", "things", "merged")} == {
        "review_queue": 0, "things": 3, "merged": 0,
    }  # fmt: skip


ALERTS = """
alerts:
  channels: {notes: {kind: file}}
  owners: [notes]
  engineers: {people: [ann], channels: [notes]}
  heartbeat: {at: "00:00", channels: [notes]}
"""


def desk_of(shop, home="dagster_home"):
    return Desk(map_path=str(shop / "entity_map.yaml"), data_root=str(shop / "data"), home_root=str(shop / home))


def looked(sensor, instance, desk):
    return sensor(dg.build_sensor_context(instance=instance, resources={"desk": desk})).skip_message


@pytest.fixture
def alerting(shop, ran, tmp_path):
    """The two days of the shop in a home of their own, whose map asks for alerts."""
    shutil.copytree(shop / "dagster_home", tmp_path / "home")
    (tmp_path / "entity_map.yaml").write_text(SHOP + ALERTS)
    return desk_of(tmp_path, "home")


def subjects(desk):
    return sorted(desk.ticket_desk().office.outbox.told("notes"))


def test_every_breach_alerts_its_owner_once_however_often_the_sensor_looks(alerting, ran):
    _, instance = ran
    said = [looked(alerts_into_outbox, instance, alerting) for _ in range(2)]
    tickets = [ticket for ticket in alerting.ticket_desk().tickets() if ticket.live]
    assert subjects(alerting) == sorted(f"{ticket.id}|1" for ticket in tickets)
    assert said[1] == "0 new in the outbox"


def test_a_breach_that_has_no_ticket_alerts_the_engineers(alerting, ran):
    _, instance = ran
    (alerting.home.root / "ledger.db").unlink()  # as if the tickets asset had failed
    looked(alerts_into_outbox, instance, alerting)
    assert f"check|drift/deal_books|quality_wrong_value|{SECOND}" in subjects(alerting)


def test_a_failed_run_alerts_the_engineers_once(tmp_path):
    shop = shop_on_disk(tmp_path, SHOP + ALERTS)
    for path in (shop / "data/crm/Deal").iterdir():
        path.unlink()
    with shipped_instance() as instance:
        job = definitions(shop).resolve_job_def("daily_reconciliation")
        failed = job.execute_in_process(instance=instance, partition_key=str(FIRST), raise_on_error=False)
        for _ in range(2):
            looked(alerts_into_outbox, instance, desk_of(shop))
    assert subjects(desk_of(shop)) == [f"run|{failed.run_id}"]


def test_what_is_due_goes_out_with_the_heartbeat_and_a_missing_day_is_told(alerting, ran):
    _, instance = ran
    looked(alerts_into_outbox, instance, alerting)
    assert "1 new in the outbox" in missed_deadlines(desk=alerting).skip_message  # the day before this one
    assert "0 new in the outbox" in missed_deadlines(desk=alerting).skip_message
    assert tickets_and_alerts_out(desk=alerting).skip_message.startswith("3 sent")
    assert tickets_and_alerts_out(desk=alerting).skip_message.startswith("0 sent")
    names = {path.name.partition("_")[0] for path in (alerting.home.reports / "alerts").iterdir()}
    assert {"heartbeat", "deadline"} < names


def test_sensors_are_on_by_default(shop):
    sensors = definitions(shop).sensors
    assert {sensor.name for sensor in sensors} == {"alerts_into_outbox", "tickets_and_alerts_out", "missed_deadlines"}
    assert {sensor.default_status for sensor in sensors} == {dg.DefaultSensorStatus.RUNNING}


def test_the_schedule_reconciles_the_day_that_ended_at_the_maps_hour(shop):
    schedule = definitions(shop).resolve_schedule_def("every_morning")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 5 * * *", "America/New_York")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    tick = schedule.evaluate_tick(
        dg.build_schedule_context(scheduled_execution_time=dt.datetime(2026, 3, 9, 9, 30, tzinfo=dt.UTC))
    )
    assert [request.partition_key for request in tick.run_requests] == ["2026-03-08"]  # a day of 23 hours


def test_a_missing_export_fails_the_extract_with_its_sentence(tmp_path):
    shop = shop_on_disk(tmp_path)
    for path in (shop / "data/crm/Deal").iterdir():
        path.unlink()
    job = definitions(shop).resolve_job_def("daily_reconciliation")
    with shipped_instance() as instance:
        result = job.execute_in_process(instance=instance, partition_key=str(FIRST), raise_on_error=False)
    assert not result.success
    failed = next(event for event in result.all_events if event.is_step_failure)
    assert failed.step_key == "crm__Deal"
    assert "no file matches Deal/{date:%Y-%m-%d}.csv" in failed.step_failure_data.error.to_string()


def test_a_map_for_another_company_makes_other_assets(tmp_path):
    smaller = SHOP[: SHOP.index("  customers:\n    title: Customers")] + SHOP[SHOP.index("rhythms:") :]
    graph = definitions(shop_on_disk(tmp_path, smaller)).resolve_asset_graph()
    assert dg.AssetKey(["bridges", "customers"]) not in graph.get_all_asset_keys()
    assert dg.AssetKey(["bridges", "pipeline"]) in graph.get_all_asset_keys()


def test_figures_are_published_as_an_asset_and_a_past_day_runs_under_the_map_of_then_by_a_tag(tmp_path):
    shop = shop_on_disk(tmp_path, SHOP.replace("{version: 1}", f"{{version: 2, history: [{LINE.format(2, SECOND)}]}}"))
    old = SHOP.replace("{version: 1}", "{{version: 1, history: [{}]}}".format(LINE.format(1, "2026-01-01")))
    MapStore(shop / "home/maps").keep(parse_map(old.replace("amount > 100", "amount > 10")))
    job = definitions(shop, "home").resolve_job_def("daily_reconciliation")
    with shipped_instance() as instance:
        tags = {"revrecon/map_of_then": "true"}
        ran = job.execute_in_process(instance=instance, partition_key=str(FIRST), tags=tags)
        told = ran.asset_materializations_for_node("published__figures")[0].metadata
    assert told["newly_published"].value == 5
    assert "Pipeline $950.00" in str(told["figures"].value)
    assert "version 1" in str(told["map"].value)
    assert "Run under the map of that day" in (shop / f"home/reports/daily/{FIRST}.html").read_text()
    less = SHOP[: SHOP.index("  customers:\n    title: Customers")] + SHOP[SHOP.index("rhythms:") :]
    with pytest.raises(OtherAssets, match="revrecon run --day 2026-03-02 --map-of-then"):
        require_the_same_assets(parse_map(SHOP).map, parse_map(less).map, FIRST)


def test_the_standup_pack_is_made_from_the_last_day_that_was_run_and_says_so(shop, ran):
    _, instance = ran
    defs = definitions(shop)
    job = defs.resolve_job_def("weekly_standup")
    made = job.execute_in_process(instance=instance, partition_key=str(SECOND))
    event = _made(made, "standup_pack")
    page = event.materialization.metadata["pack"].value
    assert page.endswith("reports/standup/2026-03-10.html")
    clean = definitions(shop).resolve_job_def("weekly_standup")
    late = _made(
        clean.execute_in_process(instance=instance, partition_key="2026-03-04", raise_on_error=False), "standup_pack"
    )
    assert "2026-03-04 is not reconciled" in late.materialization.metadata["summary"].value


@pytest.mark.parametrize(
    ("now", "partition"),
    [("2026-03-10T08:30", "2026-03-09"), ("2026-03-11T08:30", None)],  # March 10, 2026 is a Tuesday
)
def test_the_pack_is_ready_an_hour_before_people_meet(shop, now, partition):
    path = shop / "weekly_map.yaml"
    tickets = 'tickets: {at: "08:00"}'
    path.write_text(SHOP.replace(tickets, tickets + ', standup: {at: "09:30", on: tuesday}'))
    defs = build_definitions(load_map(path), path, shop / "data", shop / "home")
    schedule = defs.resolve_schedule_def("before_every_standup")
    assert schedule.cron_schedule == "30 8 * * 1-5"
    at = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC) + dt.timedelta(hours=4)
    with dg.build_schedule_context(scheduled_execution_time=at, repository_def=defs.get_repository_def()) as context:
        tick = schedule.evaluate_tick(context)
    assert [request.partition_key for request in tick.run_requests or ()] == ([partition] if partition else [])


def test_old_runs_leave_the_event_log_and_young_ones_stay(shop):
    defs = definitions(shop)
    job = defs.resolve_job_def("retention")
    with shipped_instance() as instance:
        first = job.execute_in_process(instance=instance)
        assert first.success
        assert remove_runs_before(instance, dt.datetime.now(dt.UTC) - dt.timedelta(days=1)) == 0
        second = job.execute_in_process(instance=instance)
        assert remove_runs_before(instance, dt.datetime.now(dt.UTC) + dt.timedelta(days=1), second.run_id) == 1
        assert [run.run_id for run in instance.get_runs()] == [second.run_id]
        assert instance.all_logs(first.run_id) == []
    schedule = defs.resolve_schedule_def("every_sunday")
    assert schedule.cron_schedule == "30 3 * * 0"


def test_a_quarter_with_missing_days_is_blocked_and_says_which(shop, ran):
    _, instance = ran
    job = definitions(shop).resolve_job_def("quarterly_audit")
    blocked = job.execute_in_process(instance=instance, partition_key="2026-01-01", raise_on_error=False)
    assert not blocked.success
    (check,) = blocked.get_asset_check_evaluations()
    assert not check.passed
    assert check.metadata["missing"].value == 88  # of 90 days of the quarter two were run
    assert [event.asset_key.path[-1] for event in blocked.get_asset_materialization_events()] == ["quarter_is_complete"]


def test_a_quarters_days_are_run_in_one_go_and_audited_as_far_as_they_are_known(shop):
    job = definitions(shop, home="quarter_home").resolve_job_def("backfill_quarter")
    config = {"quarter": "2026Q1", "provisional": True}
    with shipped_instance() as instance:
        done = job.execute_in_process(instance=instance, run_config={"ops": {"days_and_audit": {"config": config}}})
        (event,) = done.get_asset_materialization_events()
    assert event.partition == "2026-01-01"
    assert event.materialization.metadata["missing_days"].value == 87  # three days were ever exported
    page = Path(event.materialization.metadata["leadership"].value).read_text()
    assert "PROVISIONAL" in page
    with shipped_instance() as instance:
        refused = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"ops": {"days_and_audit": {"config": {"quarter": "2026Q1"}}}},
        )
    assert not refused.success


@pytest.mark.parametrize(
    ("now", "quarter"),
    [("2026-04-10", "2026-01-01"), ("2026-04-09", None), ("2026-05-08", None)],  # the eighth working day of April
)
def test_a_quarter_is_audited_on_the_working_day_of_the_map(shop, now, quarter):
    path = shop / "audited_map.yaml"
    tickets = 'tickets: {at: "08:00"}'
    path.write_text(SHOP.replace(tickets, tickets + ', audit: {at: "09:00", working_day_of_quarter: 8}'))
    defs = build_definitions(load_map(path), path, shop / "data", shop / "home")
    schedule = defs.resolve_schedule_def("after_every_quarter")
    at = dt.datetime.fromisoformat(now + "T13:00").replace(tzinfo=dt.UTC)
    with dg.build_schedule_context(scheduled_execution_time=at, repository_def=defs.get_repository_def()) as context:
        tick = schedule.evaluate_tick(context)
    assert [request.partition_key for request in tick.run_requests or ()] == ([quarter] if quarter else [])


def test_days_are_played_through_in_one_run_beside_the_real_home(shop):
    job = definitions(shop, home="played_home").resolve_job_def("simulated_quarter")
    config = {"ops": {"days_and_standups": {"config": {"first": str(FIRST), "last": str(SECOND)}}}}
    with shipped_instance() as instance:
        assert job.execute_in_process(instance=instance, run_config=config).success
    played = shop / "played_home" / "played"
    assert sorted(path.stem for path in (played / "reports" / "daily").glob("*.html")) == [str(FIRST), str(SECOND)]
    assert not (shop / "played_home" / "ledger.db").exists()


def _made(result, name):
    """The materialization of one asset in a run."""
    return next(event for event in result.get_asset_materialization_events() if event.asset_key.path[-1] == name)
