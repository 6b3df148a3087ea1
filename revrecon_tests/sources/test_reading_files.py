import datetime as dt
import gzip
import io
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revrecon.sources.files.names import FileNames
from revrecon.sources.files.texts import lines, pieces
from revrecon_tests.exports import DAY, source, written

PLAIN = "id,name\n1,Zoë\n2,Bob\n"
ROWS = [("1", "Zoë"), ("2", "Bob")]


def read(tmp_path, content, name="crm/thing/2026-03-01.csv", **settings):
    written(tmp_path, content, name)
    return source(tmp_path, **settings).read("thing", DAY)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("cp1252"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", "|").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("Bob", "B\x00ob").encode(),
        b'" id ","name"\n"1","Zo\xc3\xab"\n"2","Bob"\n',
        PLAIN.rstrip("\n").encode(),
    ],
)
def test_encodings_separators_marks_and_line_ends_do_not_matter(tmp_path, content):
    got = read(tmp_path, content)
    assert got.frame.columns == ["id", "name"]
    assert got.frame.rows() == ROWS
    assert got.rejected.is_empty()


def test_quotes_newlines_and_separators_inside_of_quotes_are_data(tmp_path):
    got = read(tmp_path, 'id,name\n1,"a, ""b""\nc"\n2,\n')
    assert got.frame.rows() == [("1", 'a, "b"\nc'), ("2", None)]


def test_rows_of_another_width_are_rejected_with_their_line_and_nothing_shifts(tmp_path):
    got = read(tmp_path, "id,name\n1,a\n2,b,too much\n3\n4,d\n")
    assert got.frame.rows() == [("1", "a"), ("4", "d")]
    assert got.rejected.select("line", "reason").rows() == [
        (3, "3 values where the header has 2"),
        (4, "1 values where the header has 2"),
    ]


def test_a_row_of_another_width_is_found_in_a_large_export_wherever_it_stands(tmp_path):
    rows = [f"{n},{'x' * 90}" for n in range(60_000)]
    assert len("\n".join(rows)) > 5 << 20
    for place in (0, 46_000, 59_999):
        told = [*rows[:place], f"{place}", *rows[place + 1 :]]
        got = read(tmp_path, "id,name\n" + "\n".join(told) + "\n")
        assert got.frame.height == 59_999
        assert got.rejected["line"].to_list() == [place + 2]


@given(st.text(alphabet='ab,"\n\r\u2028\x0b', max_size=40), st.integers(1, 9))
def test_a_text_has_the_lines_of_a_file_and_its_pieces_are_the_text(text, size):
    assert list(lines(text)) == list(io.StringIO(text, newline=""))
    assert "\n".join(pieces(text, size)) == text


def test_ids_stay_as_they_are_written(tmp_path):
    got = read(tmp_path, "id,amount\n007,1e5\n00A,0.10\n")
    assert got.frame.rows() == [("007", "1e5"), ("00A", "0.10")]


def test_parquet_comes_back_exact(tmp_path):
    path = written(tmp_path, b"", "crm/thing/2026-03-01.parquet")
    pl.DataFrame({"id": [1], "amount": [Decimal("12.30")], "on": [dt.date(2026, 3, 1)], "yes": [True]}).write_parquet(
        path
    )
    got = source(tmp_path, file="{object}/{date:%Y-%m-%d}.parquet").read("thing", DAY)
    assert got.frame.rows() == [("1", "12.30", "2026-03-01", "true")]


def test_gzip_is_opened(tmp_path):
    name = "crm/thing/2026-03-01.csv.gz"
    got = read(tmp_path, gzip.compress(PLAIN.encode()), name, file="{object}/{date:%Y-%m-%d}.csv.gz")
    assert got.frame.rows() == ROWS


@pytest.mark.parametrize(
    ("pattern", "name", "day"),
    [
        ("{object}/{date:%Y-%m-%d}.csv", "thing/2026-03-01.csv", dt.date(2026, 3, 1)),
        ("{object}_{date:%Y}.csv", "thing_2016.csv", dt.date(2016, 12, 31)),
        ("{object}_{date:%Y-%m}.csv", "thing_2028-02.csv", dt.date(2028, 2, 29)),
        ("{date:%Y%m%d}_{object}_v*.csv", "20260301_thing_v7.csv", dt.date(2026, 3, 1)),
        ("{object}.{date}.csv", "thing.2026-03-01.csv", dt.date(2026, 3, 1)),
        ("{object}/{date:%Y-%m-%d}.csv", "thing/2026-02-30.csv", None),
        ("{object}/{date:%Y-%m-%d}.csv", "thing/latest.csv", None),
    ],
)
def test_a_files_day_is_in_its_name(pattern, name, day):
    assert FileNames(pattern, "thing").day(name) == day
