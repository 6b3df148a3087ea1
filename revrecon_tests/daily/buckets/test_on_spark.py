"""Buckets on Spark: the same day, executors that die, and what is told when Spark cannot work."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from revrecon.canonical.identity.linkage.engine import compared_pairs
from revrecon.canonical.identity.linkage.scoring import weighed
from revrecon.canonical.world import LooksBeyondItsPart
from revrecon.daily.buckets.engine import OnSpark
from revrecon.daily.buckets.likeness import scorer_of
from revrecon.daily.buckets.trouble import EngineMissing, SchedulerSilent, WorkersDied, WorkersUnfit
from revrecon_tests.canonical.linkage.generated import model_of, records_and_pairs
from revrecon_tests.companies import TODAY, company
from revrecon_tests.daily.buckets.clusters import cluster, deadly
from revrecon_tests.daily.buckets.landing import assert_same_day, day_in
from revrecon_tests.daily.buckets.many_deals import STRICT
from revrecon_tests.needs_spark import needs_pyspark, spark, without_pyspark

CLUSTER = "local-cluster[2,1,1024]"
"""Two executors of one core each, processes of their own, as on a cluster."""


@spark
@pytest.mark.parametrize("scheduler", [None, "local[2]", CLUSTER])
def test_executors_find_the_same(ninety_deals, scheduler):
    strict = company(**STRICT)
    assert_same_day(day_in(ninety_deals, strict, TODAY), day_in(ninety_deals, strict, TODAY, 3, OnSpark(scheduler)))


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def kills_its_executor_once(job: tuple[str, int]) -> tuple[int, int]:
    """A job that kills the Java process it works for the first time that it is done; its number and that process."""
    executor = parent_of(os.getppid())  # between them is PySpark's daemon
    mark = Path(job[0]) / f"{job[1]}"
    if job[1] == 3 and not mark.exists():
        mark.write_text(str(executor))
        os.kill(executor, signal.SIGKILL)
        signal.pause()
    return job[1], executor


def refuses(_job: int) -> None:
    raise LooksBeyondItsPart("A judge of deal in buckets asked for account.")


@spark
def test_a_bucket_whose_executor_is_killed_is_done_again_by_another(tmp_path):
    found = dict(OnSpark(CLUSTER).results(kills_its_executor_once, [(str(tmp_path), n) for n in range(6)]))
    assert list(found) == list(range(6))
    assert found[3] != int((tmp_path / "3").read_text())


@pytest.fixture
def connect(tmp_path):
    """The address of a Spark Connect server that `deploy/spark/connect.sh` started."""
    with cluster(tmp_path, "spark/connect.sh", CLUSTER) as there:
        yield f"sc://{there}"


def assert_same_scores(engine: OnSpark) -> None:
    """Pairs of records that executors compare get the levels and weights of those compared in DuckDB."""
    every, records, pairs = records_and_pairs(200)
    compared = every[:4]
    work = (compared, model_of(compared, records), records, pairs, 0.0)
    here, there = compared_pairs(*work), scorer_of(engine, {"REVRECON_SPARK_PAIRS": "0"})(*work)
    assert_frame_equal(weighed(compared, there), weighed(compared, here), check_row_order=False, check_exact=True)


@spark
def test_spark_connect_finds_the_same_and_does_a_killed_bucket_again(ninety_deals, connect, tmp_path):
    strict, engine = company(**STRICT), OnSpark(connect)
    assert_same_day(day_in(ninety_deals, strict, TODAY), day_in(ninety_deals, strict, TODAY, 3, engine))
    assert_same_scores(engine)
    found = dict(engine.results(kills_its_executor_once, [(str(tmp_path), n) for n in range(6)]))
    assert found[3] != int((tmp_path / "3").read_text())


@spark
def test_a_bucket_that_kills_every_worker_is_told():
    with pytest.raises(WorkersDied, match=r"given to several Spark executors and each died \(Task 0 .* use more"):
        list(OnSpark(CLUSTER).results(deadly, [1]))


@spark
def test_what_a_job_raises_is_raised_here():
    with pytest.raises(LooksBeyondItsPart, match=r"A judge of deal in buckets asked for account\."):
        list(OnSpark(None).results(refuses, [1, 2]))


@spark
def test_an_address_of_no_meaning_to_spark_is_told():
    with pytest.raises(WorkersUnfit, match="Spark cannot work on the buckets: "):
        list(OnSpark("k8s://nowhere").results(refuses, [1]))


@needs_pyspark
@pytest.mark.parametrize("address", ["spark://127.0.0.1:9", "sc://127.0.0.1:9/;token=x", "spark://127.0.0.1:port"])
def test_no_master_at_the_address_is_a_sentence(address):
    with pytest.raises(SchedulerSilent, match=f"No Spark master answers at {address} "):
        list(OnSpark(address, patience=1).results(refuses, [1]))


@without_pyspark
def test_without_pyspark_the_next_step_is_told():
    with pytest.raises(EngineMissing, match=r"pip install 'revrecon\[spark\]'"):
        list(OnSpark(None).results(refuses, [1]))


@needs_pyspark
def test_without_java_the_next_step_is_told(tmp_path):
    code = "from revrecon.daily.buckets.engine import OnSpark; list(OnSpark().results(len, ['a job']))"
    none_there = {**os.environ, "JAVA_HOME": str(tmp_path)}
    asked = subprocess.run([sys.executable, "-c", code], env=none_there, capture_output=True, text=True, check=False)
    assert "EngineMissing: The engine spark needs Java 17 or later" in asked.stderr
