"""What the documentation puts before the UI is run as it is written: who is let in, and what gets through."""

import json
import socket
import sys

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from revrecon_tests.security.behind import telling
from revrecon_tests.security.listening import bound_to, is_the_ui
from revrecon_tests.security.proxies import HOST, PROXIES, SITE, proxy
from revrecon_tests.servers import free_port, serving
from revrecon_tests.shops import shop_on_disk

pytestmark = pytest.mark.slow
CLAIMED = (
    "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-Preferred-Username",
    "X-Auth-Request-User", "X-Auth-Request-Email", "Remote-User",
)  # fmt: skip
SUBSCRIBED = 'subscription { pipelineRunLogs(runId: "none") { __typename } }'
CHANGES = {
    "launchRun": """mutation { launchRun(executionParams: {mode: "default", runConfigData: {}, selector: {
        repositoryLocationName: "revrecon.definitions", repositoryName: "__repository__", jobName: "none"}})
        { __typename } }""",
    "reloadWorkspace": "mutation { reloadWorkspace { __typename } }",
    "wipeAssets": 'mutation { wipeAssets(assetPartitionRanges: [{assetKey: {path: ["any"]}}]) { __typename } }',
}


@pytest.fixture(scope="module")
def behind():
    with telling() as server:
        yield server


@pytest.fixture(scope="module", params=PROXIES)
def standing(request, behind, tmp_path_factory):
    """Each documented proxy before a server that tells what reached it."""
    if PROXIES[request.param] is None:
        pytest.skip(f"what reads {request.param} is not installed")
    with proxy(request.param, behind.port, tmp_path_factory.mktemp("proxy")) as started:
        yield started


@pytest.fixture(scope="module")
def viewers(tmp_path_factory):
    """The port of a real UI for viewers, started by the documented command."""
    root, port = shop_on_disk(tmp_path_factory.mktemp("shop")), free_port()
    told = ["--map", root / "entity_map.yaml", "--data", root / "data", "--home", root / "home", "--port", port]
    start = "import sys; from revrecon.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", start, "ui", "--read-only", *map(str, told)]
    with serving(command, port, root / "log", is_the_ui):
        yield port


@pytest.fixture(scope="module", params=PROXIES)
def door(request, viewers, tmp_path_factory):
    """Each documented proxy before the real UI for viewers."""
    if PROXIES[request.param] is None:
        pytest.skip(f"what reads {request.param} is not installed")
    with proxy(request.param, viewers, tmp_path_factory.mktemp("door")) as started:
        yield started


def _spoken(through, headers):
    """A WebSocket through the proxy, as a browser opens one."""
    return connect(
        f"wss://{HOST}/graphql", sock=socket.create_connection(("127.0.0.1", through.port)), ssl=through.trusted,
        additional_headers=headers, subprotocols=["graphql-ws"], open_timeout=30,
    )  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_who_has_no_login_is_asked_for_it_and_nothing_is_passed_on(standing, behind, method):
    passed = len(behind.asked)
    claims = dict.fromkeys(CLAIMED, "ann")
    for path in ("/", "/graphql", "/report_asset_check/quality/deal", "/server_info", "/oauth2/../graphql"):
        told = standing.ask(method, path, claims)
        assert told.status_code == 401 or method == "GET", path
        assert told.status_code == 401 or told.headers["location"].startswith(f"{SITE}/oauth2/sign_in?rd=/"), path
    wrong = standing.ask(method, "/", {"Authorization": "Basic YW5uOndyb25n", "Cookie": "_oauth2_proxy=forged"})
    assert wrong.status_code in (401, 302)
    assert behind.asked[passed:] == []


def test_the_check_of_a_login_cannot_be_asked_from_outside(standing):
    assert standing.ask("GET", "/oauth2/auth").status_code in (401, 404)


def test_a_body_of_any_size_gets_through_with_a_login(standing, behind):
    assert standing.ask("POST", "/graphql", standing.login, content=b"x" * 500_000).status_code == 200
    assert behind.asked[-1] == "POST /graphql 500000"


def test_who_it_is_says_the_login_alone_and_the_login_goes_no_further(standing):
    claims = dict.fromkeys(CLAIMED, "eve") | {name.lower().replace("-", "_"): "eve" for name in CLAIMED}
    reached = standing.ask("GET", "/", {**claims, **standing.login}).json()
    assert "eve" not in json.dumps(reached)
    assert reached["x-forwarded-user"] == "ann"
    assert {"authorization", "cookie"}.isdisjoint(reached)
    with _spoken(standing, {**claims, **standing.login, "Origin": SITE}) as opened:
        reached = json.loads(opened.recv())
    assert "eve" not in json.dumps(reached)
    assert {"authorization", "cookie"}.isdisjoint(reached)


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://evil.example.net"},
        {"Origin": f"{SITE}.example.net"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda sent: " ".join(sent.values()),
)
def test_a_page_of_another_site_can_do_nothing_with_the_login_of_its_reader(standing, behind, sent):
    passed = len(behind.asked)
    for method in ("GET", "POST"):
        assert standing.ask(method, "/graphql?query=mutation", {**standing.login, **sent}).status_code == 403
    with pytest.raises(InvalidStatus, match="403"):
        _spoken(standing, {**standing.login, **sent})
    assert behind.asked[passed:] == []


def test_a_link_on_another_page_still_leads_here(standing):
    assert standing.ask("GET", "/runs", {**standing.login, "Sec-Fetch-Site": "cross-site"}).status_code == 200
    assert standing.ask("POST", "/graphql", {**standing.login, "Origin": SITE}).status_code == 200


def test_the_ui_is_shown_to_who_has_a_login_only(door):
    shown = door.ask("GET", "/overview", door.login)
    assert shown.status_code == 200
    assert "Dagster" in shown.text
    assert "max-age" in shown.headers["strict-transport-security"]
    refused = door.ask("GET", "/overview")
    assert refused.status_code in (401, 302)
    assert "Dagster" not in refused.text


def test_subscriptions_get_through_as_websockets(door):
    with _spoken(door, {**door.login, "Origin": SITE}) as opened:
        opened.send(json.dumps({"type": "connection_init", "payload": {}}))
        assert json.loads(opened.recv(30))["type"] == "connection_ack"
        opened.send(json.dumps({"type": "start", "id": "1", "payload": {"query": SUBSCRIBED}}))
        told = [json.loads(opened.recv(30)) for _ in range(2)]
    answers = [one["payload"]["data"]["pipelineRunLogs"] for one in told if one["type"] == "data"]
    assert answers == [{"__typename": "PipelineRunLogsSubscriptionFailure"}]
    with pytest.raises(InvalidStatus, match="401"):
        _spoken(door, {"Origin": SITE})


@pytest.mark.parametrize("change", CHANGES)
def test_viewers_change_nothing(door, change):
    for told in (
        door.ask("POST", "/graphql", door.login, json={"query": CHANGES[change]}),
        door.ask("GET", "/graphql", door.login, params={"query": CHANGES[change]}),
    ):
        assert told.json() == {"data": {change: {"__typename": "UnauthorizedError"}}}
    forged = {"passed": True, "check_name": "any"}
    assert door.ask("POST", "/report_asset_check/quality/deal", door.login, json=forged).status_code == 401


def test_nothing_but_loopback_reaches_what_is_behind(door, viewers):
    assert bound_to(viewers) == {"0100007F"}
    assert bound_to(door.port) == {"0100007F"}
