"""Buckets on Spark: each job is a task of one stage, and Spark gives it to another executor when one dies.

What goes over to the executors is a function under `mapInArrow`, and what comes back is a frame of receipts: both are
served by Spark Connect too, and so by Databricks.
"""

import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from revrecon.daily.buckets.spark_session import Errand, spark_session
from revrecon.daily.buckets.trouble import bucket_killed

if TYPE_CHECKING:
    import pyarrow as pa

J = TypeVar("J")
R = TypeVar("R")

_BUCKETS = Errand(
    "work on the buckets",
    "Every executor needs this version of RevRecon and of Python, and the home folder under the same path.",
    partial(bucket_killed, "Spark executors"),
)


def results(
    scheduler: str | None, workers: int, patience: int, work: Callable[[J], R], jobs: Sequence[J]
) -> Iterator[R]:
    """What comes of each job, in the order of the jobs, when all are done; a job whose executor dies is done again.

    Without a scheduler the session is the one that Spark's surroundings give, or else one of so many local processes.
    Raises EngineMissing, SchedulerSilent, WorkersUnfit, and WorkersDied when a job has killed several executors; what
    a job raises by itself is raised here.
    """
    if not jobs:
        return
    with spark_session(scheduler, workers, patience, _BUCKETS) as session:
        # One row and one partition each: so every job is a task of its own, which can be done again by itself.
        numbers = session.range(0, len(jobs), 1, len(jobs))
        rows = numbers.mapInArrow(_task(work, jobs), "number long, outcome binary").collect()
    for _, outcome in sorted((row.number, row.outcome) for row in rows):
        result, raised = pickle.loads(outcome)
        if raised is not None:
            raise raised
        yield result


def _task(
    work: Callable[[J], R], jobs: Sequence[J]
) -> "Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]":
    """Does the jobs whose numbers stand in the batches. All jobs go along: what they share is written once."""
    packed = pickle.dumps((work, list(jobs)))

    def done(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        import pyarrow as pa

        work, jobs = pickle.loads(packed)
        schema = pa.schema([("number", pa.int64()), ("outcome", pa.binary())])
        for batch in batches:
            for number in batch.column(0).to_pylist():
                outcome = pickle.dumps(outcome_of(work, jobs[number]))
                yield pa.RecordBatch.from_pydict({"number": [number], "outcome": [outcome]}, schema=schema)

    return done


def outcome_of(work: Callable[[J], R], job: J) -> tuple[R | None, BaseException | None]:
    """The result, or what was raised: Spark would do a job again that raises, and keep no more of it than a text."""
    with ThreadPoolExecutor(1) as one:
        future: Future[R] = one.submit(work, job)
        raised = future.exception()
        return (None, raised) if raised is not None else (future.result(), None)
