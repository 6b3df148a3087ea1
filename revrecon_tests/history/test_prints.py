"""What changed between two days is found by the prints of rows as by the rows themselves."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.entity_map.systems import SourceObject
from revrecon.history import prints
from revrecon.history.lake import CorruptExtract, Lake
from revrecon.history.prints import keys_anew, prints_beside
from revrecon.sources.contract import RawExtract, nothing_rejected

SPEC = SourceObject(key=("id",))


def day(number):
    return dt.date(2026, 3, number)


def keep(lake, number, rows, contents="full", other="city"):
    """An extract of keys, each with what it says; `other` is the name of the column that says it."""
    said = {"id": list(rows), "name": ["same"] * len(rows), other: list(rows.values())}
    extract = RawExtract(
        day(number), contents, pl.DataFrame(said, dict.fromkeys(said, pl.String)), nothing_rejected(), ""
    )
    return lake.keep("crm", "thing", SPEC, extract, accept_shrink=True)


def anew(lake, since):
    return set(keys_anew(lake.kept("crm", "thing"), day(since))["_key"])


def stands(lake, number):
    """What is known of each key at the end of a day."""
    rows = lake.last_rows("crm", "thing", SPEC, day(number))
    return {row["_key"]: row for row in rows.drop("_observed_on", "_first_seen").iter_rows(named=True)}


extracts = st.tuples(
    st.sampled_from(["full", "full", "changed"]),
    st.dictionaries(st.sampled_from("abcde"), st.sampled_from("xyz"), min_size=1),
    st.sampled_from(["city", "city", "town"]),
)


@pytest.mark.parametrize("worth_keeping", [0, prints.WORTH_KEEPING], ids=["kept", "worked out"])
@settings(max_examples=60, deadline=None)
@given(days=st.lists(extracts, min_size=2, max_size=6), data=st.data())
def test_every_key_that_stands_otherwise_is_told(tmp_path_factory, worth_keeping, days, data):
    lake = Lake(tmp_path_factory.mktemp("lake"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(prints, "WORTH_KEEPING", worth_keeping)
        for number, (contents, rows, other) in enumerate(days, 1):
            assert bool(keep(lake, number, rows, contents, other).prints) == (worth_keeping == 0)
    since = data.draw(st.integers(1, len(days) - 1))
    columns = [set(lake.columns("crm", "thing", day(one))) for one in (since, len(days))]
    if columns[0] != columns[1]:
        return  # everything stands otherwise, and who asks knows that
    before, now = stands(lake, since), stands(lake, len(days))
    told = anew(lake, since)
    assert {key for key in now if now[key] != before.get(key)} <= told
    assert told <= {key for _, rows, _ in days[since - 1 :] for key in rows} | before.keys()


def test_between_full_extracts_only_what_differs_is_told(tmp_path):
    lake = Lake(tmp_path)
    keep(lake, 1, {"a": "x", "b": "y", "c": "z"})
    keep(lake, 2, {"a": "x", "b": "Y", "d": "z"})
    assert anew(lake, 1) == {"b", "c", "d"}
    keep(lake, 3, {"a": "x", "b": "Y", "d": "z"})
    assert anew(lake, 2) == set()


def test_the_same_values_under_another_name_are_another_row(tmp_path):
    lake = Lake(tmp_path)
    keep(lake, 1, {"a": "x"}, other="town")
    keep(lake, 2, {"a": "x"}, other="city")
    keep(lake, 3, {"a": "x"}, other="town")
    assert anew(lake, 2) == {"a"}


def cut(beside):
    beside.write_bytes(beside.read_bytes()[:-9])


def of_other_rows(beside):
    pl.read_parquet(beside).with_columns(pl.col("_print").reverse()).write_parquet(beside)


@pytest.mark.parametrize("damage", [cut, of_other_rows, lambda beside: beside.unlink()], ids=["cut", "others", "gone"])
def test_prints_that_are_not_what_was_kept_are_worked_out_again(tmp_path, monkeypatch, damage):
    monkeypatch.setattr(prints, "WORTH_KEEPING", 0)
    lake = Lake(tmp_path)
    kept = [keep(lake, 1, {"a": "x", "b": "y"}), keep(lake, 2, {"a": "y", "b": "y"})]
    for one in kept:
        damage(prints_beside(one.path))
    assert anew(lake, 1) == {"a"}


def test_prints_of_another_version_of_polars_are_not_compared_with_ours(tmp_path, monkeypatch):
    monkeypatch.setattr(prints, "WORTH_KEEPING", 0)
    lake = Lake(tmp_path)
    with monkeypatch.context() as other:
        other.setattr(prints, "_POLARS", "polars 0.1")
        other.setattr(prints, "printed", lambda rows: rows.select("_key", pl.lit(1, pl.UInt64).alias("_print")))
        keep(lake, 1, {"a": "x", "b": "y"})
    keep(lake, 2, {"a": "y", "b": "y"})
    assert anew(lake, 1) == {"a"}


def test_an_extract_that_was_altered_is_told_where_its_prints_are_worked_out(tmp_path):
    lake = Lake(tmp_path)
    kept = keep(lake, 1, {"a": "x"})
    keep(lake, 2, {"a": "y"})
    kept.path.write_bytes(kept.path.read_bytes() + b" ")
    with pytest.raises(CorruptExtract, match="Restore it from a backup"):
        anew(lake, 1)
