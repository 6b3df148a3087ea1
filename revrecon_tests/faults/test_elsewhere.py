"""Trouble around the home."""

from revrecon_tests.faults.elsewhere import (
    a_clock_that_jumps_back,
    a_source_that_dies,
    a_tracker_down_for_a_week,
    days_of_23_and_25_hours,
    two_runs_at_once,
)


def test_two_runs_of_a_day_at_once_leave_what_one_leaves(calm):
    assert two_runs_at_once(calm).lost == []


def test_a_clock_that_jumps_back_hides_nothing_that_came_later(calm):
    assert a_clock_that_jumps_back(calm).lost == []


def test_the_days_on_which_the_clocks_change_are_days_like_others(calm):
    assert days_of_23_and_25_hours(calm).lost == []


def test_a_source_that_dies_in_the_middle_leaves_nothing_half_visible(calm):
    assert a_source_that_dies(calm).lost == []


def test_a_tracker_that_was_down_for_a_week_is_told_everything_once(calm):
    assert a_tracker_down_for_a_week(calm).lost == []
