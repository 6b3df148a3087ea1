"""What a formula of the map may and may not be."""

import pytest

from revrecon.entity_map.entities import FieldType
from revrecon.entity_map.formulas import FormulaError, columns_in, type_of

FIELDS: dict[str, FieldType] = {
    "phase": "text",
    "amount": "money",
    "months": "integer",
    "day": "date",
    "paid": "boolean",
}


@pytest.mark.parametrize(
    ("sql", "gives"),
    [
        ("phase = 'open'", "BOOLEAN"),
        ("paid", "BOOLEAN"),
        ("amount * 2", "DECIMAL(18,2)"),
        ("amount / months", "DOUBLE"),
        ("day + to_months(months)", "TIMESTAMP"),
        ("case when paid then amount end", "DECIMAL(18,2)"),
        ("lower(phase) -- a comment", "VARCHAR"),
    ],
)
def test_a_formula_has_the_type_that_duckdb_gives_it(sql: str, gives: str) -> None:
    assert type_of(sql, FIELDS) == gives


def test_a_formula_names_the_columns_that_it_uses() -> None:
    assert columns_in("""case when "Is Won" = 'true' then Amount else 0 end""") == {"Is Won", "Amount"}


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("amount +", "it is not complete, or has a bracket too many"),
        ("phase = 'open", "a quote is opened and not closed"),
        ("(amount", "a bracket is opened and not closed"),
        ("phase = = 'open'", "it goes wrong near '='"),
        ("amount; drop table x", "it goes wrong near"),
        ("sum(amount)", "reaches beyond one record"),
        ("row_number() over ()", "reaches beyond one record"),
        ("(select 1)", "reaches beyond one record"),
        ("columns('a.*')", "reaches beyond one record"),
        ("amount > ?", "reaches beyond one record"),
        ("getenv('HOME')", "which formulas may not use"),
        ("now()", "which formulas may not use"),
        ("current_date", "gives another answer on every run"),
        ("today()", "gives another answer on every run"),
        ("current_timestamp", "gives another answer on every run"),
        ("random()", "gives another answer on every run"),
        ("uuid()", "gives another answer on every run"),
        ("current_user", "gives another answer on every run"),
    ],
)
def test_a_formula_is_one_expression_over_one_record_that_always_gives_the_same(sql: str, why: str) -> None:
    with pytest.raises(FormulaError, match=why.replace("(", r"\(")):
        columns_in(sql)
