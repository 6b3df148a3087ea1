"""A full disk, and a folder that nobody may write to."""

import pytest

from revrecon_tests.faults.disks import full_from_a_step_on, not_to_be_written


def test_a_disk_that_fills_up_is_told_in_a_sentence_and_the_next_run_completes_the_day(calm):
    outcome = full_from_a_step_on(calm, every=24)
    assert outcome.tried >= 3
    assert outcome.lost == []


def test_a_home_that_cannot_be_written_is_named_before_anything_is_done(calm):
    assert not_to_be_written(calm.nursery).lost == []


@pytest.mark.slow
def test_a_disk_that_fills_up_at_any_step_is_told_in_a_sentence_and_the_next_run_completes_the_day(calm):
    outcome = full_from_a_step_on(calm, every=4)
    assert outcome.tried > 15
    assert outcome.lost == []
