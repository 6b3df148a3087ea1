"""The benchmark's planted differences are found, all of them and nothing else, by RevRecon and by hand."""

from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks.comparison.answers import differs_from_truth
from benchmarks.comparison.company import land
from benchmarks.comparison.planted import plant
from benchmarks.comparison.runners.polars_by_hand import compare as compare_any_order
from benchmarks.comparison.runners.polars_landed import compare as compare_landed
from benchmarks.comparison.runners.revrecon_day import reconcile


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    plant(folder, rows=3_000, copies=2)
    return folder


def told(answers):
    return [asdict(answer) for answer in answers]


@pytest.mark.parametrize("in_buckets", [False, True])
def test_revrecon_finds_what_was_planted_in_every_copy(planted, in_buckets):
    land(planted, copies=2)
    assert differs_from_truth(planted, told(reconcile(planted, 2, in_buckets, tell=False))) == ""


def test_the_hand_written_peers_find_the_same(planted):
    for form, compare in (("landed", compare_landed), ("any_order", compare_any_order)):
        answer = compare(planted / form / "main.parquet", planted / form / "copy_1.parquet")
        assert differs_from_truth(planted, told([answer])) == ""


def test_an_answer_that_misses_one_record_is_no_answer(planted):
    answer = compare_landed(planted / "landed" / "main.parquet", planted / "landed" / "copy_1.parquet")
    answer.missing.count -= 1
    assert "missing" in differs_from_truth(planted, told([answer]))
