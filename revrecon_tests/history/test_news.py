"""An object of which only news are read says what it says where every extract is read whole."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from revrecon.entity_map.systems import SourceObject
from revrecon.history.changes import changes_of
from revrecon.history.erased import erased_from_lake
from revrecon.history.lake import CorruptExtract, Lake
from revrecon.history.news import news_beside
from revrecon.history.pseudonyms import Pseudonyms
from revrecon.sources.contract import RawExtract, nothing_rejected
from revrecon_tests.history.keeping import kept_beside_from
from revrecon_tests.security.planted import where_found

SPEC = SourceObject(key=("id",))
MANY = dict.fromkeys("abcdefgh", "x")


def day(number):
    return dt.date(2026, 3, number)


def keep(lake, number, rows, contents="full", deleted=(), other="city"):
    """An extract of keys, each with what it says in the column `other`; some say that they are deleted."""
    said = {
        "id": list(rows),
        other: list(rows.values()),
        "_deleted": ["yes" if key in deleted else None for key in rows],
    }
    frame = pl.DataFrame(said, dict.fromkeys(said, pl.String))
    return lake.keep(
        "crm", "thing", SPEC, RawExtract(day(number), contents, frame, nothing_rejected(), "a file"), accept_shrink=True
    )


def last(lake, number, only=None):
    rows = lake.last_rows("crm", "thing", SPEC, day(number), only)
    return rows.select(sorted(rows.columns))


def ever(lake, number):
    """Each key's values one after the other, as they changed, and when each was first told of."""
    rows = lake.versions("crm", "thing", SPEC, day(number))
    said = pl.struct(sorted(set(rows.columns) - {"_key", "_observed_on", "_first_seen"}))
    return rows.sort("_observed_on", maintain_order=True).group_by("_key").agg(
        said.filter(said.ne_missing(said.shift()).fill_null(True)).alias("said"), pl.col("_first_seen").unique()
    ).sort("_key")  # fmt: skip


def changes(lake, number):
    whole = [one.day for one in lake.said("crm", "thing", day(number)) if one.is_full and not one.is_news]
    rows = changes_of(lake.told("crm", "thing", SPEC, day(number)), whole)
    return rows.select(sorted(rows.columns)).sort("_key", "_observed_on")


extracts = st.tuples(
    st.sampled_from(["full", "full", "full", "changed"]),
    st.dictionaries(st.sampled_from("abcde"), st.sampled_from("xy"), min_size=1),
    st.sets(st.sampled_from("abcde"), max_size=1),
    st.sampled_from(["city", "city", "city", "town"]),
)


@settings(max_examples=150, deadline=None)
@given(days=st.permutations(range(1, 7)), said=st.lists(extracts, min_size=6, max_size=6), in_order=st.booleans(),
       small=st.sets(st.integers(1, 6), max_size=2))  # fmt: skip
def test_news_say_what_whole_extracts_say(tmp_path_factory, days, said, in_order, small):
    lakes = [Lake(tmp_path_factory.mktemp("lake")) for _ in range(2)]
    for number in sorted(days) if in_order else days:
        contents, rows, deleted, other = said[number - 1]
        for lake, worth in zip(lakes, (10**6 if number in small else 0, 10**6), strict=True):
            with kept_beside_from(worth):
                keep(lake, number, rows, contents, deleted, other)
    mine, whole = (Lake(lake.storage) for lake in lakes)
    assert not any(one.is_news for one in whole.said("crm", "thing", day(6)))
    for number in range(min(days), 7):
        assert_frame_equal(last(mine, number), last(whole, number))
        assert_frame_equal(last(mine, number, {"CITY"}), last(whole, number, {"city"}))
        assert_frame_equal(ever(mine, number), ever(whole, number))
        assert_frame_equal(changes(mine, number), changes(whole, number))


def test_news_are_as_many_as_what_changed(tmp_path):
    lake = Lake(tmp_path)
    with kept_beside_from(0):
        keep(lake, 1, MANY)
        keep(lake, 2, MANY | {"b": "y", "new": "z"})
        keep(lake, 3, {key: value for key, value in MANY.items() if key != "a"})
    told = lake.told("crm", "thing", SPEC, day(3)).filter(pl.col("_observed_on") > day(1))
    assert told.select("_key", "city", "_lacking", "_observed_on").sort("_observed_on", "_key").rows() == [
        ("b", "y", False, day(2)),
        ("new", "z", False, day(2)),
        ("a", None, True, day(3)),
        ("b", "x", False, day(3)),
        ("new", None, True, day(3)),
    ]


def test_an_extract_whose_day_before_was_replaced_is_read_whole(tmp_path):
    lake = Lake(tmp_path)
    with kept_beside_from(0):
        for number in (1, 2, 3):
            keep(lake, number, MANY)
        assert [one.is_news for one in lake.said("crm", "thing", day(3))] == [False, True, True]
        keep(lake, 1, MANY | {"a": "before"})
    assert [one.is_news for one in lake.said("crm", "thing", day(3))] == [False, False, True]
    assert ever(lake, 3).row(0)[1] == [
        {"id": "a", "city": "before", "_deleted": None},
        {"id": "a", "city": "x", "_deleted": None},
    ]


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-3])])
def test_news_that_are_not_what_was_written_are_not_read(tmp_path, harm):
    lake = Lake(tmp_path)
    with kept_beside_from(0):
        keep(lake, 1, MANY)
        kept = keep(lake, 2, MANY | {"a": "y"})
    was = last(lake, 2)
    harm(news_beside(kept.path))
    again = Lake(tmp_path)
    assert [one.is_news for one in again.said("crm", "thing", day(2))] == [False, False]
    assert_frame_equal(last(again, 2), was)


def test_after_a_damaged_extract_the_next_one_is_taken_in_and_the_damage_is_told_where_it_is_read(tmp_path):
    lake = Lake(tmp_path)
    kept = keep(lake, 1, MANY)
    kept.path.write_bytes(kept.path.read_bytes()[:-3])
    with kept_beside_from(0):
        keep(lake, 2, MANY)
    assert [one.is_news for one in lake.said("crm", "thing", day(2))] == [False, False]
    with pytest.raises(CorruptExtract, match="Restore it from a backup"):
        last(lake, 2)


def test_a_person_is_erased_from_news_that_stay_news(tmp_path):
    lake = Lake(tmp_path / "lake")
    with kept_beside_from(0):
        keep(lake, 1, MANY | {"Ann Lee": "ann@example.com"})
        keep(lake, 2, MANY | {"Ann Lee": "lee@example.com"})
        keep(lake, 3, MANY)
    names = Pseudonyms({"ann lee": "person 1", "ann@example.com": "mail 1", "lee@example.com": "mail 2"})
    told = list(erased_from_lake(lake.storage, names, dry_run=True))
    assert where_found(["Ann Lee", "lee@example.com"], lake.storage.root)
    assert [one.path for one in erased_from_lake(lake.storage, names, dry_run=False)] == [one.path for one in told]
    assert where_found(["Ann Lee", "ann@example.com", "lee@example.com"], lake.storage.root) == {}
    again = Lake(lake.storage)
    assert [one.is_news for one in again.said("crm", "thing", day(3))] == [False, True, True]
    (person,) = last(again, 3).filter(pl.col("_key") == "person 1").rows(named=True)
    assert (person["city"], person["_gone"], person["_observed_on"]) == ("mail 2", True, day(2))
