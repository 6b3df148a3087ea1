"""Pairs that Spark compares: the same levels and weights as DuckDB's, condition by condition."""

import os
import sys
from contextlib import contextmanager, nullcontext
from unittest.mock import patch

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from revrecon.canonical.identity.linkage.engine import compared_pairs
from revrecon.canonical.identity.linkage.on_spark import OnSpark
from revrecon.canonical.identity.linkage.registry import KINDS
from revrecon.canonical.identity.linkage.scoring import weighed
from revrecon.canonical.identity.linkage.spark_sql import in_spark_sql
from revrecon_tests.canonical.linkage.generated import model_of, records_and_pairs
from revrecon_tests.needs_spark import spark

CONDITIONS = [
    (""" "name_l" = "name_r" """, "`name_l` = `name_r`"),
    (""" array_length(list_intersect("w_l", "w_r")) > 2 """, "NULLIF(SIZE(ARRAY_INTERSECT(`w_l`, `w_r`)), -1) > 2"),
    (
        """ list_has_any(string_split("n_l", ' '), string_split("n_r", ' ')) """,
        "ARRAYS_OVERLAP(SPLIT(`n_l`, ' '), SPLIT(`n_r`, ' '))",
    ),
    (""" damerau_levenshtein("n_l", "n_r") <= 1 """, "REVRECON_DAMERAU_LEVENSHTEIN(`n_l`, `n_r`) <= 1"),
    (""" jaro_winkler_similarity("n_l", "n_r") >= 0.9 """, "REVRECON_JARO_WINKLER_SIMILARITY(`n_l`, `n_r`) >= 0.9"),
    (
        """ length("n_l") > 4 AND (contains("n_r", "n_l") OR damerau_levenshtein("n_l", "n_r") <= 1) """,
        "LENGTH(`n_l`) > 4 AND (CONTAINS(`n_r`, `n_l`) OR "
        "REVRECON_DAMERAU_LEVENSHTEIN(CASE WHEN LENGTH(`n_l`) > 4 THEN `n_l` END, `n_r`) <= 1)",
    ),
    (""" abs(date_diff('day', "d_l", "d_r")) <= 3 """, "ABS(DATEDIFF(DAY, `d_l`, `d_r`)) <= 3"),
    ("ELSE", "ELSE"),
]


@pytest.mark.parametrize(("condition", "told"), CONDITIONS)
def test_a_condition_is_told_in_the_words_of_spark(condition, told):
    assert in_spark_sql(condition) == told


TOUCHED = ("spark.sql.codegen.wholeStage", "spark.sql.ansi.enabled")
OF_DUCKDB_ALONE = ("LIST_", "STRING_SPLIT", "ARRAY_LENGTH", "DATE_DIFF", "LEN(", "&&", '"')


def test_no_condition_of_any_kind_is_left_in_words_of_duckdb_alone():
    told = [in_spark_sql(level.sql) for kind in KINDS.values() for level in kind.levels]
    assert not [sql for sql in told if any(word in sql.upper() for word in OF_DUCKDB_ALONE)]


@contextmanager
def no_session():
    raise AssertionError("a session of Spark was opened")
    yield


def test_few_pairs_are_compared_in_duckdb_and_open_no_session():
    compared, records, pairs = records_and_pairs(200)
    model = model_of(compared, records)
    here = weighed(compared, compared_pairs(compared, model, records, pairs, 0.0))
    there = weighed(compared, OnSpark(no_session, pairs.height + 1)(compared, model, records, pairs, 0.0))
    assert 0 < here.height < pairs.height
    assert_frame_equal(there, here, check_row_order=False)
    with pytest.raises(AssertionError, match="was opened"):
        list(OnSpark(no_session, pairs.height)(compared, model, records, pairs))


def test_no_pairs_at_all_open_no_session():
    compared, records, pairs = records_and_pairs(200)
    answers = OnSpark(no_session, 0)(compared, model_of(compared, records), records, pairs.clear())
    assert weighed(compared, answers).is_empty()


@pytest.fixture
def given_session():
    """A session that somebody else made, in Spark's older manner of computing."""
    from pyspark.sql import SparkSession

    quiet = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "OFF"}
    builder = SparkSession.builder.master("local[2]").config(map={"spark.sql.ansi.enabled": "false", **quiet})
    with patch.dict(os.environ, PYSPARK_PYTHON=sys.executable):
        session = builder.getOrCreate()
        yield session
        session.stop()


@spark
def test_every_level_of_every_kind_and_every_weight_is_the_same_and_nothing_is_left(given_session):
    compared, records, pairs = records_and_pairs(1_500)
    model = model_of(compared, records)
    here = weighed(compared, compared_pairs(compared, model, records, pairs)).sort("left", "right")
    most = here["weight"].quantile(0.1)
    here = here.filter(pl.col("weight") >= most)
    reached = here["levels"].list.to_array(len(compared)).to_numpy()
    assert [set(reached[:, n]) for n in range(len(compared))] == [{-1, *range(len(c.levels))} for c in compared]
    settings = {name: given_session.conf.get(name) for name in TOUCHED}

    there = OnSpark(lambda: nullcontext(given_session), 0)(compared, model, records, pairs, most)
    assert_frame_equal(weighed(compared, there).sort("left", "right"), here, check_exact=True)

    assert given_session.catalog.listTables() == []
    assert given_session.sql("SHOW USER FUNCTIONS").collect() == []
    assert len(given_session.sparkContext._jsc.getPersistentRDDs()) == 0
    assert {name: given_session.conf.get(name) for name in TOUCHED} == settings
