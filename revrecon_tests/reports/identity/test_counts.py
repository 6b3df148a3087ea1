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
    told = entity_count("account", TODAY, CASE, changes(TODAY, TODAY))
    assert (told.records, told.things, told.linked, told.alone, told.excluded) == (6, 3, 3, 2, 1)
    assert (told.duplicates, told.cases, told.merged, told.split, told.new) == (1, 1, 0, 0, 0)


def told_plainly(today: pl.DataFrame, before: pl.DataFrame) -> list[tuple[str, str, list[str], int]]:
    """What became of things, thing by thing, as a person would say it."""
    now, then = (
        {
            tuple(row): thing
            for *row, thing, gone in frame.select("copy", "record_id", "canonical_id", "gone").iter_rows()
            if thing and not gone
        }
        for frame in (today, before)
    )
    members = {thing: [one for one in now if now[one] == thing] for thing in now.values()}
    former = {thing: [one for one in then if then[one] == thing] for thing in then.values()}
    found = []
    for thing, records in members.items():
        was = sorted({then[one] for one in records if one in then})
        parts = [{now[one] for one in former[old] if one in now} for old in was]
        change = "merged" if len(was) > 1 else "new" if not was else "split" if len(parts[0]) > 1 else ""
        if any(len(part) > 1 for part in parts) and change != "merged":
            change = "split"
        found += [(change, thing, was, len(records))] if change else []
    gone = [thing for thing, records in former.items() if not any(one in now for one in records)]
    return sorted(found + [("gone", thing, [thing], len(former[thing])) for thing in gone])


DAY = st.dictionaries(st.tuples(st.sampled_from("ab"), st.sampled_from("1234")), st.sampled_from(["X", "Y", "Z", None]))


@given(DAY, DAY)
def test_changes_are_what_a_person_would_say_thing_by_thing(today, before):
    made = [
        pl.DataFrame([(copy, key, thing, thing == "Z" and key == "1") for (copy, key), thing in day.items()],
                     schema=["copy", "record_id", "canonical_id", "gone"], orient="row")
        for day in (today, before)
    ]  # fmt: skip
    frames = [shaped(frame.with_columns(pl.lit("account").alias("entity")), CROSSWALK_SCHEMA) for frame in made]
    assert [tuple(row) for row in changes(*frames).iter_rows()] == told_plainly(*frames)


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
