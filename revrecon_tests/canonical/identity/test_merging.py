"""Likeness joins what it is sure of, and no chain of links welds two things together."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.canonical.identity.joining import Apart, joined
from revrecon.canonical.identity.merging import AGAINST, NEVER, TWICE, merged

NOBODY = Apart(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def nodes(copies):
    return pl.DataFrame(
        {"_node": range(len(copies)), "copy": list(copies), "_gone": False, "_excluded": False},
        schema_overrides={"_node": pl.Int64},
    )


def pairs(*rows):
    schema = {"left": pl.Int64, "right": pl.Int64, "weight": pl.Float64, "against": pl.Boolean}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns((1 - 2.0 ** -pl.col("weight").clip(0)).alias("probability"))


def outcome(copies, scored, apart=NOBODY):
    known = nodes(copies)
    found = merged(known, np.arange(known.height), scored, apart, automatic=0.95, review=0.5)
    reasons = {(left, right): why or how for left, right, how, why in found.outcomes.iter_rows()}
    return found.labels.tolist(), reasons


def test_one_record_of_each_system_becomes_one_thing():
    labels, told = outcome("abc", pairs((0, 1, 9.0, False), (1, 2, 8.0, False)))
    assert labels == [0, 0, 0]
    assert set(told.values()) == {"joined"}


def test_two_records_of_one_system_do_not_meet_through_a_third():
    labels, told = outcome("aba", pairs((0, 1, 9.0, False), (1, 2, 8.0, False)))
    assert labels == [0, 0, 2]  # the stronger link wins
    assert told[1, 2] == TWICE


def test_two_records_of_one_system_meet_where_they_are_likenesses_of_each_other():
    labels, _ = outcome("aba", pairs((0, 1, 9.0, False), (1, 2, 8.0, False), (0, 2, 7.0, False)))
    assert labels == [0, 0, 0]


def test_a_chain_breaks_where_its_ends_speak_against_each_other():
    labels, told = outcome("abc", pairs((0, 1, 9.0, False), (1, 2, 8.0, False), (0, 2, -6.0, True)))
    assert labels == [0, 0, 2]
    assert told[1, 2] == AGAINST


def test_a_parent_and_its_child_stay_apart_even_through_others():
    apart = Apart(np.array([0]), np.array([2]))
    labels, told = outcome("abc", pairs((0, 1, 9.0, False), (1, 2, 8.0, False)), apart)
    assert labels == [0, 0, 2]
    assert told[1, 2] == NEVER


def test_a_pair_that_is_not_sure_waits_for_a_steward():
    labels, told = outcome("ab", pairs((0, 1, 2.0, False)))
    assert labels == [0, 1]
    assert told == {(0, 1): "not sure enough to join by itself"}


LINKS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda p: p[0] < p[1]), max_size=25)


@settings(deadline=None)
@given(LINKS, LINKS)
def test_what_must_stay_apart_never_meets_and_all_other_links_of_a_pass_hold(links, apart):
    forbidden = Apart(np.array([a for a, _ in apart], dtype=np.int64), np.array([b for _, b in apart], dtype=np.int64))
    left, right = (np.array([pair[side] for pair in links], dtype=np.int64) for side in (0, 1))
    found = joined(np.arange(12), left, right, forbidden)
    assert all(found.labels[a] != found.labels[b] for a, b in apart)
    kept = ~found.refused
    assert all(found.labels[a] == found.labels[b] for a, b in zip(left[kept], right[kept], strict=True))
    assert not found.refused.any() or apart


@settings(deadline=None)
@given(LINKS, st.randoms(use_true_random=False), st.lists(st.sampled_from("abc"), min_size=12, max_size=12))
def test_the_order_of_pairs_changes_nothing(links, random, copies):
    rows = [(a, b, 5.0 + (a * 7 + b) % 5, False) for a, b in dict.fromkeys(links)]
    shuffled = rows.copy()
    random.shuffle(shuffled)
    assert outcome(copies, pairs(*rows)) == outcome(copies, pairs(*shuffled))
