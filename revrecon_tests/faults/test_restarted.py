"""A real daemon is killed and started again."""

import pytest

from revrecon_tests.faults.restarted import daemon_killed


@pytest.mark.slow
def test_a_day_whose_daemon_was_killed_is_run_once_and_ends_the_same(calm, tmp_path):
    outcome = daemon_killed(calm.nursery, tmp_path)
    assert (outcome.tried, outcome.lost) == (2, [])
