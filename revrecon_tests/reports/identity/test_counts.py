"""Counting who is who: every record once, and what changed from one day to the next."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from revrecon.canonical.identity.frames import CROSSWALK_SCHEMA, REVIEW_SCHEMA, shaped
from revrecon.reports.identity.counts import changes, cluster_sizes, entity_count, pass_counts, several_in_one_copy
from revrecon_tests.tables import rows, table

NOTHING = pl.DataFrame(schema=REVIEW_SCHEMA)


def crosswalk(text: str) -> pl.DataFrame:
    """A crosswalk from a pipe table; a record whose `gone` is empty is live."""
    frame = table(text).with_columns(pl.lit("account").alias("entity"))
    gone = (pl.col("gone") == "yes").fill_null(False) if "gone" in frame.columns else pl.lit(False)
    return shaped(frame.with_columns(gone.alias("gone")), CROSSWALK_SCHEMA)


TODAY = crosswalk("""
    copy  | record_id | canonical_id | linked_by              | gone
    crm   | A1        | crm:A1       | cross-reference to crm |
    crm   | A2        | crm:A1       | linkage                |
    crm   | A3        | crm:A3       | alone                  |
    crm   | A4        | crm:A4       | alone                  |
    crm   | A9        | crm:A1       | equal phone            | yes
    books | C1        | crm:A1       | cross-reference to crm |
    books | C2        |              | excluded: a test       |
""")
CASE = shaped(
    table("case | left_copy | left_id | right_copy | right_id\n RV-1 | crm | A3 | books | C1"), REVIEW_SCHEMA
)  # fmt: skip


def test_every_record_is_counted_once_by_what_linked_it():
    assert rows(pass_counts(TODAY, CASE)) == [
        ("books", "excluded", "excluded", 1),
        ("books", "linked", "cross-reference to crm", 1),
        ("crm", "alone", "alone", 1),
        ("crm", "deleted", "deleted", 1),
        ("crm", "in review", "in review", 1),
        ("crm", "linked", "cross-reference to crm", 1),
        ("crm", "linked", "linkage", 1),
    ]


def test_sizes_and_doubles_count_live_records_only():
    assert rows(cluster_sizes(TODAY)) == [(1, 2), (3, 1)]
    assert rows(several_in_one_copy(TODAY)) == [("books", 1, 1), ("crm", 1, 2), ("crm", 2, 1)]


def test_a_merge_a_split_a_new_and_a_gone_thing_are_told_with_their_former_ids():
    before = crosswalk("""
        copy | record_id | canonical_id | linked_by
        crm  | A1        | crm:A1       | alone
        crm  | A2        | crm:A2       | alone
        crm  | B1        | crm:B1       | equal phone
        crm  | B2        | crm:B1       | equal phone
        crm  | D1        | crm:D1       | alone
    """)
    after = crosswalk("""
        copy | record_id | canonical_id | linked_by
        crm  | A1        | crm:A1       | decision
        crm  | A2        | crm:A1       | decision
        crm  | B1        | crm:B1       | alone
        crm  | B2        | crm:B2       | alone
        crm  | E1        | crm:E1       | alone
    """)
    assert rows(changes(after, before)) == [
        ("gone", "crm:D1", ["crm:D1"], 1),
        ("merged", "crm:A1", ["crm:A1", "crm:A2"], 2),
        ("new", "crm:E1", [], 1),
        ("split", "crm:B1", ["crm:B1"], 1),
        ("split", "crm:B2", ["crm:B1"], 1),
    ]


def test_a_thing_that_gains_a_record_has_not_changed():
    before = crosswalk("copy | record_id | canonical_id | linked_by\n crm | A1 | crm:A1 | alone")
    after = crosswalk(
        "copy | record_id | canonical_id | linked_by\n crm | A1 | crm:A1 | linkage\n books | C1 | crm:A1 | linkage"
    )
    assert changes(after, before).is_empty()


def test_an_entity_in_one_line():
    told = entity_count("account", TODAY, CASE, TODAY)
    assert (told.records, told.things, told.linked, told.alone, told.excluded) == (6, 3, 3, 2, 1)
    assert (told.duplicates, told.cases, told.merged, told.split, told.new) == (1, 1, 0, 0, 0)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("XYZ"), st.booleans()), max_size=12), st.randoms())
def test_counts_add_up_to_all_records_and_no_day_differs_from_itself(drawn, random):
    made = [
        {"copy": copy, "record_id": str(at), "canonical_id": f"a:{thing}", "linked_by": "alone", "gone": gone}
        for at, (copy, thing, gone) in enumerate(drawn)
    ]
    frame = shaped(
        pl.DataFrame(
            made,
            schema={**dict.fromkeys(("copy", "record_id", "canonical_id", "linked_by"), pl.String), "gone": pl.Boolean},
        ),
        CROSSWALK_SCHEMA,
    )
    shuffled = frame.sample(fraction=1, shuffle=True, seed=random.randrange(99))
    assert pass_counts(shuffled, NOTHING)["records"].sum() == len(drawn)
    assert pass_counts(shuffled, NOTHING).equals(pass_counts(frame, NOTHING))
    assert changes(shuffled, frame).is_empty()
