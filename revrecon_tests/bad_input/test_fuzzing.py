"""Whatever comes in, it works or one of the known errors says what is wrong: never a traceback."""

import pytest

from revrecon_tests.bad_input.fuzzed import answers_fuzzed, decisions_fuzzed, exports_fuzzed, maps_fuzzed


@pytest.mark.parametrize(
    ("fuzzed", "examples"), [(maps_fuzzed, 40), (decisions_fuzzed, 80), (exports_fuzzed, 150), (answers_fuzzed, 15)]
)
def test_rubbish_is_told_in_a_sentence(fuzzed, examples):
    assert fuzzed(examples).lost == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fuzzed", "examples"), [(maps_fuzzed, 200), (decisions_fuzzed, 500), (exports_fuzzed, 1000), (answers_fuzzed, 80)]
)
def test_much_rubbish_is_told_in_a_sentence(fuzzed, examples):
    assert fuzzed(examples).lost == []
