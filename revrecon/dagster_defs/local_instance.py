"""The local Dagster instance: its own DAGSTER_HOME inside the home, on loopback, telemetry off."""

import sys
from pathlib import Path

from revrecon.daily.home import Home
from revrecon.history.atomic import write_text

_DAGSTER_YAML = """\
# Written by RevRecon when it is not there; change it as you like.
telemetry: {enabled: false}
nux: {enabled: false}
event_log_storage:
  module: revrecon.dagster_defs.event_log
  class: OpenEventLog
  config: {home: {env: DAGSTER_HOME}}
run_launcher:
  module: revrecon.dagster_defs.run_launcher
  class: WatchedRunLauncher
run_retries: {enabled: true, max_retries: 2, retry_on_asset_or_op_failure: false}
concurrency:
  runs: {max_concurrent_runs: 2}
  pools: {default_limit: 1, granularity: op}
run_monitoring:
  enabled: true
  start_timeout_seconds: 180
  poll_interval_seconds: 30
  free_slots_after_run_end_seconds: 10  # without it, a step that was killed keeps its place in a pool for ever
retention:
  sensor: {purge_after_days: {skipped: 1, failure: 30, success: 30, started: 1}}
  schedule: {purge_after_days: 90}
"""

SETTINGS_OF_A_PROCESS = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DAGSTER_EVENT_BATCH_SIZE": "1000",  # what a run plans is written at once
}
"""Environment variables of every Dagster process of ours."""


def dagster_environment(home: Home, map_path: Path, data_root: Path) -> dict[str, str]:
    """The environment variables of a Dagster process over a home; its settings file is made on first use."""
    folder = home.root / "dagster"
    settings = folder / "dagster.yaml"
    if not settings.exists():
        write_text(_DAGSTER_YAML, settings)
    return {
        "DAGSTER_HOME": str(folder),
        **SETTINGS_OF_A_PROCESS,
        "REVRECON_MAP": str(map_path),
        "REVRECON_DATA": str(data_root),
        "REVRECON_HOME": str(home.root),
    }


def viewers_command(port: int) -> list[str]:
    """Dagster's web server alone, on loopback, which shows everything and changes nothing."""
    return [
        sys.executable, "-m", "dagster_webserver", "-m", "revrecon.definitions", "-h", "127.0.0.1", "-p", str(port),
        "--read-only",
    ]  # fmt: skip


def dagster_command(port: int) -> list[str]:
    """Dagster's web server and daemon over RevRecon's definitions, on loopback."""
    return [
        sys.executable, "-m", "dagster", "dev", "-m", "revrecon.definitions", "-h", "127.0.0.1", "-p", str(port),
    ]  # fmt: skip
