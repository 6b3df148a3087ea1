"""The UI listens on loopback alone; what the documentation puts before it asks who is there."""

import os
import re
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.dagster_defs.local_instance import dagster_command, dagster_environment, viewers_command
from revrecon.daily.home import open_home
from revrecon_tests.security.proxies import PROXIES, WRITTEN
from revrecon_tests.shops import shop_on_disk

DOCUMENTED = (Path(__file__).parents[2] / "docs/ui.md").read_text(encoding="utf-8")


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
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = dagster_environment(open_home(root / "home"), root / "entity_map.yaml", root / "data")
    with subprocess.Popen(
        viewers_command(port), env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            until_it_answers(port)
            asked = {"query": "{ permissions { permission value } }"}
            told = httpx.post(f"http://127.0.0.1:{port}/graphql", json=asked, timeout=60).json()["data"]
            allowed = {one["permission"] for one in told["permissions"] if one["value"]}
            assert "launch_pipeline_execution" not in allowed
            assert bound_to(port) == {"0100007F"}
        finally:
            server.terminate()


def until_it_answers(port):
    for _ in range(120):
        try:
            httpx.get(f"http://127.0.0.1:{port}/server_info", timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(1)
    raise AssertionError("the server did not start")


def bound_to(port) -> set[str]:
    """The addresses, as the kernel writes them, on which a port is listened to."""
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    told = [line[1].split(":") for line in lines if line[3] == "0A"]
    return {address for address, number in told if int(number, 16) == port}
