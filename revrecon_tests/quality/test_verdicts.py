import polars as pl
import pytest

from revrecon.findings import VERDICT_SCHEMA, all_findings
from revrecon.quality.judgement import causes_judged, drift_findings, rule_findings, verdicts
from revrecon_tests.companies import QUOTES, company, shop_tables, world_of


def verdict_of(cause, entity, copy, tables):
    mapped = company()
    world = world_of(mapped, tables)
    findings = all_findings([f(mapped, world, entity, copy) for f in (rule_findings, drift_findings)])
    frame = verdicts(mapped, world, entity, copy, findings)
    assert dict(frame.schema) == VERDICT_SCHEMA
    return frame.filter(pl.col("cause") == cause).row(0, named=True)


@pytest.mark.parametrize(
    ("total", "verdict", "limit"),
    [("300.00", "pass", None), ("300.50", "pass", None), ("305.00", "warn", 1.0), ("500.00", "breach", 100.0)],
)
def test_money_at_or_above_a_limit_warns_or_breaches(total, verdict, limit):
    got = verdict_of("quality.wrong_value", "deal", "books", shop_tables(quotes=QUOTES.replace("300.00", total)))
    assert (got["verdict"], got["limit"]) == (verdict, limit)


def test_net_and_gross_are_both_told_so_that_offsetting_breaks_cannot_hide():
    quotes = QUOTES.replace("300.00", "500.00").replace("50.00 ", "-150.00 ")
    got = verdict_of("quality.wrong_value", "deal", "books", shop_tables(quotes=quotes))
    assert (got["net"], got["gross"]) == (0, 400)
    assert got["verdict"] == "breach"


def test_a_copy_that_said_nothing_is_not_run_and_never_passes():
    tables = shop_tables()
    del tables["books", "quote"]
    assert verdict_of("quality.wrong_value", "deal", "books", tables)["verdict"] == "not_run"


def test_every_cause_that_a_judge_can_find_has_a_verdict():
    mapped = company()
    tables = shop_tables(quotes=QUOTES.replace("300.00", "-1.00").replace("open", "odd") + "\n Q7 | | | | x | D9 | |")
    world = world_of(mapped, tables)
    for entity in mapped.entities:
        for copy in mapped.entities[entity].replication:
            found = all_findings([f(mapped, world, entity, copy) for f in (rule_findings, drift_findings)])
            assert set(found["cause"]) <= set(causes_judged(mapped, entity, copy))
