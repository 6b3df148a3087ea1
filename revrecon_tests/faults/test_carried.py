"""A day that is carried forward is as safe as a whole one."""

import pytest

from revrecon_tests.faults.carried import (
    carried_calm,
    killed_before_a_carried_day,
    killed_on_a_carried_day,
    layers_damaged,
    two_days_at_once,
    two_runs_of_a_carried_day,
)


@pytest.fixture(scope="module")
def carried(tmp_path_factory):
    with carried_calm(tmp_path_factory.mktemp("carried")) as calm:
        yield calm


def test_the_second_day_is_carried_forward_in_layers_and_is_the_whole_day(carried):
    assert carried.is_carried()
    places = {name.split(" ")[1].rsplit("/", 1)[0] for name in carried.steps if name.startswith("rename")}
    assert {"tables/crosswalk/deal/layers", "carried/ties/deal/layers"} <= places
    assert carried.second == carried.full


def test_a_carried_day_killed_at_a_step_is_completed_by_the_next_run(carried):
    outcome = killed_on_a_carried_day(carried, every=21)
    assert outcome.tried >= 4
    assert outcome.lost == []


def test_a_day_that_was_killed_is_not_rested_on(carried):
    outcome = killed_before_a_carried_day(carried, every=21)
    assert outcome.tried >= 3
    assert outcome.lost == []


def test_two_runs_of_a_carried_day_at_once_leave_what_one_leaves(carried):
    assert two_runs_of_a_carried_day(carried).lost == []


def test_a_day_may_be_run_again_while_the_next_one_rests_on_it(carried):
    assert two_days_at_once(carried).lost == []


def test_a_damaged_layer_of_the_day_is_made_again(carried):
    outcome = layers_damaged(carried)
    assert (outcome.tried, outcome.lost) == (8, [])


@pytest.mark.slow
def test_a_carried_day_killed_at_every_single_step_is_completed_by_the_next_run(carried):
    outcome = killed_on_a_carried_day(carried)
    assert outcome.tried == len(carried.steps) > 80
    assert outcome.lost == []


@pytest.mark.slow
def test_a_day_that_was_killed_at_any_step_is_not_rested_on(carried):
    outcome = killed_before_a_carried_day(carried, every=3)
    assert outcome.tried > 20
    assert outcome.lost == []
