import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from revrecon.canonical.identity.linkage import blocking
from revrecon.canonical.identity.linkage.blocking import Rule, candidates, crowded_blocks, rules
from revrecon.canonical.identity.linkage.defaults import comparisons
from revrecon_tests.canonical.linkage.people_and_companies import entity

BY_PHONE = Rule("phone", (pl.col("phone"),))
BY_WORD = Rule("word", (pl.col("words"),))


def pairs_of(frame, *found, changed=None, crowded=None):
    known = crowded if crowded is not None else crowded_blocks(found, frame)
    return set(candidates(found, frame, known, changed).iter_rows())


def records(phones, words=None):
    return pl.DataFrame(
        {"_node": range(len(phones)), "phone": phones, "words": words or [[] for _ in phones]},
        schema={"_node": pl.Int64, "phone": pl.String, "words": pl.List(pl.String)},
    )


def test_records_that_agree_are_candidates_once_lower_node_first():
    frame = records(["1", "2", "1", None, None], [["a"], [], ["a", "b"], ["b"], []])
    assert pairs_of(frame, BY_PHONE, BY_WORD) == {(0, 2), (2, 3)}


def test_a_crowded_block_is_no_place_to_look():
    frame = records(["switchboard"] * (blocking.CROWDED + 1) + ["own", "own"])
    assert pairs_of(frame, BY_PHONE) == {(blocking.CROWDED + 1, blocking.CROWDED + 2)}


def test_a_block_is_crowded_by_what_was_learned_not_by_what_came_later():
    many = records(["1"] * (blocking.CROWDED + 1))
    nothing_learned = crowded_blocks([BY_PHONE], records(["1", "1"]))
    assert len(pairs_of(many, BY_PHONE, crowded=nothing_learned)) == (blocking.CROWDED + 1) * blocking.CROWDED // 2


@given(st.lists(st.sampled_from(["1", "2", "3", None]), max_size=12), st.sets(st.integers(0, 11)))
def test_candidates_of_changed_records_are_those_of_all_that_hold_one(phones, hit):
    frame = records(phones)
    every = pairs_of(frame, BY_PHONE)
    changed = pl.Series([n for n in hit if n < len(phones)], dtype=pl.Int64)
    assert pairs_of(frame, BY_PHONE, changed=changed) == {pair for pair in every if set(pair) & set(changed)}


def test_weak_keys_are_used_two_by_two_and_two_places_are_still_only_a_place():
    names = [rule.name for rule in rules(comparisons(entity()), [["city", "phone"]])]
    assert "domain: host" in names
    assert "account_name: first letters + city: city" in names
    assert "city + phone" in names
    assert not [name for name in names if "street: road" in name and "city: city" in name]
