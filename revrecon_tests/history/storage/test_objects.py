"""What stands in a store counts, wherever it was written; what is read has a copy here that is known to be the same."""

import datetime as dt
import os
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

from revrecon.history.storage.address import LAKE_URL, lake_storage
from revrecon.history.storage.objects import ObjectStorage
from revrecon.history.storage.trouble import StorageTrouble


@pytest.fixture
def two(address, tmp_path):
    """Two machines with the same store."""
    return [ObjectStorage(address, tmp_path / name) for name in ("here", "there")]


def written(storage, name, text):
    path = storage.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    storage.send([path])
    return path


def test_what_one_machine_writes_another_reads(two):
    here, there = two
    written(here, "crm/deal/a.parquet", "rows")
    here.write_note("a note", here.root / "crm/deal/a.json")
    there.look(there.root / "crm/deal")
    assert (there.root / "crm/deal/a.json").read_text() == "a note", "notes are fetched at once"
    assert not (there.root / "crm/deal/a.parquet").exists(), "rows when they are asked for"
    assert there.there(there.root / "crm/deal/a.parquet").read_text() == "rows"
    assert there.size(there.root / "crm/deal/a.parquet") == 4
    assert [one.name for one in there.beside(there.root / "crm/deal/a.parquet")] == ["a.json", "a.parquet"]


def test_a_look_sees_no_other_folder_of_a_like_name(two):
    here, there = two
    for name in ("crm/deal/a.json", "crm/deal_line/a.json", "crm/deal.json"):
        here.write_note(name, here.root / name)
    there.look(there.root / "crm/deal")
    assert [one.relative_to(there.root).as_posix() for one in there.root.rglob("*.json")] == ["crm/deal/a.json"]


def test_a_file_that_another_machine_replaced_is_fetched_again(two):
    here, there = two
    for text in ("first", "second of other length"):
        written(here, "a.parquet", text)
        here.write_note(text, here.root / "a.json")
        there.look(there.root)
        assert there.there(there.root / "a.parquet").read_text() == text
        assert (there.root / "a.json").read_text() == text


def test_a_copy_that_is_current_is_not_fetched_again(two):
    here, there = two
    path = there.root / "a.parquet"
    written(here, "a.parquet", "rows")
    there.look(there.root)
    before = there.there(path).stat()
    there.look(there.root)
    assert there.there(path).stat() == before


def test_a_copy_that_somebody_changed_is_fetched_again(two):
    here, there = two
    path = there.root / "a.parquet"
    written(here, "a.parquet", "rows")
    there.there(path).write_text("lies and more")
    assert there.there(path).read_text() == "rows"
    told = path.stat()
    path.write_text("lies")
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert there.there(path).read_text() == "lies", "of the same size and time it looks like a copy"
    assert there.is_fetched_anew(path)
    assert path.read_text() == "rows"


def test_what_goes_from_the_store_goes_from_every_machine(two):
    here, there = two
    for name in ("x/a.json", "x/b.json", "y/a.json"):
        here.write_note(name, here.root / name)
    there.look(there.root)
    here.remove(here.root / "x/a.json")
    here.remove(here.root / "x/a.json")
    here.empty(here.root / "y")
    there.look(there.root)
    assert sorted(one.relative_to(there.root).as_posix() for one in there.root.rglob("*.json")) == ["x/b.json"]
    assert not there.there(there.root / "y/a.json").exists()


def test_a_file_that_only_ever_was_here_never_stood(two):
    here, _ = two
    here.write_note("a note", here.root / "a.json")
    (here.root / "b.json").write_text("left by a killed writer")
    here.look(here.root)
    assert here.there(here.root / "a.json").exists()
    assert not here.there(here.root / "b.json").exists()


def test_without_its_record_all_is_fetched_anew(two):
    here, there = two
    here.write_note("a note", here.root / "a.json")
    there.look(there.root)
    (there.root / "a.json").write_text("another")
    (there.root / ".standing.db").unlink()
    there.look(there.root)
    assert (there.root / "a.json").read_text() == "a note"
    (there.root / ".standing.db").write_text("no database " * 100)
    with pytest.raises(StorageTrouble, match="Nothing is lost by it: run again"):
        there.look(there.root)
    there.look(there.root)
    assert (there.root / "a.json").read_text() == "a note"


def test_a_large_file_comes_back_as_it_was(two):
    here, there = two
    content = os.urandom(20_000_000)
    (here.root).mkdir(exist_ok=True)
    (here.root / "a.parquet").write_bytes(content)
    here.send([here.root / "a.parquet"])
    assert there.there(there.root / "a.parquet").read_bytes() == content


def test_threads_and_processes_can_share_a_machine_s_copies(two):
    here, there = two
    names = [f"{number}.parquet" for number in range(20)]
    for name in names:
        written(here, name, name)
    other = ObjectStorage(here.address, there.root)
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda name: [one.there(one.root / name).read_text() for one in (there, other)], names))
    assert told == [[name, name] for name in names]


def test_a_worker_opens_the_store_with_copies_of_its_own(two):
    here, _ = two
    written(here, "a.parquet", "rows")
    worker = pickle.loads(pickle.dumps(here))
    assert worker.root != here.root
    assert worker.there(worker.root / "a.parquet").read_text() == "rows"


def test_folders_that_killed_runs_left_are_known_by_the_store_s_clock(two):
    here, _ = two
    written(here, "old/1/a.parquet", "rows")
    assert here.abandoned(3600) == []
    assert here.abandoned(-3600) == [here.root / "old"]


@pytest.mark.parametrize("url", ["s3:/acme", "ftp://acme/x", "s3://acme/x?key=secret", "acme", "s3://"])
def test_an_address_that_is_none_is_told(tmp_path, url):
    with pytest.raises(StorageTrouble, match="must be an address such as s3://bucket/folder") as told:
        lake_storage(tmp_path, {LAKE_URL: url})
    assert "secret" not in str(told.value)


def test_without_an_address_the_lake_stands_in_the_home(tmp_path):
    assert lake_storage(tmp_path, {}).root == tmp_path / "lake"
    assert lake_storage(tmp_path, {LAKE_URL: " "}).root == tmp_path / "lake"


def test_plain_http_is_taken_on_this_machine_only(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://minio.example.com")
    with pytest.raises(StorageTrouble, match="http is taken on this machine only"):
        ObjectStorage("s3://acme/x", tmp_path)


def test_a_store_that_does_not_answer_is_a_sentence_without_signatures(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "hush")
    monkeypatch.setattr("revrecon.history.storage.opening.RETRIED_FOR", dt.timedelta(seconds=1))
    silent = ObjectStorage("s3://acme/x", tmp_path)
    with pytest.raises(StorageTrouble, match=r"s3://acme/x does not answer as it should .*Nothing that stands") as told:
        silent.look(tmp_path)
    assert "hush" not in str(told.value)
    assert "?" not in str(told.value)
