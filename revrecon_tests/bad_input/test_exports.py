"""Bad exports give a finding, a quarantined row or one clear error; rows in are rows accounted for."""

import pytest

from revrecon_tests.bad_input.accounted import exports_landed, exports_reconciled, stranger_companies, troubles_with
from revrecon_tests.bad_input.corpus import CORPUS


@pytest.mark.parametrize("ugly", [one for one in CORPUS if not one.large], ids=lambda one: one.name)
def test_every_row_of_an_export_is_accounted_for(tmp_path, ugly):
    assert troubles_with(tmp_path, ugly) == []


@pytest.mark.slow
def test_large_exports_are_taken_in_in_bounded_time_and_memory(tmp_path):
    outcome = exports_landed(tmp_path)
    assert outcome.tried == len(CORPUS)
    assert outcome.lost == []


@pytest.mark.slow
def test_a_day_over_a_bad_export_ends_with_accounts_or_one_clear_error(tmp_path):
    assert exports_reconciled(tmp_path).lost == []


def test_keys_of_several_columns_may_have_empty_parts(tmp_path):
    assert stranger_companies(tmp_path).lost == []
