"""What the documentation promises of the sample company and of public person sets, measured."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from benchmarks.linkage.practice import measured, without_references
from revrecon.entity_map.loader import load_map
from revrecon_tests.repository import ROOT

TRUTH = ROOT.parent / "shared" / "worlds" / "practice" / "truth" / "crosswalk.csv"
WITHOUT = {"account": 0.95, "contact": 0.95, "product": 0.95, "opportunity": 0.9}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Where the exports are landed, once for all."""
    return tmp_path_factory.mktemp("home")


@pytest.mark.slow
@pytest.mark.skipif(not TRUTH.exists(), reason=f"the truth of the sample company is kept at {TRUTH}")
@pytest.mark.parametrize("references", [True, False], ids=["with references", "without references"])
def test_the_sample_company_is_linked_as_well_as_promised(references, home, monkeypatch):
    monkeypatch.chdir(ROOT)
    entity_map = load_map(ROOT / "entity_map.yaml").map
    entity_map = entity_map if references else without_references(entity_map)
    scores = measured(entity_map, home, ROOT / "data", pl.read_csv(TRUTH, infer_schema=False), None)
    for name, score in scores.items():
        assert score.f1 >= (0.99 if references else WITHOUT[name]), (name, score)
        assert score.precision >= 0.995, (name, score)


def exports_without_references(entity_map, target: Path) -> Path:
    """The sample company's exports with every cross-reference column emptied."""
    shutil.copytree(ROOT / "data", target)
    for entity in entity_map.entities.values():
        for name, copy in entity.replication.items():
            for path in (target / entity_map.system_of(name, copy) / copy.object).glob("*.csv"):
                frame = pl.read_csv(path, infer_schema=False)
                columns = set(copy.cross_references.values()) & set(frame.columns)
                frame.with_columns(pl.lit("").alias(column) for column in columns).write_csv(path)
    return target


@pytest.mark.slow
@pytest.mark.skipif(not TRUTH.exists(), reason=f"the truth of the sample company is kept at {TRUTH}")
def test_exports_without_any_cross_reference_are_linked_as_well_as_promised(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    entity_map = load_map(ROOT / "entity_map.yaml").map
    data = exports_without_references(entity_map, tmp_path / "data")
    scores = measured(entity_map, tmp_path / "home", data, pl.read_csv(TRUTH, infer_schema=False), None)
    assert {name: score for name, score in scores.items() if score.f1 < WITHOUT[name]} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["febrl4", "febrl1"])
def test_public_person_sets_are_linked_without_a_label(name):
    from benchmarks.linkage.febrl import linked, nodes_of, people, sets_of  # a second that nothing else needs

    sets = sets_of(name)
    entity = people(tuple(sets))
    assert linked(entity, nodes_of(entity, sets)).f1 >= 0.98
