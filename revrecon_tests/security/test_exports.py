"""Exports that are an attack: they unpack to more than there is room for, ask for any memory, or lead elsewhere."""

import gzip
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from revrecon.entity_map.systems import FileSettings
from revrecon.sources.contract import UnreadableExtract
from revrecon.sources.files import readers, workbook_process, workbooks
from revrecon.sources.files.folders import LeadsElsewhere, LocalFolder
from revrecon.sources.files.readers import read_file

SETTINGS = FileSettings(root="crm")


def workbook(path: Path, *cells: tuple[int, int, str]) -> Path:
    """A workbook with a small table, and some cells elsewhere."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, values in enumerate([["id", "name"], ["1", "Acme"]]):
            sheet.write_row(row, 0, values)
        for row, column, value in cells:
            sheet.write(row, column, value)
    return path


def test_a_workbook_with_a_value_in_its_last_cell_ends_in_a_sentence_and_not_the_run(tmp_path):
    with pytest.raises(UnreadableExtract, match=r"takes more than 4 GB .* a value far outside of the table"):
        read_file(workbook(tmp_path / "far.xlsx", (1_048_575, 16_383, "x")), SETTINGS, "far.xlsx")


@pytest.mark.slow
def test_a_workbook_that_unpacks_to_more_than_there_is_room_for_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_MEMORY", 2**30)
    path = workbook(tmp_path / "bomb.xlsx")
    packed = {one: zipfile.ZipFile(path).read(one) for one in zipfile.ZipFile(path).namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in packed.items():
            with book.open(name, "w", force_zip64=True) as part:
                begin, end, rest = content.partition(b"</sst>")
                part.write(begin)
                for _ in range(70 if end else 0):
                    part.write(b"<si><t>" + b"x" * 2**24 + b"</t></si>")
                part.write(end + rest)
    assert path.stat().st_size < 10_000_000
    with pytest.raises(UnreadableExtract, match="takes more than 1 GB"):
        read_file(path, SETTINGS, "bomb.xlsx")


def test_a_workbook_is_read_as_before_and_one_that_is_none_says_why(tmp_path):
    frame, rejected = read_file(workbook(tmp_path / "well.xlsx"), SETTINGS, "well.xlsx")
    assert frame.rows() == [("1", "Acme")]
    assert rejected.is_empty()
    (tmp_path / "none.xlsx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(UnreadableExtract, match=r"(?s)none.xlsx cannot be read as a workbook \(.+\)"):
        read_file(tmp_path / "none.xlsx", SETTINGS, "none.xlsx")


def test_the_process_that_reads_a_workbook_knows_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_TOKEN", "s3cret")
    seen = tmp_path / "seen"
    program = tmp_path / "program.py"
    program.write_text(f"import os, sys\nopen({str(seen)!r}, 'w').write(str(dict(os.environ)))\nsys.exit(3)\n")
    monkeypatch.setattr(workbook_process, "__file__", str(program))
    with pytest.raises(UnreadableExtract):
        read_file(workbook(tmp_path / "well.xlsx"), SETTINGS, "well.xlsx")
    assert "POLARS_MAX_THREADS" in seen.read_text()
    assert "s3cret" not in seen.read_text()


def test_a_gzip_file_that_unpacks_to_a_multiple_no_export_has_is_refused_before_it_fills_the_memory(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(readers, "_MOST_UNPACKED", 2**20)
    line = b"id,name\n"
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(line + b"1,a\n" * 2**20))
    with pytest.raises(UnreadableExtract, match="unpacks to more than 100 times its size, which no export does"):
        read_file(tmp_path / "bomb.csv.gz", SETTINGS, "bomb.csv.gz")
    monkeypatch.setattr(readers, "_MOST_UNPACKED", 2**23)
    assert read_file(tmp_path / "bomb.csv.gz", SETTINGS, "bomb.csv.gz")[0].height == 2**20
    (tmp_path / "broken.csv.gz").write_bytes(gzip.compress(line * 99)[:20] + b"\xff" * 99)
    with pytest.raises(UnreadableExtract, match="is no whole gzip file"):
        read_file(tmp_path / "broken.csv.gz", SETTINGS, "broken.csv.gz")


def test_a_parquet_file_of_a_billion_equal_cells_is_refused_before_they_are_made(tmp_path, monkeypatch):
    path = tmp_path / "wide.parquet"
    pl.select(pl.repeat("x", 2_000_000).alias("a")).write_parquet(path)
    assert read_file(path, SETTINGS, "wide.parquet")[0].height == 2_000_000
    monkeypatch.setattr(readers, "_MOST_CELLS", 1_000_000)
    with pytest.raises(UnreadableExtract, match=r"holds 2,000,000 cells in [\d,]+ bytes, which no export does"):
        read_file(path, SETTINGS, "wide.parquet")


def test_a_link_out_of_the_folder_of_exports_is_not_followed(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("id,name\n1,s3cret\n")
    root = tmp_path / "data"
    (root / "deal").mkdir(parents=True)
    (root / "deal/2026-03-02.csv").symlink_to(secret)
    (root / "deal/kept.csv").write_text("id\n1\n")
    (root / "deal/2026-03-03.csv").symlink_to("kept.csv")
    folder = LocalFolder(root)
    outside, inside = folder.files("deal/2026*.csv")
    with (
        pytest.raises(LeadsElsewhere, match=r"deal/2026-03-02.csv is a link to a file outside of"),
        folder.opened(outside),
    ):
        pass
    with folder.opened(inside) as path:
        assert path.read_text() == "id\n1\n"


def test_the_folder_of_exports_may_itself_be_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.csv").write_text("id\n1\n")
    (tmp_path / "data").symlink_to("real")
    folder = LocalFolder(tmp_path / "data")
    with folder.opened(folder.files("a.csv")[0]) as path:
        assert path.exists()


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "a.xlsx"])
def test_an_export_that_the_disk_does_not_give_is_told_in_a_sentence(tmp_path, name):
    """A folder in its place gives what a bad disk gives: an error of the system at the first byte."""
    (tmp_path / name).mkdir()
    with pytest.raises(UnreadableExtract, match=f"^{name} "):
        read_file(tmp_path / name, SETTINGS, name)


def test_a_number_of_any_length_is_a_text_like_others(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(f"id,amount\n1,{'9' * 100_000}\n2,1e999999999\n")
    frame, rejected = read_file(path, SETTINGS, "long.csv")
    assert (frame.height, rejected.height) == (2, 0)
