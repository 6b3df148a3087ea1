"""What RevRecon is installed with: exact versions, from the package index alone, under licences that may be used."""

import json
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LINES = [line.split("#")[0].strip() for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()]
PINS = {
    canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in map(Requirement, filter(None, LINES))
}
RUN, BESIDE = (), ("sftp", "postgresql", "dask", "objectstore")
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))

PERMISSIVE = re.compile(
    r"(?i)\b(MIT(-0)?|0BSD|BSD|Apache|ISC|ISCL|Zlib|CC0|PSF|Python Software Foundation|Unlicense)\b"
)
WEAK = re.compile(r"(?i)\b(MPL|Mozilla Public License|LGPL\w*|Lesser General Public License)\b")
"""Copyleft that reaches no further than the package itself, which is used as it comes."""
STRONG = re.compile(
    r"(?i)(?<![\w-])A?GPL|(?<!Lesser )General Public License|SSPL|Business Source|Commons Clause|Proprietary"
)


def required(*extras: str) -> Iterator[Requirement]:
    """What pyproject.toml asks for: to run, or also with some extras."""
    named = [*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]
    return (one for one in map(Requirement, named) if canonicalize_name(one.name) != "revrecon")


def installed_with(*extras: str) -> dict[str, metadata.Distribution]:
    """Every distribution here that follows from what is asked for, whatever else is installed."""
    found: dict[str, metadata.Distribution] = {}
    left = [(canonicalize_name(one.name), tuple(sorted(one.extras))) for one in required(*extras)]
    seen = set()
    while left:
        name, wanted = one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # an extra that is not installed here
        needs = [need for need in map(Requirement, found[name].requires or ()) if _counts(need, wanted)]
        left += [(canonicalize_name(need.name), tuple(sorted(need.extras))) for need in needs]
    return found


def _counts(need: Requirement, extras: tuple[str, ...]) -> bool:
    return need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def licence_of(one: metadata.Distribution) -> str:
    """The licence that a distribution tells: an expression, classifiers, or the first line of a text."""
    told = one.metadata
    classified = [line for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    return told.get("License-Expression") or "; ".join(classified) or (told.get("License") or "").split("\n")[0]


def is_allowed(told: str) -> bool:
    return bool(PERMISSIVE.search(told) or WEAK.search(told)) and not STRONG.search(told)


def test_every_version_is_pinned_exactly():
    assert [line for line in LINES if line and not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert len(PINS) == len(list(filter(None, LINES)))


def test_every_dependency_is_pinned_within_what_the_project_allows():
    for one in required(*EXTRAS):
        assert PINS[canonicalize_name(one.name)] in one.specifier, one


def test_what_is_installed_is_what_is_pinned():
    installed = installed_with(*EXTRAS)
    assert len(installed) > 100
    differs = {name: (one.version, PINS.get(name)) for name, one in installed.items() if one.version != PINS.get(name)}
    differs.pop("setuptools", None)  # comes with the environment
    assert differs == {}


def test_no_dependency_comes_from_anywhere_but_the_package_index():
    asked = [*required(*EXTRAS), *map(Requirement, filter(None, LINES))]
    assert [str(one) for one in asked if one.url] == []
    for name, one in installed_with(*EXTRAS).items():
        told = one.read_text("direct_url.json")
        assert told is None, f"{name} was installed from {json.loads(told)['url']}"
    for path in ("pyproject.toml", "constraints.txt", "Makefile", "deploy/Dockerfile"):
        assert not re.search(r"index-url|find-links|trusted-host|git\+", (ROOT / path).read_text(encoding="utf-8")), (
            path
        )


@pytest.mark.parametrize("extras", [RUN, BESIDE], ids=["run", "beside"])
def test_licences_are_among_those_allowed(extras):
    """The GNU Lesser licence only beside what every run needs: for PostgreSQL's and SFTP's clients."""
    for name, one in installed_with(*extras).items():
        told = licence_of(one)
        assert is_allowed(told), f"{name}: {told or 'tells no licence'}"
        assert extras or not re.search("LGPL|Lesser", told), f"{name}: {told}"


@pytest.mark.parametrize(
    ("told", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause", True),
        ("License :: OSI Approved :: ISC License (ISCL)", True),
        ("LGPL-3.0-only", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("SSPL-1.0", False),
        ("MIT AND GPL-2.0-only", False),
        ("", False),
    ],
)
def test_licences_are_told_apart(told, allowed):
    assert is_allowed(told) == allowed


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_read_only_pin_every_action_and_run_what_the_makefile_has(path):
    flow = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert flow["permissions"] == {"contents": "read"}
    steps = [step for job in flow["jobs"].values() for step in job["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert [one for one in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", one)] == []
    made = [step["run"].removeprefix("make ") for step in steps if "run" in step]
    assert made
    assert set(made) <= targets
    assert all(job["timeout-minutes"] for job in flow["jobs"].values())


def test_the_audit_runs_on_every_push_and_every_day():
    flows = {path.stem: YAML(typ="safe").load(path.read_text(encoding="utf-8")) for path in WORKFLOWS}
    assert set(flows) == {"checks", "dependencies"}
    assert {"push", "schedule"} <= set(flows["dependencies"]["on"])
    assert {"push", "pull_request"} <= set(flows["checks"]["on"])
