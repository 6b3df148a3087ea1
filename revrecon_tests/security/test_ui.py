"""The UI listens on loopback alone; what the documentation puts before it asks who is there."""

import re

import httpx
import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.dagster_defs.local_instance import dagster_command, dagster_environment, viewers_command
from revrecon.daily.home import open_home
from revrecon_tests.repository import DOCS
from revrecon_tests.security.listening import bound_to, is_the_ui
from revrecon_tests.security.proxies import PROXIES, WRITTEN
from revrecon_tests.servers import free_port, serving
from revrecon_tests.shops import shop_on_disk

DOCUMENTED = (DOCS / "ui.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [dagster_command(3000), viewers_command(3000)])
def test_every_server_is_bound_to_loopback(command):
    assert command[command.index("-h") + 1] == "127.0.0.1"


def test_no_option_lets_it_listen_elsewhere():
    told = CliRunner().invoke(app, ["ui", "--host", "0.0.0.0"])
    assert told.exit_code == 2
    assert "0.0.0.0" not in " ".join(dagster_command(1) + viewers_command(1))


def test_documented_proxies_are_the_files_that_are_tried_and_lead_to_loopback_only():
    shown = set(re.findall(r"\(\.\./deploy/proxy/(\w+\.?\w*)\)", DOCUMENTED))
    assert shown == set(PROXIES) == {path.name for path in WRITTEN.iterdir()}
    for path in WRITTEN.iterdir():
        behind = re.findall(r"(?:proxy_pass http://|reverse_proxy )([\w.]+):", path.read_text(encoding="utf-8"))
        assert set(behind) == {"127.0.0.1"}, path


@pytest.mark.slow
def test_viewers_can_look_and_start_nothing_and_nobody_else_reaches_the_port(tmp_path):
    root = shop_on_disk(tmp_path)
    port = free_port()
    environment = dagster_environment(open_home(root / "home"), root / "entity_map.yaml", root / "data")
    with serving(viewers_command(port), port, tmp_path / "log", is_the_ui, **environment) as address:
        asked = {"query": "{ permissions { permission value } }"}
        told = httpx.post(f"{address}/graphql", json=asked, timeout=60).json()["data"]
        allowed = {one["permission"] for one in told["permissions"] if one["value"]}
        assert "launch_pipeline_execution" not in allowed
        assert bound_to(port) == {"0100007F"}
