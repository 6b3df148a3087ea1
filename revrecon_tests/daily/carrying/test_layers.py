"""A table in layers is the table that it stands for, whatever becomes of the one below it."""

import datetime as dt
import os
import time

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from revrecon.daily import layers
from revrecon.daily.layers import Change
from revrecon.daily.tables import TableMissing, Tables
from revrecon.daily.warehouse import build_warehouse

MONDAY, TUESDAY, WEDNESDAY = (dt.date(2026, 3, 2) + dt.timedelta(n) for n in range(3))
PLACE = ("canonical", "deal")


def records(values):
    """Records by their numbers, sorted by id."""
    rows = [(f"R{number:03}", value) for number, value in sorted(values.items())]
    return pl.DataFrame(rows, schema={"id": pl.String, "value": pl.Int64}, orient="row")


def change(taken, fresh):
    return Change(
        ("id",), ("id",), pl.DataFrame({"id": [f"R{n:03}" for n in taken]}, schema={"id": pl.String}), records(fresh)
    )


@pytest.fixture
def tables(tmp_path):
    made = Tables(tmp_path / "tables")
    made.write(*PLACE, MONDAY, records(dict.fromkeys(range(40), 1)), "monday")
    return made


def held(tables, day):
    return dict(tables.read(*PLACE, day).rows())


def test_rows_go_and_come_and_the_order_stays(tables):
    tables.write_over(*PLACE, TUESDAY, MONDAY, change([3, 5], {3: 7, 41: 8}), "tuesday")
    found = tables.read(*PLACE, TUESDAY)
    assert found["id"].is_sorted()
    assert (held(tables, TUESDAY)["R003"], held(tables, TUESDAY)["R041"], found.height) == (7, 8, 40)
    assert tables.rests_on(*PLACE, TUESDAY) == "tuesday"
    assert tables.rests_on(*PLACE, MONDAY) == "monday"
    assert tables.days(*PLACE) == [MONDAY, TUESDAY]


def test_layers_do_not_change_when_the_earlier_day_is_run_again(tables):
    tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
    before = tables.read(*PLACE, TUESDAY)
    tables.write(*PLACE, MONDAY, records({1: 99}))
    assert_frame_equal(tables.read(*PLACE, TUESDAY), before)


def test_a_day_on_a_day_in_layers_has_but_one_layer(tables):
    tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
    tables.write_over(*PLACE, WEDNESDAY, TUESDAY, change([3, 4], {4: 9}), "wednesday")
    found = held(tables, WEDNESDAY)
    assert "R003" not in found
    assert found["R004"] == 9
    assert len(list((tables.root / "canonical" / "deal" / "layers").iterdir())) == 6


def test_a_table_of_which_much_changed_is_written_whole(tables):
    tables.write_over(*PLACE, TUESDAY, MONDAY, change(range(20), dict.fromkeys(range(20), 5)), "tuesday")
    assert tables.path(*PLACE, TUESDAY).exists()
    assert held(tables, TUESDAY)["R019"] == 5
    assert tables.rests_on(*PLACE, TUESDAY) == "tuesday"


def test_a_whole_table_takes_the_place_of_layers_and_layers_that_of_a_whole_one(tables):
    for _ in range(2):
        tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
        assert held(tables, TUESDAY)["R003"] == 7
        assert not tables.path(*PLACE, TUESDAY).exists()
        tables.write(*PLACE, TUESDAY, records({3: 11}))
        assert held(tables, TUESDAY) == {"R003": 11}
    assert not (tables.root / "canonical" / "deal" / f"{TUESDAY}.json").exists()


def layers_of(tables):
    return sorted((tables.root / "canonical" / "deal" / "layers").iterdir())


@pytest.mark.parametrize("replaced_by", ["layers", "a whole table"])
def test_who_reads_a_table_that_is_replaced_meanwhile_reads_what_it_was(tables, replaced_by):
    tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
    begun, expected = tables.scan(*PLACE, TUESDAY), tables.read(*PLACE, TUESDAY)
    if replaced_by == "layers":
        tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 8}), "tuesday")
    else:
        tables.write(*PLACE, TUESDAY, records({3: 11}))
    assert_frame_equal(begun.sort("id").collect(), expected)


def test_a_table_is_read_again_where_layers_take_the_place_of_its_file_meanwhile(tables, monkeypatch):
    tables.write(*PLACE, TUESDAY, records({3: 11}))
    reading = Tables._read

    def replaced_first(self, kept, day, columns=None):
        monkeypatch.setattr(Tables, "_read", reading)
        tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
        return reading(self, kept, day, columns)

    monkeypatch.setattr(Tables, "_read", replaced_first)
    assert held(tables, TUESDAY)["R003"] == 7


def test_layers_that_were_replaced_are_found_once_that_is_long_ago(tables):
    os.utime(tables.path(*PLACE, MONDAY), (time.time() - 86_400,) * 2)
    for _ in range(2):
        tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
        for one in layers_of(tables):
            os.utime(one, (time.time() - 86_400,) * 2)
    tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
    known = set(layers.files_with(tables.root / "canonical" / "deal" / f"{TUESDAY}.json"))
    given_up = [one for one in layers_of(tables) if one not in known]
    assert len(tables.abandoned()) == 3 < len(given_up)
    for one in given_up:
        os.utime(one, (time.time() - 86_400,) * 2)
    assert tables.abandoned() == given_up


def test_a_base_that_is_as_old_as_its_day_is_not_left_while_its_layers_are_written(tables, monkeypatch):
    os.utime(tables.path(*PLACE, MONDAY), (time.time() - 86_400,) * 2)
    seen = []
    writing = layers.write_text
    monkeypatch.setattr(layers, "write_text", lambda *given: (seen.append(tables.abandoned()), writing(*given)))
    tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
    assert seen == [[]]


@pytest.mark.parametrize("at", ["_second_name", "write_parquet", "write_text"])
def test_a_writer_that_is_killed_leaves_what_was_there(tables, monkeypatch, at):
    tables.write(*PLACE, TUESDAY, records({3: 11}))

    def killed(*_args, **_named):
        raise KeyboardInterrupt

    monkeypatch.setattr(layers, at, killed)
    with pytest.raises(KeyboardInterrupt):
        tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
    assert held(tables, TUESDAY) == {"R003": 11}


def test_layers_that_no_note_names_are_found_once_they_are_old(tables):
    tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
    stray = tables.root / "canonical" / "deal" / "layers" / "2026-03-03-0.fresh.parquet"
    stray.write_bytes(b"")
    assert tables.abandoned() == []
    os.utime(stray, (time.time() - 86_400,) * 2)
    assert tables.abandoned() == [stray]


@pytest.mark.parametrize("lost", ["base", "taken", "fresh", "note"])
def test_layers_that_are_cut_short_are_told_with_the_way_back(tables, lost):
    tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
    folder = tables.root / "canonical" / "deal"
    broken = folder / "2026-03-03.json" if lost == "note" else next(folder.glob(f"layers/*.{lost}.parquet"))
    broken.unlink() if lost == "base" else broken.write_bytes(broken.read_bytes()[:20])
    with pytest.raises(TableMissing, match=r"is not what was written .* revrecon run --as-of 2026-03-03"):
        tables.read(*PLACE, TUESDAY)
    assert tables.rests_on(*PLACE, TUESDAY) in ("tuesday", "")
    tables.write_over(*PLACE, TUESDAY, MONDAY, change([3], {3: 7}), "tuesday")
    assert held(tables, TUESDAY)["R003"] == 7
    broken.write_bytes(b"")
    tables.write(*PLACE, TUESDAY, records({3: 11}))
    assert held(tables, TUESDAY) == {"R003": 11}


changes = st.lists(st.tuples(st.sets(st.integers(0, 45), max_size=5), st.integers(0, 99)), min_size=1, max_size=6)


@settings(max_examples=25)
@given(changes)
def test_any_sequence_of_changes_is_what_whole_tables_and_the_warehouse_say(tmp_path_factory, told):
    folder = tmp_path_factory.mktemp("layers")
    layered, whole = Tables(folder / "layered"), Tables(folder / "whole")
    now = dict.fromkeys(range(40), 1)
    for tables in (layered, whole):
        tables.write(*PLACE, MONDAY, records(now))
    for number, (numbers, value) in enumerate(told):
        fresh = {n: value for n in numbers if (n + value) % 3}
        now = {n: v for n, v in now.items() if n not in numbers} | fresh
        day = MONDAY + dt.timedelta(number)
        layered.write_over(*PLACE, day + dt.timedelta(1), day, change(numbers, fresh), f"{number}")
        whole.write(*PLACE, day + dt.timedelta(1), records(now))
        build_warehouse(layered, folder / "layered.duckdb")  # brought up to date day by day
    build_warehouse(whole, folder / "whole.duckdb")
    for day in whole.days(*PLACE):
        assert_frame_equal(layered.read(*PLACE, day), whole.read(*PLACE, day))
        assert_frame_equal(layered.scan(*PLACE, day).sort("id").collect(), whole.read(*PLACE, day))
    frames = []
    for name in ("layered", "whole"):
        with duckdb.connect(str(folder / f"{name}.duckdb"), read_only=True) as warehouse:
            frames.append(warehouse.execute("SELECT * FROM canonical.deal ORDER BY as_of_day, id").pl())
    assert_frame_equal(*frames)
