"""What deploy/ holds names things that exist, and works where it can be tried here."""

import os
import re
from importlib import import_module, util
from importlib.metadata import entry_points
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.instance import InstanceRef
from dagster._core.launcher import RunLauncher
from ruamel.yaml import YAML

from revrecon.daily.outcomes import live_tickets
from revrecon.daily.published_frames import ledger_frames
from revrecon_tests.postgres import needs_postgres, postgres
from revrecon_tests.shops import FIRST, SECOND, everything_in, run, shop_on_disk

HERE = Path(__file__).parent.parent / "deploy"
VARIANTS = ("postgresql", "docker", "kubernetes")
LAUNCHERS = {"postgresql": "dagster_postgres", "docker": "dagster_docker", "kubernetes": "dagster_k8s"}


def read(name):
    return YAML(typ="safe").load((HERE / name).read_text())


def dagster_settings(name):
    return read(f"dagster/{name}.yaml")


def named_in_the_environment(value):
    """Every variable that a settings file reads with `{env: NAME}`."""
    if isinstance(value, dict):
        if set(value) == {"env"}:
            return {value["env"]}
        return {name for part in value.values() for name in named_in_the_environment(part)}
    return {name for part in value for name in named_in_the_environment(part)} if isinstance(value, list) else set()


def test_compose_gives_every_service_what_dagsters_settings_read():
    given = read("compose.yaml")["services"]["daemon"]["environment"]
    assert named_in_the_environment(dagster_settings("postgresql")) <= set(given)
    assert "REVRECON_LEDGER_URL" in given


def test_nothing_is_published_but_on_the_loopback_and_viewers_change_nothing():
    services = read("compose.yaml")["services"]
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert all(port.startswith("127.0.0.1:") for found in ports.values() for port in found)
    assert set(ports) == {"viewers", "operators"}
    assert "--read-only" in services["viewers"]["command"]
    assert services["operators"]["profiles"] == ["operators"]
    assert read("helm/values.yaml")["ingress"] == {"enabled": False}


def test_commands_and_modules_are_there():
    commands = {point.name for point in entry_points(group="console_scripts")}
    services = read("compose.yaml")["services"]
    assert {service["command"][0] for service in services.values() if "command" in service} <= commands
    modules = [c[c.index("-m") + 1] for s in services.values() if "-m" in (c := s.get("command", []))]
    [deployment] = read("helm/values.yaml")["dagster-user-deployments"]["deployments"]
    modules.append(deployment["dagsterApiGrpcArgs"][1])
    assert set(modules) == {"revrecon.definitions"}
    assert util.find_spec("revrecon.definitions") is not None


def test_the_workspace_names_the_service_and_the_port_of_the_code_location():
    [where] = read("dagster/workspace.yaml")["load_from"]
    command = read("compose.yaml")["services"][where["grpc_server"]["host"]]["command"]
    assert command[command.index("-p") + 1] == str(where["grpc_server"]["port"])


def as_dagster_writes(value):
    """Helm's values under the names that dagster.yaml gives them; what is counted per value of a tag stays as it is."""
    if isinstance(value, dict):
        return {
            key if key.startswith("applyLimit") else re.sub(r"[A-Z]", lambda one: f"_{one[0].lower()}", key): (
                as_dagster_writes(part)
            )
            for key, part in value.items()
        }
    return [as_dagster_writes(part) for part in value] if isinstance(value, list) else value


def test_helm_starts_runs_again_and_limits_them_as_every_other_deployment_does():
    settings = dagster_settings("kubernetes")
    values = as_dagster_writes(read("helm/values.yaml"))
    daemon, queued = values["dagster_daemon"], values["dagster_daemon"]["run_coordinator"]["config"]
    assert daemon["run_retries"] == settings["run_retries"]
    assert daemon["run_monitoring"] == settings["run_monitoring"]
    assert values["concurrency"] == {"enabled": True, "pools": settings["concurrency"]["pools"]}
    assert queued == {"queued_run_coordinator": settings["concurrency"]["runs"]}
    for variant in VARIANTS:
        assert dagster_settings(variant)["run_retries"] == settings["run_retries"]
        assert dagster_settings(variant)["run_monitoring"] == settings["run_monitoring"]
        assert dagster_settings(variant)["concurrency"] == settings["concurrency"]
    own = dagster_settings("postgresql")["run_launcher"]
    assert issubclass(getattr(import_module(own["module"]), own["class"]), RunLauncher)


def test_what_the_image_copies_is_in_the_repository():
    lines = [line.split() for line in (HERE / "Dockerfile").read_text().splitlines() if line.startswith("COPY ")]
    copied = [name for _, *names, _ in lines for name in names]
    assert copied
    assert [name for name in copied if not (HERE.parent / name).exists()] == []


def test_every_variable_of_ours_is_one_that_the_code_or_these_files_read():
    texts = {path: path.read_text() for path in HERE.rglob("*") if path.is_file() and "dask" not in path.parts}
    code = "".join(path.read_text() for path in (HERE.parent / "revrecon").rglob("*.py"))
    set_in = {name for text in texts.values() for name in re.findall(r"\bREVRECON_[A-Z_]+\b", text)}
    read_in = set(re.findall(r"\bREVRECON_[A-Z_]+\b", code))
    settings = {name for variant in VARIANTS for name in named_in_the_environment(dagster_settings(variant))}
    assert set_in - read_in - settings == set()


def test_no_secret_stands_in_a_file():
    for path in HERE.rglob("*"):
        if path.is_file():
            assert not re.search(r"(?i)password\s*[:=]\s*(?![${])[^\s?]{3,}", path.read_text()), path


@pytest.mark.slow
@needs_postgres
@pytest.mark.parametrize("variant", VARIANTS)
def test_dagster_starts_on_postgresql_with_each_of_the_settings(variant, tmp_path, monkeypatch):
    for needed in ("dagster_postgres", LAUNCHERS[variant]):
        pytest.importorskip(needed, reason=f"{needed} is not installed (the image of deploy/ has it)")
    (tmp_path / "dagster.yaml").write_text((HERE / f"dagster/{variant}.yaml").read_text())
    with postgres() as address:
        where = sa.make_url(address)
        given = {"HOST": where.host, "PORT": str(where.port), "DATABASE": where.database, "USER": where.username}
        for name, value in {**given, "PASSWORD": "any"}.items():
            monkeypatch.setenv(f"REVRECON_PG_{name}", value)
        for name in named_in_the_environment(dagster_settings(variant)) - set(os.environ):
            monkeypatch.setenv(name, "revrecon")
        with dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(tmp_path))) as instance:
            assert "postgres" in type(instance.event_log_storage).__module__
            assert type(instance.run_coordinator).__name__ == "QueuedRunCoordinator"
            assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 4
            if variant != "kubernetes":  # it asks its cluster when it is made
                assert instance.run_launcher is not None
            ran = _two_checks().execute_in_process(instance=instance)
            assert [one.passed for one in ran.get_asset_check_evaluations()] == [True]
            assert instance.get_latest_materialization_event(dg.AssetKey("figure")).run_id == ran.run_id


def _two_checks():
    @dg.asset(check_specs=[dg.AssetCheckSpec("is_there", asset="figure")])
    def figure():
        return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])

    return dg.Definitions([figure]).resolve_implicit_global_asset_job_def()


@pytest.mark.slow
@needs_postgres
def test_a_ledger_on_postgresql_holds_what_one_on_sqlite_holds(tmp_path, monkeypatch):
    shop = shop_on_disk(tmp_path)
    sqlite = [run(shop, day, "here") for day in (FIRST, SECOND)]
    expected = [live_tickets(day) for day in sqlite], _told(sqlite[-1])
    with postgres() as address:
        monkeypatch.setenv("REVRECON_LEDGER_URL", address)
        days = [run(shop, day, "there") for day in (FIRST, SECOND, SECOND)]
        found = [live_tickets(day) for day in days[:2]], _told(days[-1])
        assert not (shop / "there/ledger.db").exists()
        monkeypatch.delenv("REVRECON_LEDGER_URL")
    assert [[(t.id, t.state, t.gross) for t in one] for one in found[0]] == [
        [(t.id, t.state, t.gross) for t in one] for one in expected[0]
    ]
    assert found[1] == expected[1]
    assert _plain(shop / "there") == _plain(shop / "here")


def _told(day):
    """Published figures by their ids, values and places in the chain."""
    frame = ledger_frames(day.home)["published.figures"]
    return frame.select(sorted(set(frame.columns) - {"published_at"})).rows()


def _plain(home):
    return {name: text for name, text in everything_in(home).items() if name.startswith("tables")}
