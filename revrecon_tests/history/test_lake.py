import datetime as dt
import hashlib
import os
import random
import signal
import subprocess
import sys
import textwrap
import time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from revrecon.entity_map.systems import SourceObject
from revrecon.history.lake import Lake, NothingKnown
from revrecon.history.landing import land_object
from revrecon.sources.contract import RawExtract, nothing_rejected
from revrecon_tests.exports import source, written
from revrecon_tests.tables import table

SPEC = SourceObject(key=("id",))


def day(number):
    return dt.date(2026, 3, number)


def extract(number, text, contents="changed"):
    return RawExtract(day(number), contents, table(text), nothing_rejected(), f"thing/{day(number)}.csv")


def keep(lake, *extracts):
    return [lake.keep("crm", "thing", SPEC, one) for one in extracts]


def test_the_hash_of_an_extract_is_that_of_its_rows_as_one_csv(tmp_path):
    names = ['a, "b"', "", None, "Zoë", "c\nd"]
    rows = pl.DataFrame({"id": [f"{n}" for n in range(250_001)], "name": names * 50_000 + ["e"]})
    kept = Lake(tmp_path).keep("crm", "thing", SPEC, RawExtract(day(1), "full", rows, nothing_rejected(), "thing"))
    whole = rows.with_columns(pl.col("id").alias("_key")).write_csv().encode()
    assert kept.content_hash == hashlib.blake2b(whole, digest_size=16).hexdigest()


@pytest.mark.parametrize("only", [{"Name"}, {"name", "unheard_of"}, set()])
@pytest.mark.parametrize("last", [1, 2, 3])
def test_of_some_columns_the_last_rows_are_those_of_all(tmp_path, only, last):
    lake = Lake(tmp_path)
    told = [
        extract(1, "id | name | city\n 1 | a | x\n 2 | b | y\n 3 | c | z", "full"),
        extract(2, "id | name | city\n 2 | B | y\n 4 | d | w"),
        extract(3, "id | name\n 2 | bb\n 4 | d", "full"),
    ]
    keep(lake, *told[:last])
    every = lake.last_rows("crm", "thing", SPEC, day(last))
    wanted = {name.lower() for name in only}
    named = [column for column in every.columns if column.startswith("_") or column in wanted]
    some = lake.last_rows("crm", "thing", SPEC, day(last), only)
    assert_frame_equal(some, every.select(named), check_column_order=False)


def state(lake, number, spec=SPEC):
    return lake.state("crm", "thing", spec, day(number)).select("_key", "name").rows()


ONE = extract(1, "id | name\n 1 | a\n 2 | b")
TWO = extract(2, "id | name\n 2 | B\n 3 | c")


def test_the_state_of_a_day_is_the_latest_row_of_every_key_up_to_it(tmp_path):
    lake = Lake(tmp_path)
    keep(lake, ONE, TWO)
    assert state(lake, 1) == [("1", "a"), ("2", "b")]
    assert state(lake, 2) == state(lake, 9) == [("1", "a"), ("2", "B"), ("3", "c")]


def test_days_that_arrive_in_any_order_give_the_same_state(tmp_path):
    forth, back = Lake(tmp_path / "forth"), Lake(tmp_path / "back")
    keep(forth, ONE, TWO)
    keep(back, TWO, ONE)
    spec = ("crm", "thing", SPEC, day(3))
    assert forth.state(*spec).equals(back.state(*spec))


def test_what_another_run_kept_meanwhile_is_seen_by_whoever_has_the_same_to_keep(tmp_path):
    mine, others = Lake(tmp_path), Lake(tmp_path)
    assert mine.days("crm", "thing") == []
    keep(others, ONE)
    keep(mine, ONE)
    assert state(mine, 1) == [("1", "a"), ("2", "b")]


def test_a_version_that_is_kept_after_the_clock_jumped_back_counts(tmp_path):
    lake = Lake(tmp_path)
    (kept,) = keep(lake, ONE)
    for path in kept.path.parent.iterdir():
        path.rename(path.with_name(path.name.replace("v=2", "v=3", 1)))
    keep(Lake(tmp_path), extract(1, "id | name\n 1 | later"))
    assert state(Lake(tmp_path), 1) == [("1", "later")]


def test_before_all_history_nothing_is_known(tmp_path):
    lake = Lake(tmp_path)
    keep(lake, TWO)
    with pytest.raises(NothingKnown, match="Nothing of crm/thing was received up to 2026-03-01"):
        lake.state("crm", "thing", SPEC, day(1))


def test_a_full_extract_forgets_what_it_does_not_hold(tmp_path):
    lake = Lake(tmp_path)
    keep(lake, ONE, TWO, extract(3, "id | name\n 2 | B\n 9 | z", "full"), extract(4, "id | name\n 9 | Z"))
    assert state(lake, 4) == [("2", "B"), ("9", "Z")]
    assert state(lake, 2) == [("1", "a"), ("2", "B"), ("3", "c")]


def test_the_same_extract_twice_changes_nothing_and_another_one_is_a_new_version(tmp_path):
    lake = Lake(tmp_path)
    first, again = keep(lake, ONE, ONE)
    assert (first.new, again.new, first.path) == (True, False, again.path)
    restated = keep(lake, extract(1, "id | name\n 1 | a\n 2 | other"))[0]
    assert restated.new
    assert first.path.exists()  # nothing is ever overwritten
    assert state(lake, 1) == [("1", "a"), ("2", "other")]


def test_the_last_row_of_a_key_wins_within_one_extract_and_the_others_are_counted(tmp_path):
    lake = Lake(tmp_path)
    kept = keep(lake, extract(1, "id | name\n 1 | a\n 1 | b"))[0]
    assert (kept.rows, kept.superseded) == (1, 1)
    assert state(lake, 1) == [("1", "b")]


def test_repeating_keys_are_numbered_where_the_map_says_so(tmp_path):
    lake = Lake(tmp_path)
    spec = SourceObject(key=("id", "part"), repeats=True)
    lake.keep("crm", "thing", spec, extract(1, "id | part | name\n 1 | x | a\n 1 | x | b\n 1 | | c"))
    assert state(lake, 1, spec) == [("1|", "c"), ("1|x", "a"), ("1|x#2", "b")]


def test_columns_that_come_and_go_are_kept_side_by_side(tmp_path):
    lake = Lake(tmp_path)
    keep(lake, ONE, extract(2, "id | name | city\n 2 | B | Rome"))
    got = lake.state("crm", "thing", SPEC, day(2)).select("_key", "name", "city").rows()
    assert got == [("1", "a", None), ("2", "B", "Rome")]


def test_every_version_of_a_row_is_remembered_with_its_days(tmp_path):
    lake = Lake(tmp_path)
    keep(lake, ONE, TWO)
    rows = lake.versions("crm", "thing", SPEC, day(2)).filter(pl.col("_key") == "2")
    assert rows.select("name", "_observed_on", "_first_seen").rows() == [("b", day(1), day(1)), ("B", day(2), day(1))]


def test_a_file_that_was_not_exported_again_is_not_read_again(tmp_path):
    path = written(tmp_path / "data", "id,name\n1,a\n")
    crm, lake = source(tmp_path / "data"), Lake(tmp_path / "lake")
    assert len(land_object(crm, lake, "crm", "thing", SPEC, day(1))) == 1
    assert land_object(crm, lake, "crm", "thing", SPEC, day(1)) == []
    path.write_text("id,name\n1,A\n")
    assert len(land_object(crm, lake, "crm", "thing", SPEC, day(1))) == 1
    assert state(lake, 1) == [("1", "A")]


def test_the_lake_is_for_its_owner_only(tmp_path):
    kept = keep(Lake(tmp_path / "lake"), ONE)[0]
    assert kept.path.stat().st_mode & 0o077 == 0
    assert kept.path.parent.stat().st_mode & 0o077 == 0


changes = st.lists(
    st.dictionaries(st.sampled_from("abcde"), st.sampled_from("xyz"), min_size=1), min_size=1, max_size=6
)


@settings(max_examples=30, deadline=None)
@given(changes)
def test_changed_rows_replay_like_a_dictionary(tmp_path_factory, days):
    lake = Lake(tmp_path_factory.mktemp("lake"))
    known = {}
    for number, rows in enumerate(days, 1):
        keep(lake, extract(number, "id | name\n" + "\n".join(f"{k} | {v}" for k, v in rows.items())))
        known |= rows
    assert dict(state(lake, len(days))) == known


def test_a_writer_that_is_killed_leaves_nothing_visible_and_the_next_one_completes(tmp_path):
    code = textwrap.dedent(f"""
        import datetime as dt, polars as pl
        from revrecon.entity_map.systems import SourceObject
        from revrecon.history.lake import Lake
        from revrecon.sources.contract import RawExtract, nothing_rejected
        frame = pl.DataFrame({{"id": [str(n) for n in range(300_000)], "name": ["x" * 50] * 300_000}})
        lake = Lake(__import__("pathlib").Path({str(tmp_path)!r}))
        print("ready", flush=True)
        for n in range(1, 28):
            lake.keep("crm", "thing", SourceObject(key=("id",)),
                      RawExtract(dt.date(2026, 3, n), "changed", frame, nothing_rejected(), "x"))
    """)
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=os.getcwd())
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(random.uniform(0.05, 0.6))  # any moment will do
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    lake = Lake(tmp_path)
    for one in lake.kept("crm", "thing"):
        assert lake.state("crm", "thing", SPEC, one.day).height == 300_000
    keep(lake, extract(28, "id | name\n 1 | a"))
    assert day(28) in lake.days("crm", "thing")
