"""Where a day compares pairs of records: in DuckDB, or on Spark with the same links."""

import os
import signal

import polars as pl
import pytest

from revrecon.canonical.identity.linkage import on_spark
from revrecon.canonical.identity.linkage.engine import compared_pairs
from revrecon.canonical.identity.linkage.on_spark import OnSpark as ComparedOnSpark
from revrecon.daily.buckets.engine import InProcess, OnDask, OnSpark, SpreadUnknown
from revrecon.daily.buckets.likeness import LIKENESS, scorer_of
from revrecon.daily.buckets.spark_session import troubles_told
from revrecon.daily.buckets.trouble import EngineMissing, SchedulerSilent, WorkersDied, WorkersUnfit
from revrecon.daily.home import Home
from revrecon_tests.canonical.linkage.generated import model_of, records_and_pairs
from revrecon_tests.companies import TODAY, company
from revrecon_tests.daily.buckets.landing import assert_same_identities, day_in, land
from revrecon_tests.daily.buckets.many_deals import many_deals
from revrecon_tests.needs_spark import needs_pyspark, spark, without_pyspark

ALL = {"REVRECON_SPARK_PAIRS": "0"}
BY_LIKENESS = {"match_keys: [{on: [account, deal_name], duplicates: true}]": "linkage: {}"}


@pytest.mark.parametrize("engine", [InProcess(), OnDask("tcp://10.0.0.5:8786")])
def test_every_other_engine_compares_in_duckdb(engine):
    assert scorer_of(engine, ALL) is compared_pairs


@pytest.mark.parametrize(("environment", "least"), [({}, 20_000_000), (ALL, 0), ({"REVRECON_SPARK_PAIRS": "7"}, 7)])
def test_spark_compares_from_so_many_pairs_on(environment, least):
    scorer = scorer_of(OnSpark("spark://10.0.0.5:7077"), environment)
    assert isinstance(scorer, ComparedOnSpark)
    assert scorer.least == least


def test_a_number_of_pairs_that_is_no_number_is_told():
    with pytest.raises(SpreadUnknown, match="REVRECON_SPARK_PAIRS must be a number, not 'few'"):
        scorer_of(InProcess(), {"REVRECON_SPARK_PAIRS": "few"})


def all_compared(engine: OnSpark) -> list[pl.DataFrame]:
    every, records, pairs = records_and_pairs(200)
    compared = every[:4]
    return list(scorer_of(engine, ALL)(compared, model_of(compared, records), records, pairs))


@without_pyspark
def test_without_pyspark_the_next_step_is_told():
    with pytest.raises(EngineMissing, match=r"pip install 'revrecon\[spark\]'"):
        all_compared(OnSpark(None))


@needs_pyspark
def test_no_master_at_the_address_is_a_sentence():
    with pytest.raises(SchedulerSilent, match=r"No Spark master answers at spark://127\.0\.0\.1:9 "):
        all_compared(OnSpark("spark://127.0.0.1:9", patience=1))


@needs_pyspark
def test_what_spark_cannot_do_is_told_with_what_executors_need():
    from pyspark.errors import PySparkException

    missing = "pages of Java\nModuleNotFoundError: No module named 'revrecon'\nmore pages"
    with pytest.raises(WorkersUnfit) as told, troubles_told(LIKENESS):
        raise PySparkException(missing)
    assert str(told.value) == (
        "Spark cannot compare pairs of records: ModuleNotFoundError: No module named 'revrecon' "
        "Every executor needs this version of RevRecon and of Python."
    )


def kills_its_python(*_texts: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@spark
def test_pairs_that_kill_every_python_are_told(monkeypatch):
    monkeypatch.setattr(on_spark, "likenesses", kills_its_python)
    with pytest.raises(WorkersDied, match=r"died while they compared pairs of records \(Task .*memoryOverhead"):
        all_compared(OnSpark("local[2,1]"))  # one attempt each


def shop_in(home: Home) -> Home:
    land(home, company(**BY_LIKENESS), TODAY, many_deals(60))
    return home


@spark
def test_a_day_on_spark_links_what_a_day_in_duckdb_links(tmp_path, monkeypatch):
    linked = company(**BY_LIKENESS)
    here = day_in(shop_in(Home(tmp_path / "here", alone=True)), linked, TODAY)
    monkeypatch.setenv("REVRECON_SPARK_PAIRS", "0")
    monkeypatch.setattr(on_spark, "_AT_ONCE", 800)  # they go over in two parts
    there = day_in(shop_in(Home(tmp_path / "there", alone=True)), linked, TODAY, 1, OnSpark(None))
    assert here.identities["deal"].links["probability"].count() > 0
    for entity in linked.entities:
        assert_same_identities(here, there, entity)
