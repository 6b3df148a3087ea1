"""A lake in an object store is the lake in a folder, for every machine that opens it."""

import datetime as dt
import os
import shutil
from contextlib import suppress

import obstore
import pytest
from polars.testing import assert_frame_equal

from revrecon.entity_map.systems import SourceObject
from revrecon.history.erased import erased_from_lake
from revrecon.history.kept import CorruptExtract
from revrecon.history.known_lake import KnownLake
from revrecon.history.lake import Lake
from revrecon.history.pinned_lake import PinnedLake, extracts_in
from revrecon.history.pseudonyms import Pseudonyms
from revrecon.history.storage.objects import ObjectStorage
from revrecon.sources.contract import RawExtract, nothing_rejected
from revrecon_tests.history.keeping import kept_beside_from
from revrecon_tests.security.planted import where_found
from revrecon_tests.tables import table

SPEC = SourceObject(key=("id",))
ROOM = ("crm", "person")
DAYS = [
    ("full", "id | name | city\n 1 | Ann Lee | x\n 2 | Bo | y\n 3 | Cy | z"),
    ("changed", "id | name | city\n 2 | Bob | y\n | nobody | w"),
    ("full", "id | name | city\n 1 | Ann Lee | xx\n 2 | Bob | y\n 4 | Di | w"),
    ("full", "id | name | town\n 1 | Ann Lee | xx\n 2 | Bob | y\n 4 | Di | w"),
]


def day(number):
    return dt.date(2026, 3, number)


def keep(lake, number, contents, text):
    return lake.keep(*ROOM, SPEC, RawExtract(day(number), contents, table(text), nothing_rejected(), "a file"))


@pytest.fixture
def machine(address, tmp_path):
    """What makes a machine of a name: a lake that nobody has looked at there."""
    return lambda name: Lake(ObjectStorage(f"{address}/lake", tmp_path / name / "lake"))


@pytest.fixture
def landed(machine):
    """Four days that one machine has kept, with prints and news."""
    with kept_beside_from(0):
        lake = machine("first")
        for number, (contents, text) in enumerate(DAYS, start=1):
            keep(lake, number, contents, text)
    return lake


def as_read(lake, last=4):
    known = [(one.day, one.contents, one.rows, one.sha256, one.columns) for one in lake.kept(*ROOM)]
    frames = [lake.last_rows(*ROOM, SPEC, day(number)) for number in range(1, last + 1)]
    return known, [*frames, lake.quarantined(*ROOM, day(last))], lake.columns(*ROOM, day(last))


def assert_same_lake(one, other):
    here, there = as_read(one), as_read(other)
    assert (there[0], there[2]) == (here[0], here[2])
    for frame, expected in zip(there[1], here[1], strict=True):
        assert_frame_equal(frame, expected)


def test_another_machine_reads_what_a_folder_would_give(landed, machine, tmp_path):
    with kept_beside_from(0):
        folder = Lake(tmp_path / "folder")
        for number, (contents, text) in enumerate(DAYS, start=1):
            keep(folder, number, contents, text)
    assert_same_lake(folder, machine("second"))
    assert [one.is_news for one in machine("third").said(*ROOM, day(4))] == [False, False, True, True]


def test_only_what_is_read_is_fetched(landed, machine):
    lake = machine("second")
    lake.last_rows(*ROOM, SPEC, day(4))
    fetched = {one.name.split(".", 1)[1] for one in lake.storage.root.rglob("v=*") if "as_of=2026-03-04" in str(one)}
    assert fetched == {"json", "news.parquet"}
    assert lake.columns(*ROOM, day(4)) == ["id", "name", "city", "_key", "town"]


def test_a_machine_sees_what_another_has_kept_since_when_it_looks_again(landed, machine):
    second = machine("second")
    assert second.days(*ROOM)[-1] == day(4)
    keep(machine("third"), 5, *DAYS[0])
    assert second.days(*ROOM)[-1] == day(4), "one run reads one lake"
    assert machine("second").days(*ROOM)[-1] == day(5)


def test_the_same_export_on_another_machine_is_kept_once(landed, machine):
    with kept_beside_from(0):
        again = keep(machine("second"), 1, *DAYS[0])
    assert not again.new
    assert len(machine("third").kept(*ROOM)[0].files) == 3


def test_a_copy_that_was_damaged_is_fetched_again_and_a_damaged_store_is_told(landed, machine):
    first = landed.kept(*ROOM)[0]
    damaged = bytes(len(first.path.read_bytes()))
    told = first.path.stat()
    first.path.write_bytes(damaged)
    os.utime(first.path, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert_same_lake(machine("first"), machine("second"))
    first.path.write_bytes(damaged)
    landed.storage.send([first.path])
    with pytest.raises(CorruptExtract, match=rf"{landed.storage.address}/crm/person/as_of=2026-03-01/v=.* checksum"):
        machine("third").last_rows(*ROOM, SPEC, day(1))


def test_an_extract_whose_note_never_came_does_not_exist(landed, machine, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    lake = machine("second")
    monkeypatch.setattr(ObjectStorage, "write_note", killed)
    with pytest.raises(KeyboardInterrupt):
        keep(lake, 5, *DAYS[0])
    monkeypatch.undo()
    assert machine("second").days(*ROOM) == machine("third").days(*ROOM) == [day(number) for number in range(1, 5)]
    assert keep(machine("second"), 5, *DAYS[0]).new


def test_a_person_is_erased_from_the_store_and_from_every_machine(landed, machine):
    other = machine("other")
    as_read(other)
    names = Pseudonyms({"ann lee": "someone"})
    told = list(erased_from_lake(machine("second").storage, names, dry_run=True))
    done = list(erased_from_lake(machine("second").storage, names, dry_run=False))
    assert [one.path for one in done] == [one.path for one in told]
    assert all(one.path.startswith("lake/crm/person/") for one in done)
    assert list(erased_from_lake(machine("third").storage, names, dry_run=False)) == []
    assert "someone" in machine("other").last_rows(*ROOM, SPEC, day(4))["name"].to_list()
    everything = [lake.storage.there(one) for lake in (machine("fresh"),) for one in files_of(lake)]
    assert not any(b"Ann Lee" in one.read_bytes() for one in everything)
    with kept_beside_from(0):
        assert not keep(machine("fresh"), 4, *DAYS[3]).new, "the same export, read again, changes nothing"


def files_of(lake):
    return [path for kept in lake.kept(*ROOM) for path in kept.files]


def test_what_was_known_then_is_read_on_any_machine(landed, machine):
    known = extracts_in(landed, [ROOM], day(2))
    pinned = PinnedLake(machine("second").storage, known)
    assert pinned.days(*ROOM) == [day(1), day(2)]
    at = dt.datetime.now(dt.UTC)
    keep(machine("third"), 5, *DAYS[0])
    assert KnownLake(machine("second").storage, at).days(*ROOM)[-1] == day(4)


def test_the_copies_of_a_machine_can_be_thrown_away(landed, machine):
    expected = as_read(machine("second"))
    shutil.rmtree(machine("second").storage.root)
    assert as_read(machine("second"))[0] == expected[0]


class Killed(BaseException):
    """What ends a process in the middle."""


def requests_of(done_first, monkeypatch, at_most=10**9):
    """Count what is asked of a store's library; the one after so many ends the process, before or after it was done."""
    count = 0

    def counted(real):
        def asked(*args, **kwargs):
            nonlocal count
            count += 1
            if count <= at_most:
                return real(*args, **kwargs)
            if done_first:
                real(*args, **kwargs)
            raise Killed

        return asked

    for name in ("put", "get", "list", "delete"):
        monkeypatch.setattr(obstore, name, counted(getattr(obstore, name)))
    return lambda: count


def landed_and_read(lake):
    with kept_beside_from(0):
        for number, (contents, text) in enumerate(DAYS, start=1):
            keep(lake, number, contents, text)
    names = Pseudonyms({"ann lee": "someone"})
    list(erased_from_lake(lake.storage, names, dry_run=False))
    return lake


@pytest.mark.parametrize("done_first", [False, True])
def test_killed_at_any_request_it_goes_on_and_ends_the_same(tmp_path, monkeypatch, done_first):
    def machine(place, name):
        return Lake(ObjectStorage(f"{(tmp_path / place).as_uri()}/lake", tmp_path / place / name))

    with monkeypatch.context() as patched:
        count = requests_of(done_first, patched)
        expected = as_read(landed_and_read(machine("undisturbed", "first")))
        every = count()
    assert every > 30
    for at in range(every):
        with monkeypatch.context() as patched, suppress(Killed):
            requests_of(done_first, patched, at)
            landed_and_read(machine(f"{at}", "first"))
        landed_and_read(machine(f"{at}", "first"))
        found = as_read(machine(f"{at}", "second"))
        assert found[2] == expected[2]
        for frame, other in zip(found[1], expected[1], strict=True):
            assert_frame_equal(frame, other)
        assert where_found(["Ann Lee"], tmp_path / f"{at}/lake") == {}, "not in what was never finished either"
