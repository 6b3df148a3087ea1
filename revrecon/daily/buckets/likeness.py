"""Where the pairs of records are compared whose likeness says who is who: by the day's engine, or in DuckDB here."""

import os
from collections.abc import Mapping
from functools import partial

from revrecon.canonical.identity.linkage.engine import Scorer, compared_pairs
from revrecon.canonical.identity.linkage.on_spark import OnSpark as ComparedOnSpark
from revrecon.daily.buckets.engine import Engine, OnSpark, number_in
from revrecon.daily.buckets.spark_session import Errand, spark_session
from revrecon.daily.buckets.trouble import comparing_killed

SPARK_PAIRS = "REVRECON_SPARK_PAIRS"
"""Environment variable: from how many pairs of records on Spark compares them, where it is the day's engine."""

_USUAL_LEAST = 20_000_000
"""Some minutes of DuckDB on one machine."""

LIKENESS = Errand(
    "compare pairs of records", "Every executor needs this version of RevRecon and of Python.", comparing_killed
)


def scorer_of(engine: Engine, environment: Mapping[str, str] = os.environ) -> Scorer:
    """Splink on Spark where that is the engine and the pairs are many, and in DuckDB otherwise: the same scores.

    Raises SpreadUnknown; the scorer raises EngineMissing, SchedulerSilent, WorkersUnfit and WorkersDied.
    """
    least = number_in(environment, SPARK_PAIRS)
    if not isinstance(engine, OnSpark):
        return compared_pairs
    sessions = partial(spark_session, engine.scheduler, engine.workers, engine.patience, LIKENESS)
    return ComparedOnSpark(sessions, _USUAL_LEAST if least is None else least)
