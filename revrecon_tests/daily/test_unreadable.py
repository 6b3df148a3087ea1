"""A disk that does not give a file: a run refuses in a sentence that names it, and goes on once it is there again.

A folder in the place of a file gives what a bad disk gives: an error of the system at the first byte.
"""

import errno
import os

import pytest

from revrecon.daily.errors import CANNOT_RUN
from revrecon.history.lake import CorruptExtract, Lake
from revrecon_tests.shops import FIRST, SECOND, begun, inputs_of, run, shop_on_disk


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        (f"lake/crm/Deal/as_of={FIRST}/v=*.parquet", "cannot be read (Is a directory). Restore it from a backup"),
        (f"lake/crm/Deal/as_of={FIRST}/v=*.json", "cannot be read (Is a directory). Restore it from a backup"),
        (f"tables/crosswalk/deal/{FIRST}.parquet", "is not what was written"),
        (f"tables/quality/deal_books/{FIRST}.parquet", "is not what was written"),
        (f"tables/bridges/pipeline/{FIRST}.parquet", "warehouse.duckdb could not be built"),
        (f"tables/crosswalk/deal/{SECOND}.parquet", "cannot be written (Is a directory)"),
        ("ledger.db", "cannot be used"),
        ("warehouse.duckdb", "cannot be written (Is a directory)"),
        ("maps/*.json", "is not what was written. Restore it from a backup"),
        ("reports/tickets/index.md", "cannot be written (Is a directory)"),
    ],
)
def test_a_file_that_the_disk_does_not_give_is_named_and_a_run_goes_on_once_it_is_back(tmp_path, pattern, told):
    root = shop_on_disk(tmp_path)
    begun(root, FIRST, SECOND)
    path = sorted((root / "home").glob(pattern))[0]
    path.rename(tmp_path / "aside")
    path.mkdir()
    with pytest.raises(CANNOT_RUN) as refused:
        run(root, SECOND)
    assert told in str(refused.value)
    assert str(path) in str(refused.value)
    path.rmdir()
    (tmp_path / "aside").rename(path)
    run(root, SECOND)


def test_an_error_of_the_disk_is_told_in_its_own_words(tmp_path, monkeypatch):
    root = shop_on_disk(tmp_path)
    begun(root, FIRST)
    broken = OSError(errno.EIO, os.strerror(errno.EIO))
    monkeypatch.setattr("hashlib.file_digest", lambda *_: (_ for _ in ()).throw(broken))
    inputs = inputs_of(root)
    with pytest.raises(CorruptExtract, match=r"\.parquet cannot be read \(Input/output error\)\. Restore it"):
        Lake(inputs.home.lake).state("crm", "Deal", inputs.loaded.map.systems["crm"].objects["Deal"], FIRST)
