"""A map of a hundred and more copies: its definitions, a run inside Dagster, and what the UI asks for."""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import dagster as dg
import httpx
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import PythonFileTarget
from dagster_webserver.webserver import DagsterWebserver
from starlette.applications import Starlette

from benchmarks.load.companies import FIRST, company
from benchmarks.load.measured import Measured, measured
from revrecon.dagster_defs.build import build_definitions
from revrecon.dagster_defs.local_instance import dagster_environment
from revrecon.daily.home import open_home
from revrecon.entity_map.loader import load_map

_GRAPH = "{ assetNodes { assetKey { path } dependencyKeys { path } groupName hasAssetChecks isPartitioned } }"
_CHECKS = """{ assetNodes { assetKey { path } assetChecksOrError { ... on AssetChecks { checks { name
  executionForLatestMaterialization { status evaluation { severity } } } } } } }"""


def measure(folder: Path, pairs: int) -> Iterator[Measured]:
    """Load, run a day, and ask for the graph and the checks as the UI does."""
    story = f"{2 * pairs} entities, {4 * pairs} copies"
    deeds = {
        "write the map and exports": partial(_write, pairs=pairs),
        "load the definitions": _load,
        "a day inside Dagster": _run,
        "UI: asset graph": partial(_ask, query=_GRAPH),
        "UI: every check with its last verdict": partial(_ask, query=_CHECKS),
    }
    for deed, do in deeds.items():
        yield measured(story, deed, do, folder)


def _write(folder: Path, pairs: int) -> str:
    path = company(folder, pairs, deals=100)
    return f"map of {len(path.read_text().splitlines()):,} lines"


def _definitions(folder: Path) -> dg.Definitions:
    path, home = folder / "entity_map.yaml", open_home(folder / "home")
    os.environ.update(dagster_environment(home, path, folder / "data"))
    return build_definitions(load_map(path), path, folder / "data", home.root)


def _load(folder: Path) -> str:
    graph = _definitions(folder).resolve_asset_graph()
    return f"{len(graph.get_all_asset_keys()):,} assets, {len(graph.asset_check_keys):,} checks"


def _run(folder: Path) -> str:
    job = _definitions(folder).resolve_job_def("daily_reconciliation")
    with dg.DagsterInstance.get() as instance:
        ran = job.execute_in_process(instance=instance, partition_key=str(FIRST))
        checks = len(ran.get_asset_check_evaluations())
        events = len(instance.all_logs(ran.run_id))
    return f"{checks:,} verdicts, {events:,} events"


_LOCATION = "from revrecon.definitions import defs as loaded\n"


def _ask(folder: Path, query: str) -> str:
    _definitions(folder)
    code = folder / "location.py"
    code.write_text(_LOCATION)
    with dg.DagsterInstance.get() as instance:
        target = PythonFileTarget(str(code), None, working_directory=str(folder), location_name="load")
        with WorkspaceProcessContext(instance, target, version="", read_only=True) as workspace:
            app = DagsterWebserver(workspace).create_asgi_app()
            _, (last, content) = asyncio.run(_twice(app, query))
    answer = json.loads(content)
    if "errors" in answer:
        raise RuntimeError(json.dumps(answer["errors"])[:500])
    return f"asked again {last:.1f} s, {len(content) / 1e6:.1f} MB"


async def _twice(app: Starlette, query: str) -> list[tuple[float, bytes]]:
    """The seconds and the content of an answer, and of the same one asked for again."""
    told = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://load", timeout=None) as client:
        for _ in range(2):
            began = time.perf_counter()
            answer = await client.post("/graphql", json={"query": query})
            told.append((time.perf_counter() - began, answer.content))
    return told
