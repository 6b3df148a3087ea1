import pytest

from revrecon.canonical.identity.linkage.defaults import comparisons
from revrecon_tests.canonical.linkage.people_and_companies import entity


def kinds(fields, **linkage):
    return {c.field: c.kind_name for c in comparisons(entity(fields, **linkage))}


@pytest.mark.parametrize(
    ("field", "rule", "kind"),
    [
        ("account_name", {"type": "text", "standard": "legal_name"}, "company_name"),
        ("anything", {"type": "text", "standard": "domain"}, "domain"),
        ("first_name", {"type": "text", "standard": "casefold"}, "first_name"),
        ("surname", {"type": "text", "standard": "casefold"}, "last_name"),
        ("billing_street", {"type": "text"}, "street"),
        ("suburb", {"type": "text"}, "city"),
        ("date_of_birth", {"type": "date"}, "birth_date"),
        ("close_date", {"type": "date"}, "event_date"),
        ("list_price", {"type": "money"}, "money"),
        ("product_name", {"type": "text", "standard": "casefold"}, "words"),
        ("stage", {"type": "text", "allowed": ["open", "won"]}, "category"),
        ("account", {"type": "reference", "to": "account"}, "reference"),
    ],
)
def test_a_field_is_compared_by_its_standard_form_then_its_name_then_its_type(field, rule, kind):
    assert kinds({field: rule}) == {field: kind}


def test_booleans_and_derived_fields_say_nothing_about_identity():
    assert kinds({"active": {"type": "boolean"}, "total": {"type": "money", "derived": "1"}}) == {}


def test_the_map_changes_leaves_out_and_lets_fields_stand_in():
    fields = {name: {"type": "date"} for name in ("closed_on", "ordered_on", "seen_on")}
    found = kinds(fields, compare={"closed_on": {"as": "birth_date", "or": ["ordered_on"]}}, ignore=["seen_on"])
    assert found == {"closed_on": "birth_date"}


def test_first_and_last_names_know_each_other():
    both = comparisons(entity({name: {"type": "text"} for name in ("first_name", "last_name")}))
    assert all("first and last name swapped" in [level.label for level in c.levels] for c in both)
    alone = comparisons(entity({"first_name": {"type": "text"}}))
    assert "first and last name swapped" not in [level.label for level in alone[0].levels]
