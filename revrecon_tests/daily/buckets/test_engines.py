"""Where buckets are worked on: settings, a scheduler that is silent, workers that die."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.daily.buckets.engine import InProcess, OnDask, OnSpark, Spread, SpreadUnknown, spread_in, spread_of
from revrecon.daily.buckets.trouble import SchedulerSilent, WorkersDied
from revrecon.daily.run import run_day
from revrecon_tests.companies import TODAY, company
from revrecon_tests.daily.buckets.clusters import cluster, deadly
from revrecon_tests.daily.buckets.landing import assert_same_day, day_in
from revrecon_tests.daily.buckets.many_deals import STRICT
from revrecon_tests.shops import SECOND, begun, everything_in, inputs_of, shop_on_disk


@pytest.mark.parametrize(
    ("environment", "spread"),
    [
        ({}, Spread(1, InProcess())),
        ({"REVRECON_BUCKETS": "8"}, Spread(8, InProcess())),
        ({"REVRECON_ENGINE": "dask"}, Spread(16, OnDask(None, 2))),
        ({"REVRECON_SCHEDULER": "tcp://10.0.0.5:8786", "REVRECON_BUCKETS": "64"},
         Spread(64, OnDask("tcp://10.0.0.5:8786", 2))),
        ({"REVRECON_ENGINE": "dask", "REVRECON_WORKERS": "4"}, Spread(16, OnDask(None, 4))),
        ({"REVRECON_ENGINE": "spark"}, Spread(16, OnSpark(None, 2))),
        ({"REVRECON_SCHEDULER": "sc://10.0.0.5:15002", "REVRECON_BUCKETS": "64"},
         Spread(64, OnSpark("sc://10.0.0.5:15002", 2))),
        ({"REVRECON_SCHEDULER": "local-cluster[2,1,1024]"}, Spread(16, OnSpark("local-cluster[2,1,1024]", 2))),
    ],
)  # fmt: skip
def test_the_environment_says_how_days_are_spread(environment, spread):
    assert spread_in(environment) == spread


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ((4, "ray", None, None), "'ray' is no engine for buckets. Use in-process or dask or spark"),
        ((0, None, None, None), "buckets (--buckets or REVRECON_BUCKETS) must be at least 1, not 0."),
        ((4, "dask", None, 0), "workers (--workers or REVRECON_WORKERS) must be at least 1, not 0."),
        ((4, "in-process", "tcp://10.0.0.5:8786", None), "Use --engine dask."),
        ((4, "dask", "spark://10.0.0.5:7077", None), "is of Spark and the engine is dask. Use --engine spark."),
    ],
)
def test_settings_that_make_no_sense_are_told(asked, sentence):
    with pytest.raises(SpreadUnknown) as told:
        spread_of(*asked)
    assert sentence in str(told.value)


def test_a_number_of_buckets_that_is_no_number_is_told():
    with pytest.raises(SpreadUnknown, match="REVRECON_BUCKETS must be a number, not 'many'"):
        spread_in({"REVRECON_BUCKETS": "many"})


def test_a_whole_day_in_buckets_leaves_the_same_tables_and_reports(tmp_path):
    shop = shop_on_disk(tmp_path)
    begun(shop, SECOND, home="whole")
    run_day(replace(inputs_of(shop, "divided"), spread=Spread(3)), SECOND)
    assert everything_in(shop / "divided") == everything_in(shop / "whole")


def test_the_command_takes_buckets(tmp_path):
    shop = shop_on_disk(tmp_path)
    places = ["--map", f"{shop}/entity_map.yaml", "--data", f"{shop}/data", "--home", f"{shop}/home"]
    told = CliRunner().invoke(app, ["run", *places, "--as-of", str(SECOND), "--buckets", "2"])
    assert told.exit_code == 1  # the shop is in breach
    assert "Report: " in told.output
    refused = CliRunner().invoke(app, ["run", *places, "--as-of", str(SECOND), "--engine", "ray"])
    assert refused.exit_code == 2
    assert "'ray' is no engine for buckets" in refused.output


@pytest.mark.slow
def test_dask_workers_of_this_machine_find_the_same(ninety_deals):
    strict = company(**STRICT)
    assert_same_day(day_in(ninety_deals, strict, TODAY), day_in(ninety_deals, strict, TODAY, 3, OnDask(None, 2)))


@pytest.mark.slow
def test_no_scheduler_at_the_address_is_a_sentence(ninety_deals):
    silent = OnDask("tcp://127.0.0.1:9", patience=1)
    with pytest.raises(SchedulerSilent, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        day_in(ninety_deals, company(**STRICT), TODAY, 2, silent).canonical("deal")


def once_deadly(job: tuple[str, int]) -> tuple[int, int]:
    """A job that kills its worker the first time that it is done; its number, and the worker's process."""
    mark = Path(job[0]) / f"{job[1]}"
    if job[1] == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return job[1], os.getpid()


@pytest.mark.slow
def test_a_bucket_whose_worker_is_killed_is_done_again(tmp_path):
    found = list(OnDask(None, 2).results(once_deadly, [(str(tmp_path), n) for n in range(6)]))
    assert sorted(number for number, _ in found) == list(range(6))
    assert (tmp_path / "3").exists()


@pytest.fixture
def scheduler(tmp_path):
    """The address of a cluster that `deploy/dask/cluster.sh` started."""
    with cluster(tmp_path, "dask/cluster.sh", "2", "1GiB") as there:
        yield f"tcp://{there}"


@pytest.mark.slow
def test_the_cluster_that_is_shipped_finds_the_same_under_its_address(ninety_deals, scheduler):
    strict = company(**STRICT)
    assert_same_day(
        day_in(ninety_deals, strict, TODAY), day_in(ninety_deals, strict, TODAY, 3, OnDask(scheduler, patience=120))
    )


@pytest.mark.slow
def test_a_bucket_that_kills_every_worker_is_told():
    with pytest.raises(WorkersDied, match="use more buckets"):
        list(OnDask(None, 2).results(deadly, [1]))
