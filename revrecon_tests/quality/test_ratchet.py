import datetime as dt

import polars as pl
import pytest

from revrecon.findings import as_findings
from revrecon.quality.ratchet import BROKEN_SCHEMA, ratchets, regressions

FIRST = dt.date(2026, 3, 1)
RULE = "phone_is_present"


def findings(*records, cause="quality.missing_field"):
    if not records:
        return as_findings(pl.DataFrame())
    return as_findings(
        pl.DataFrame(
            {
                "cause": [cause] * len(records), "rule": [RULE] * len(records), "entity": ["account"] * len(records),
                "copy": ["crm"] * len(records), "system": ["crm"] * len(records), "object": ["Account"] * len(records),
                "record_id": list(records), "field": ["phone"] * len(records),
            }
        )
    )  # fmt: skip


def history(*days):
    """What was broken on each day: letters are records."""
    nothing = pl.DataFrame(schema=BROKEN_SCHEMA)
    broken = [findings(*told).select(*BROKEN_SCHEMA) if told else nothing for told in days]
    return {FIRST + dt.timedelta(number): frame.lazy() for number, frame in enumerate(broken)}


def slipped(now, *days, writers=None):
    cleaned = ratchets(history(*days))
    found = regressions(findings(*now), cleaned, writers or {}, FIRST + dt.timedelta(len(days)))
    return sorted(found["record_id"].to_list())


CLEANED = ("abcdef", "abcdef", "a", "a", "a")


@pytest.mark.parametrize(
    ("now", "days", "regressed"),
    [
        ("abc", CLEANED, ["b", "c"]),
        ("axy", CLEANED, ["x", "y"]),
        ("ab", CLEANED, []),  # one record more does not flap
        ("a", CLEANED, []),
        ("", CLEANED, []),
        ("abc", ("abcdef", "abcdef", "a", "a"), []),  # two days are no clean-up yet
        ("abcdef", ("abcdef", "abcde", "abcd", "abcd", "abcd"), []),  # less than half of it went
        ("abc", ("ab", "ab", "", "", ""), []),  # too few to speak of
        ("abcd", ("abcdef", "ab", "ab", "ab", "a", "a", "a"), ["b", "c", "d"]),  # the best counts, not the first good
    ],
)
def test_a_cleaned_rule_may_only_be_broken_less(now, days, regressed):
    assert slipped(now, *days) == regressed


def test_a_regression_names_the_writer_where_the_source_tells():
    found = regressions(findings(*"abc"), ratchets(history(*CLEANED)), {"b": "import-job"}, FIRST)
    told = dict(found.select("record_id", "why").iter_rows())
    assert told["b"] == "was cleaned: 1 left on 2026-03-05; last written by import-job"
    assert told["c"] == "was cleaned: 1 left on 2026-03-05"
    assert set(found["cause"]) == {"quality.regression"}


def test_the_order_in_which_days_were_run_changes_nothing():
    days = history(*CLEANED)
    turned = dict(reversed(days.items()))
    assert ratchets(days) == ratchets(turned)


def test_stale_copies_come_and_go_and_are_no_regression():
    found = regressions(findings(*"abc", cause="quality.stale_copy"), ratchets(history(*CLEANED)), {}, FIRST)
    assert found.is_empty()
