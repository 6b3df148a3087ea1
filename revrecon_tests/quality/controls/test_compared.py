"""Controls as a system tells them, beside those that the map asks for."""

import pytest

from revrecon.entity_map.loader import parse_map
from revrecon.quality.controls.compared import Told, controls_compared
from revrecon.sources.live.contract import Column
from revrecon_tests.companies import SHOP

MAP = parse_map(SHOP).map


def states(columns, rules=None, system="crm", object_name="Account"):
    found = controls_compared(MAP, system, {object_name: Told(columns, rules)})
    return {(row["column"], row["kind"]): (row["state"], row["detail"]) for row in found.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("column", "rules", "wanted"),
    [
        (Column("name", "text", required=True), None, "there"),
        (Column("NAME", "text", required=True), None, "there"),
        (Column("name", "text", required=False), frozenset(), "missing"),
        (Column("name", "text", required=False), frozenset({"name_required"}), "there"),
        (Column("name", "text"), None, "not told"),
        (Column("name", "text"), frozenset(), "missing"),
        (Column("other", "text"), frozenset(), "not told"),
    ],
)
def test_a_required_field_is_so_by_the_column_or_by_a_rule(column, rules, wanted):
    assert states([column], rules)["name", "required"][0] == wanted


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (("prospect", "customer"), ("there", "")),
        (("customer",), ("there", "")),
        (("prospect", "customer", "other"), ("looser", "it also takes other")),
        ((), ("missing", "")),
    ],
)
def test_a_list_of_values_may_be_narrower_and_not_wider(values, wanted):
    assert states([Column("kind", "text", values=values)])["kind", "allowed"] == wanted


def test_what_the_map_says_of_a_control_that_is_not_there_is_told():
    said = parse_map(
        SHOP.replace(
            "standard: legal_name, required: true", "standard: legal_name, required: true, input_control: a form"
        )
    )
    found = controls_compared(said.map, "crm", {"Account": Told([Column("name", "text", required=False)], frozenset())})
    assert found.filter(found["column"] == "name").row(0, named=True)["detail"] == "the map says: a form"


def test_a_reference_is_held_by_a_foreign_key():
    told = [Column("parent", "reference", points_to="Account")]
    assert states(told)["parent", "reference"] == ("there", "")
