"""Whatever comes in, it works or one of the known errors says what is wrong: never a traceback."""

import pytest

from revrecon_tests.bad_input.coverage_guided import TARGETS, guided
from revrecon_tests.bad_input.fuzzed import (
    OVER_HTTP,
    answers_fuzzed,
    decisions_fuzzed,
    exports_fuzzed,
    maps_fuzzed,
    take_answer,
    traceback_of,
)


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


@pytest.mark.parametrize("kind", OVER_HTTP)
@pytest.mark.parametrize("at", range(1, 7))
def test_the_answer_to_another_question_loses_no_record(kind, at):
    """Found by coverage: a count's answer in the place of a page counted as the record that was missing."""
    for body in (b'{"count":1,"hasMore":false,"items":[{"links":[],"n":"1"}]}', b'{"result":[{"n":"1"}]}'):
        assert traceback_of(lambda body: take_answer(kind, at, 200, body), body) == []


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_what_a_fuzzer_led_by_coverage_finds_is_told_in_a_sentence(target, tmp_path):
    pytest.importorskip("atheris", reason="atheris is not installed (the extra fuzz)")
    told = guided(target, 30, tmp_path)
    assert told.tried > 0
    assert told.found == ()
