"""Derived files are made again; precious ones are named with the way back."""

import pytest

from revrecon_tests.faults.damage import (
    a_damaged_ledger,
    a_ledger_of_before,
    a_warehouse_in_any_state,
    derived_files_damaged,
    precious_files_damaged,
)


def test_a_warehouse_that_is_locked_damaged_or_gone_is_rebuilt(calm):
    outcome = a_warehouse_in_any_state(calm)
    assert (outcome.tried, outcome.lost) == (6, [])


def test_a_damaged_file_of_the_lake_is_named_and_its_day_can_be_read_again(calm):
    outcome = precious_files_damaged(calm, every=3)
    assert outcome.tried >= 6
    assert outcome.lost == []


@pytest.mark.slow
def test_every_damaged_file_of_the_lake_is_named_and_its_day_can_be_read_again(calm):
    outcome = precious_files_damaged(calm)
    assert outcome.tried >= 18
    assert outcome.lost == []


def test_a_damaged_table_is_made_again_or_named(calm):
    outcome = derived_files_damaged(calm)
    assert (outcome.tried, outcome.lost) == (7, [])


def test_a_damaged_ledger_is_named_and_goes_on_from_its_backup(calm):
    assert a_damaged_ledger(calm).lost == []


def test_a_ledger_from_an_older_backup_opens_no_ticket_twice(calm):
    assert a_ledger_of_before(calm).lost == []
