import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.canonical.identity.linkage.door import scored, trained
from revrecon.canonical.identity.linkage.schemas import EVIDENCE, PAIR_SCHEMA
from revrecon_tests.canonical.linkage.people_and_companies import (
    COMPANY_FIELDS,
    apart,
    entity,
    market,
    nodes,
    nodes_from,
    probabilities,
)

COMPANY = entity()


def with_rows(*rows: dict[str, str | None]) -> pl.DataFrame:
    more = pl.DataFrame(rows, schema=market(1).schema)
    return nodes_from(COMPANY, pl.concat([market(), more]))


def test_records_of_one_company_find_each_other_without_a_label():
    found = probabilities(COMPANY, nodes_from(COMPANY, market()))
    assert min(found[frozenset((f"A{n}", f"C{n}"))] for n in range(40)) > 0.95
    assert max((p for pair, p in found.items() if len({key[1:] for key in pair}) == 2), default=0) < 0.5


def test_subsidiaries_that_share_a_name_and_a_domain_stay_apart():
    names = ("Saffron Holding", "Saffron Germany GmbH", "Saffron Canada LLC")
    group = [
        {"copy": "crm", "_id": f"G{n}", "account_name": name, "domain": "saffron.com", "street": f"{n}{n} {road} Way",
         "city": city, "phone": f"+49 30 777{n}{n} 99{n}", "tax_number": f"DE{n}8{n}7{n}"}
        for n, (name, road, city) in enumerate(zip(names, ("Elm", "Oak", "Ash"), ("Bonn", "Ulm", "York"), strict=True))
    ]  # fmt: skip
    found = probabilities(COMPANY, with_rows(*group))
    assert max(found.get(frozenset(pair), 0) for pair in (("G0", "G1"), ("G0", "G2"), ("G1", "G2"))) < 0.5


def test_a_duplicate_inside_one_system_is_found():
    again = market().row(6, named=True) | {"_id": "A3b", "account_name": "Delta Fodos", "phone": None}
    assert probabilities(COMPANY, with_rows(again))[frozenset(("A3", "A3b"))] > 0.95


def test_evidence_tells_every_field_both_values_and_what_it_weighs_and_adds_up_to_the_weight():
    frame = nodes_from(COMPANY, market())
    model = trained(COMPANY, frame, apart(frame))
    pairs = scored(COMPANY, model, frame, apart(frame)).pairs
    assert dict(pairs.schema) == PAIR_SCHEMA
    assert pairs.schema["evidence"] == pl.List(EVIDENCE)
    prior = np.log2(model.prior / (1 - model.prior))
    weight = pairs["weight"] - pairs["evidence"].list.eval(pl.element().struct.field("weight")).list.sum()
    assert np.allclose(weight.to_numpy(), prior, atol=1e-4)
    first = next(row for row in pairs.iter_rows(named=True) if row["probability"] > 0.9)["evidence"]
    assert [piece["field"] for piece in first] == [*sorted(COMPANY_FIELDS), "copy"]
    assert {piece["level"].split(",")[0] for piece in first} >= {"equal", "no evidence", "in two copies"}


def test_pairs_that_a_stronger_pass_has_joined_are_not_scored_again():
    frame = nodes_from(COMPANY, market())
    groups = frame["_id"].str.slice(1).cast(pl.Int64).to_numpy()
    pairs = scored(COMPANY, trained(COMPANY, frame, groups), frame, groups).pairs
    assert (groups[pairs["left"].to_numpy()] != groups[pairs["right"].to_numpy()]).all()


def test_excluded_records_are_left_out():
    frame = nodes_from(COMPANY, market()).with_columns((pl.col("_id") == "A3").alias("_excluded"))
    pairs = scored(COMPANY, trained(COMPANY, frame, apart(frame)), frame, apart(frame)).pairs
    gone = frame.filter("_excluded")["_node"].item()
    assert gone not in {*pairs["left"], *pairs["right"]}


FEW = {
    "nothing at all": "copy | _id | account_name",
    "one record": "copy | _id | account_name \n crm | A1 | Acme",
    "three of one copy": "copy | _id | account_name \n crm | A1 | Acme \n crm | A2 | Globex \n crm | A3 | Initech",
    "values that are never there": "copy | _id | phone \n crm | A1 | \n books | C1 | ",
    "values that are always the same": "copy | _id | city \n crm | A1 | Bonn \n books | C1 | Bonn \n books | C2 | Bonn",
}


@pytest.mark.parametrize("text", FEW.values(), ids=FEW)
def test_few_or_empty_or_equal_values_give_a_model_and_no_wild_claims(text):
    assert max(probabilities(COMPANY, nodes(COMPANY, text)).values(), default=0.0) < 0.95


def test_ten_records_are_enough_to_find_what_agrees_in_everything():
    found = probabilities(COMPANY, nodes_from(COMPANY, market(5)))
    assert min(found[frozenset((f"A{n}", f"C{n}"))] for n in range(5)) > 0.95


def shuffled(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The same nodes in another order of rows, `_node` numbering the rows as they come."""
    mixed = frame.drop("_node").sample(fraction=1.0, shuffle=True, seed=seed)
    return mixed.with_row_index("_node").cast({"_node": pl.Int64})


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_rows_changes_no_bit_of_the_model(seed):
    frame = nodes_from(COMPANY, market())
    model, again = trained(COMPANY, frame, apart(frame)), trained(COMPANY, shuffled(frame, seed), apart(frame))
    assert model.fingerprint == again.fingerprint
    assert model.parameters.equals(again.parameters)


@settings(max_examples=5, deadline=None)
@given(st.data())
def test_scores_carried_over_give_what_a_full_run_gives(data):
    before = market(30)
    model = trained(COMPANY, nodes_from(COMPANY, before), apart(before))
    carried = None
    frame = before
    for _ in range(data.draw(st.integers(1, 3))):
        frame = _another_day(frame, data)
        today = nodes_from(COMPANY, frame)
        step = scored(COMPANY, model, today, apart(today), carried)
        full = scored(COMPANY, model, today, apart(today))
        assert step.pairs.equals(full.pairs)
        assert step.scored_anew <= full.scored_anew
        carried = step.carried


def _another_day(frame: pl.DataFrame, data: st.DataObject) -> pl.DataFrame:
    keys = st.sampled_from(frame["_id"].to_list())
    gone, changed = data.draw(st.sets(keys, max_size=3)), data.draw(st.sets(keys, max_size=3))
    phone = data.draw(st.sampled_from(["+1 212 5503 1111", "+1 212 5500 1000", None]))
    kept = frame.filter(~pl.col("_id").is_in(list(gone)))
    new = {**frame.row(0, named=True), "_id": f"N{frame.height}{len(gone)}{len(changed)}"}
    hit = pl.col("_id").is_in(list(changed))
    kept = kept.with_columns(pl.when(hit).then(pl.lit(phone, dtype=pl.String)).otherwise("phone").alias("phone"))
    return pl.concat([kept, pl.DataFrame([new], schema=frame.schema)]).unique("_id", maintain_order=True)


def test_only_pairs_with_a_new_or_changed_record_are_scored_again():
    frame = nodes_from(COMPANY, market())
    model = trained(COMPANY, frame, apart(frame))
    first = scored(COMPANY, model, frame, apart(frame))
    assert scored(COMPANY, model, frame, apart(frame), first.carried).scored_anew == 0


def test_scores_carried_under_another_model_are_not_used():
    frame = nodes_from(COMPANY, market())
    other = trained(COMPANY, nodes_from(COMPANY, market(20)), apart(market(20)))
    model = trained(COMPANY, frame, apart(frame))
    foreign = scored(COMPANY, other, frame, apart(frame)).carried
    full = scored(COMPANY, model, frame, apart(frame))
    assert scored(COMPANY, model, frame, apart(frame), foreign).pairs.equals(full.pairs)


def test_the_report_says_how_many_known_pairs_blocking_would_have_found():
    frame = nodes_from(COMPANY, market())
    groups = frame["_id"].str.slice(1).cast(pl.Int64).to_numpy()
    report = dict(trained(COMPANY, frame, groups).report.iter_rows())
    assert report["known pairs"] == 40
    assert report["share of known pairs that blocking finds"] == 1.0
