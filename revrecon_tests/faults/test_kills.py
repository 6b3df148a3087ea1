"""Killed at any moment, the next run ends with the same tables, the same tickets and nothing doubled."""

import pytest

from revrecon_tests.faults.killed import killed_again_and_again, killed_at_every_step, killed_at_random_moments


def test_a_day_killed_at_a_step_is_completed_by_the_next_run(calm):
    outcome = killed_at_every_step(calm, every=30)
    assert outcome.tried >= 6
    assert outcome.lost == []


def test_the_steps_of_a_day_hold_every_kind(calm):
    kinds = {name.split(" ")[0] for name in calm.steps}
    assert {"rename", "commit", "POST", "answer"} <= kinds
    places = {name.split(" ")[1].split("/")[0] for name in calm.steps if name.startswith("rename")}
    assert {"lake", "tables", "reports", "published", "warehouse.duckdb"} <= places


@pytest.mark.slow
def test_a_day_killed_at_every_single_step_is_completed_by_the_next_run(calm):
    outcome = killed_at_every_step(calm)
    assert outcome.tried == len(calm.steps) > 60
    assert outcome.lost == []


@pytest.mark.slow
def test_a_day_killed_at_random_moments_is_completed_by_the_next_run(calm):
    assert killed_at_random_moments(calm, times=8).lost == []


@pytest.mark.slow
def test_a_day_killed_again_and_again_comes_through_in_the_end(calm):
    outcome = killed_again_and_again(calm, strides=11)
    assert outcome.tried > 5
    assert outcome.lost == []
