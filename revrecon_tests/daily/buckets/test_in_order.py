"""Sorted files read as one are what sorting all their rows gives, however few rows are held at a time."""

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from revrecon.daily.buckets import in_order as module
from revrecon.daily.buckets.in_order import in_order
from revrecon_tests.numbers.random_shops import few

keys = st.lists(st.text("abc", max_size=3), max_size=12)


def files(folder, parts):
    """A file per list of keys, sorted, each row with a number of its own."""
    paths = []
    for number, part in enumerate(parts):
        rows = [{"key": key, "row": f"{number}-{place}"} for place, key in enumerate(sorted(part))]
        paths.append(Path(folder) / f"{number}.parquet")
        pl.DataFrame(rows, schema={"key": pl.String, "row": pl.String}).write_parquet(paths[-1], row_group_size=2)
    return paths


def sorted_at_once(paths):
    return pl.concat([pl.read_parquet(path) for path in paths]).sort("key", maintain_order=True)


@few
@given(st.lists(keys, min_size=1, max_size=4), st.sampled_from([1, 2, 5]), st.sampled_from([1, 2]))
def test_all_rows_come_in_order_and_of_equal_keys_those_of_the_earlier_file_first(parts, at_once, marked):
    with TemporaryDirectory() as folder, patch.multiple(module, _AT_ONCE=at_once * marked, _MARKED=marked):
        paths = files(folder, parts)
        assert_frame_equal(in_order(paths, "key").collect(), sorted_at_once(paths))
        in_order(paths, "key").sink_parquet(Path(folder) / "all.parquet", maintain_order=True)
        assert_frame_equal(pl.read_parquet(Path(folder) / "all.parquet"), sorted_at_once(paths))


@pytest.fixture
def paths(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 3)
    monkeypatch.setattr(module, "_MARKED", 1)
    return files(tmp_path, [["a", "d", "e", "k"], [], ["b", "c", "f", "x", "y"]])


def test_no_more_than_a_range_is_read_at_a_time(paths, monkeypatch):
    heights, register = [], module.register_io_source

    def watched(ranges, schema):
        def told(*asked):
            for frame in ranges(*asked):
                heights.append(frame.height)
                yield frame

        return register(told, schema=schema)

    monkeypatch.setattr(module, "register_io_source", watched)
    assert in_order(paths, "key").collect().height == sum(heights) == 9
    assert heights == [3, 3, 3]


@pytest.mark.parametrize(
    "asked",
    [
        lambda rows: rows.select("row"),
        lambda rows: rows.filter(pl.col("key") > "c"),
        lambda rows: rows.filter(pl.col("key") > "c").select("row"),
        lambda rows: rows.head(4),
        lambda rows: rows.filter(pl.col("key") > "c").head(2),
        lambda rows: rows.head(4).filter(pl.col("key") > "c"),
        lambda rows: rows.head(0),
    ],
)
def test_some_columns_or_rows_are_those_of_the_whole(paths, asked):
    assert_frame_equal(asked(in_order(paths, "key")).collect(), asked(sorted_at_once(paths).lazy()).collect())
