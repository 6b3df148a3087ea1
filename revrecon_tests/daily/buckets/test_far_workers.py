"""Workers that share nothing with the driver but an object store find what one machine finds."""

import gc
import os
import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from revrecon.daily.buckets.bucket import BucketJob
from revrecon.daily.buckets.engine import OnDask, Spread
from revrecon.daily.run import run_day
from revrecon.history.storage.address import LAKE_URL
from revrecon.history.storage.objects import ObjectStorage
from revrecon_tests.daily.buckets.clusters import cluster
from revrecon_tests.object_stores import s3_address, with_moto
from revrecon_tests.postgres import needs_postgres, postgres
from revrecon_tests.shops import FIRST, SECOND, begun, everything_in, inputs_of, shop_on_disk

pytestmark = [pytest.mark.slow, with_moto, needs_postgres]


@dataclass(frozen=True)
class OnDyingWorkers(OnDask):
    """Dask workers, of which one is killed by every job that has left no mark yet; the jobs are kept for a look."""

    marks: Path = Path()

    def results(self, work, jobs):
        (self.marks / "jobs").write_bytes(pickle.dumps(list(jobs)))
        return super().results(partial(killing_once, self.marks, work), jobs)


def killing_once(marks: Path, work: Callable, job: BucketJob):
    """Work on a job; the worker that is first given the middle bucket of an entity dies when all of it is written."""
    mark = marks / f"{job.entity}-{job.bucket}"
    if job.bucket == 1 and not mark.exists():
        mark.touch()
        work(job)
        os.kill(os.getpid(), signal.SIGKILL)
    return work(job)


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "shop").mkdir()
    return shop_on_disk(tmp_path / "shop")


def test_a_day_on_dying_workers_with_s3_and_postgresql_is_that_of_one_machine(shop, tmp_path, monkeypatch):
    begun(shop, FIRST, SECOND, home="whole")
    expected = everything_in(shop / "whole")
    marks = tmp_path / "marks"
    marks.mkdir()
    with (
        s3_address(tmp_path) as address,
        postgres() as ledger,
        cluster(tmp_path, "dask/cluster.sh", "2", "1GiB") as there,
    ):
        monkeypatch.setenv(LAKE_URL, address)
        monkeypatch.setenv("REVRECON_LEDGER_URL", ledger)
        spread = Spread(3, OnDyingWorkers(f"tcp://{there}", patience=120, marks=marks))
        for day in (FIRST, SECOND):
            run_day(replace(inputs_of(shop, "far"), spread=spread), day)
            for mark in marks.glob("*-1"):
                mark.unlink()
        assert everything_in(shop / "far") == expected
        assert not (shop / "far/lake").exists()
        assert not (shop / "far/ledger.db").exists()
        gc.collect()  # the days go, and what they staged
        staged = ObjectStorage(f"{address}/buckets", shop / "far/buckets")
        assert list(staged.root.rglob("*.parquet")) == staged.abandoned(-3600) == []
    jobs = (marks / "jobs").read_bytes()
    assert str(shop / "far").encode() not in jobs, "a job leads to the store, not to the driver's folders"
