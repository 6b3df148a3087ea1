"""Values in the wrong unit: what gives them away, and what must not."""

import math
import random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.findings import as_findings
from revrecon.quality.judgement import rule_findings
from revrecon.quality.scale import earlier_values, told_once
from revrecon.quality.sizes import compared_sizes, suspects
from revrecon_tests.companies import company, world_of
from revrecon_tests.tables import observed, rows, table

FACTORS = (1000.0, 100.0, 12.0, 10.0)
WATCHED = company(**{"amount: {type: money, at_least: 0}": "amount: {type: money, scale: true}"})


def population(seed: int, size: int, spread: float) -> pl.DataFrame:
    """Sales of shops of every size, beside their staff and their floor: smooth, with a spread in powers of ten."""
    chance = random.Random(seed)
    sizes = [10 ** chance.uniform(1, 5) for _ in range(size)]

    def near(size: float, ratio: float) -> float:
        noise = max(-2.0, min(2.0, chance.gauss(0, 1)))
        return size * ratio * 10 ** (spread * noise)

    return pl.DataFrame(
        {"_id": [f"R{n}" for n in range(size)], "value": [near(s, 40.0) for s in sizes]}
        | {"staff": [near(s, 0.5) for s in sizes], "floor": [near(s, 3.0) for s in sizes]}
    )


def suspected(records: pl.DataFrame) -> dict[str, float]:
    """Record and factor of every suspect, by staff and floor."""
    pairs = [compared_sizes(records.with_columns(pl.col(n).alias("other")), n) for n in ("staff", "floor")]
    return dict(suspects(pl.concat(pairs), FACTORS, at_least=2).select("_id", "factor").iter_rows())


def with_value(records: pl.DataFrame, record: str, factor: float) -> pl.DataFrame:
    times = pl.when(pl.col("_id") == record).then(factor).otherwise(1.0)
    return records.with_columns(pl.col("value") * times)


POPULATIONS = st.builds(population, st.integers(0, 10_000), st.integers(60, 200), st.floats(0.0, 0.15))


@settings(max_examples=60, deadline=None)
@given(POPULATIONS, st.integers(0, 59), st.sampled_from([1000.0, 0.001]))
def test_a_planted_factor_of_a_thousand_is_found_and_nothing_else(records, place, factor):
    planted = with_value(records, f"R{place}", factor)
    assert {name: round(math.log10(found)) for name, found in suspected(planted).items()} == {
        f"R{place}": round(math.log10(factor))
    }


@settings(max_examples=40, deadline=None)
@given(POPULATIONS, st.sampled_from([0.001, 0.01, 7.0, 12.0, 1000.0]))
def test_writing_all_records_in_another_unit_finds_nothing(records, factor):
    assert suspected(records) == {}
    assert suspected(records.with_columns(pl.col("value") * factor)) == {}


@settings(max_examples=30, deadline=None)
@given(POPULATIONS, st.integers(0, 59), st.randoms())
def test_the_order_of_rows_changes_nothing(records, place, order):
    planted = with_value(records, f"R{place}", 1000.0)
    turned = planted[order.sample(range(planted.height), planted.height)]
    assert suspected(turned) == suspected(planted)


def test_zeros_gaps_and_signs_are_no_matter_of_size():
    records = population(1, 60, 0.1).with_columns(
        pl.when(pl.col("_id") == "R1").then(0.0).when(pl.col("_id") == "R2").then(None)
        .when(pl.col("_id") == "R3").then(-pl.col("value")).otherwise("value").alias("value")
    )  # fmt: skip
    assert suspected(records) == {}
    assert suspected(with_value(records, "R3", 100.0)) == {"R3": 100.0}


def test_a_few_records_teach_nothing():
    assert suspected(with_value(population(1, 19, 0.1), "R1", 1000.0)) == {}


def test_where_only_one_comparison_is_odd_the_other_value_is_to_blame():
    records = population(1, 60, 0.1)
    odd_staff = records.with_columns(pl.col("staff") * pl.when(pl.col("_id") == "R1").then(0.001).otherwise(1.0))
    assert suspected(odd_staff) == {}


def test_the_last_of_a_long_unbroken_tail_is_no_suspect():
    steps = [10 ** (n / 20) for n in range(60)]  # from 1 to 1,000 without a gap
    usual = pl.DataFrame({"_id": [f"U{n}" for n in range(240)], "value": [1.0 + n % 7 / 10 for n in range(240)]})
    tail = pl.DataFrame({"_id": [f"T{n}" for n in range(60)], "value": steps})
    records = pl.concat([usual, tail]).with_columns(pl.lit(1.0).alias("staff"), pl.lit(2.0).alias("floor"))
    assert suspected(records) == {}


# ------------------------------------------------------------------------------------------ copies and their findings
WHEN = "2026-01-10 00:00:00"


def deals(**odd: str) -> str:
    """Thirty deals whose first year is about a third of the amount; `odd` replaces amounts."""
    lines = ["id | name | account | stage | amount | first_year | gone | created | changed"]
    for n in range(1, 31):
        first = 100 * n + (n * 37) % 50
        amount = odd.get(f"D{n}", f"{first * 3}.00")
        lines.append(
            f"D{n} | Deal {n} | A1 | open | {amount} | {first}.00 | no | 2026-01-10 00:00:00 | 2026-01-10 00:00:00"
        )
    return "\n".join(lines)


def found(text: str, earlier: pl.DataFrame | None = None, entity_map=WATCHED) -> list[tuple[object, ...]]:
    tables = {("crm", "Account"): ACCOUNT, ("crm", "Deal"): text}
    frame = rule_findings(entity_map, world_of(entity_map, tables), "deal", "crm", earlier)
    frame = frame.filter(pl.col("rule") == "amount_scale")
    return rows(frame, "record_id", "cause", "expected", "observed", "amount", "why")


ACCOUNT = "id | name | phone | parent | kind | created | changed\nA1 | Acme | 1 | | customer | 2026-01-01 00:00:00 |"


def test_an_amount_in_cents_is_found_beside_the_records_other_value():
    ((record, cause, expected, observed_value, amount, why),) = found(deals(D7="222900.00"))
    assert (record, cause) == ("D7", "quality.wrong_value")
    assert (expected, observed_value, str(amount)) == ("2229.00", "222900.00", "220671.00")
    assert why.startswith("probably 100 times too large: 223000 where 2130 would be usual beside its first_year (")
    assert why.endswith("standard deviations, 30 records)")


def test_a_clean_copy_and_a_field_without_a_scale_have_no_findings():
    assert found(deals()) == []
    assert found(deals(D7="222900.00"), entity_map=company()) == []


def test_a_value_that_was_another_before_is_found_by_its_own_past():
    mapped = company(**{"amount: {type: money, at_least: 0}": "amount: {type: money, scale: {factors: [1000]}}"})
    before = deals(**{f"D{n}": f"{90 * n}.00" for n in range(1, 31)})
    after = deals(**{f"D{n}": f"{95 * n}.00" for n in range(1, 31)} | {"D7": "650000.00"})
    versions = {"Deal": pl.concat([observed(table(before), "id", None), observed(table(after), "id", None)])}
    earlier = earlier_values(mapped, "deal", "crm", versions)
    assert earlier.filter(pl.col("_id") == "D7")["value"].to_list() == [630.0]
    assert [row[0] for row in found(after, earlier, mapped)] == ["D7"]


def test_a_value_that_also_differs_from_the_canonical_one_is_told_once_with_both_reasons():
    place = {"cause": "quality.wrong_value", "entity": "deal", "copy": "books", "record_id": "Q1", "field": "amount"}
    both = as_findings(
        pl.DataFrame(
            [
                {**place, "rule": "amount_agrees", "expected": "300.00", "observed": "30000.00", "why": None},
                {**place, "rule": "amount_scale", "expected": "300.00", "observed": "30000.00", "why": "cents"},
                {**place, "rule": "amount_scale", "record_id": "Q2", "why": "cents"},
            ]
        )
    )
    assert sorted(rows(told_once(both), "record_id", "rule", "why")) == [
        ("Q1", "amount_agrees", "cents"),
        ("Q2", "amount_scale", "cents"),
    ]
