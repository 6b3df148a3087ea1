"""Broken exports, and what a person is told: what is wrong, where, and what to do next."""

import datetime as dt
import zipfile

import pytest

from revrecon.history.lake import Lake, LakeError
from revrecon.history.landing import land_object
from revrecon.sources.contract import SourceError
from revrecon_tests.exports import DAY, source, written

GOOD = "id,name\n1,a\n2,b\n3,c\n4,d\n"


def landed(tmp_path, **settings):
    crm = source(tmp_path / "data", **settings)
    return land_object(crm, Lake(tmp_path / "lake"), "crm", "thing", crm.system.objects["thing"], DAY)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "crm/thing/2026-03-01.csv is empty: not even a header. Export it again."),
        ("id,name,name\n1,a,b\n", "has two columns named 'name'. Rename one of them in the export"),
        ("id,,name\n1,a,b\n", "has no name for column 2. Name every column in the export."),
        ("Id,name\n1,a\n", "lacks id (did you mean 'Id'?), which the map names as key or clock. It has: Id, name."),
        ("key;name\n1;a\n", "lacks id, which the map names as key or clock. It has: key, name."),
        ("id,name\n", "the full extract of crm/thing of 2026-03-01 has 0 rows; a first extract cannot be empty."),
    ],
)
def test_a_broken_csv_is_told_in_a_sentence(tmp_path, content, told):
    written(tmp_path / "data", content)
    with pytest.raises((SourceError, LakeError)) as trouble:
        landed(tmp_path)
    assert told in str(trouble.value)


def test_an_export_that_is_not_there_names_what_was_looked_for_and_the_nearest_file(tmp_path):
    written(tmp_path / "data", GOOD, "crm/things/2026-03-01.csv")
    with pytest.raises(SourceError) as trouble:
        landed(tmp_path)
    assert "no file matches thing/{date:%Y-%m-%d}.csv in" in str(trouble.value)
    assert "Nearest there: things/2026-03-01.csv." in str(trouble.value)
    assert "--data" in str(trouble.value)


def test_a_folder_that_is_not_there_is_said_to_be(tmp_path):
    with pytest.raises(SourceError, match=r"The folder is not there\."):
        landed(tmp_path)


def test_an_optional_object_may_be_absent(tmp_path):
    assert landed(tmp_path, thing={"key": ["id"], "optional": True}) == []


def test_a_workbook_cut_short_is_no_workbook(tmp_path):
    path = written(tmp_path / "data", b"", "crm/thing/2026-03-01.xlsx")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 50)
    path.write_bytes(path.read_bytes()[:80])
    with pytest.raises(SourceError, match="cannot be read as a workbook"):
        landed(tmp_path, file="{object}/{date:%Y-%m-%d}.xlsx")


def test_a_parquet_file_cut_short_is_no_parquet_file(tmp_path):
    written(tmp_path / "data", b"PAR1 and nothing more", "crm/thing/2026-03-01.parquet")
    with pytest.raises(SourceError, match="is no whole Parquet file"):
        landed(tmp_path, file="{object}/{date:%Y-%m-%d}.parquet")


def test_an_encoding_that_the_map_insists_on_must_fit(tmp_path):
    written(tmp_path / "data", "id,name\n1,Zoë\n".encode("cp1252"))
    with pytest.raises(SourceError, match=r"is not written in utf-8, as the map says"):
        landed(tmp_path, encoding="utf-8")


def test_a_full_extract_that_shrank_is_refused_until_someone_accepts_it(tmp_path):
    written(tmp_path / "data", GOOD, "crm/thing/2026-02-28.csv")
    written(tmp_path / "data", "id,name\n1,a\n")
    with pytest.raises(LakeError) as trouble:
        landed(tmp_path)
    assert "has 1 rows; 2026-02-28 had 4" in str(trouble.value)
    assert "--accept-shrink" in str(trouble.value)
    crm = source(tmp_path / "data")
    spec = crm.system.objects["thing"]
    lake = Lake(tmp_path / "lake")
    land_object(crm, lake, "crm", "thing", spec, DAY, accept_shrink=True)
    assert lake.state("crm", "thing", spec, DAY)["_key"].to_list() == ["1"]


def test_rows_without_a_key_are_set_aside_and_counted_and_the_rest_goes_on(tmp_path):
    written(tmp_path / "data", "id,name\n1,a\n,nobody\n 2 ,b\n3,c,d\n")
    kept = landed(tmp_path)[0]
    lost = Lake(tmp_path / "lake").quarantined("crm", "thing", DAY)
    assert (kept.rows, kept.quarantined) == (2, 2)
    assert sorted(lost["reason"].to_list()) == ["3 values where the header has 2", "no key: id empty"]
    assert kept.rows + kept.quarantined + kept.superseded == 4


def test_two_files_of_one_day_are_one_too_many(tmp_path):
    for version in ("1", "2"):
        written(tmp_path / "data", GOOD, f"crm/thing_{version}/2026-03-01.csv")
    with pytest.raises(SourceError, match=r"are both of 2026-03-01\. Keep one of them\."):
        landed(tmp_path, file="{object}_*/{date:%Y-%m-%d}.csv")


def test_a_lake_file_that_was_damaged_is_named_with_the_way_back(tmp_path):
    written(tmp_path / "data", GOOD)
    kept = landed(tmp_path)[0]
    kept.path.write_bytes(kept.path.read_bytes()[:-10])
    crm = source(tmp_path / "data")
    with pytest.raises(LakeError) as trouble:
        Lake(tmp_path / "lake").state("crm", "thing", crm.system.objects["thing"], dt.date(2026, 3, 2))
    assert str(kept.path) in str(trouble.value)
    assert "delete the folder" in str(trouble.value)
