"""Buckets on Dask: jobs go to the workers of a scheduler, and to others again when a worker dies."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol, TypeVar, cast

from revrecon.daily.buckets.trouble import EngineMissing, SchedulerSilent, bucket_killed

J = TypeVar("J")
R = TypeVar("R")


class _Future(Protocol):
    def result(self) -> object: ...


class _Client(Protocol):
    """What is used of Dask's client, which tells no types."""

    def map(self, work: Callable[[J], R], jobs: Sequence[J], *, pure: bool) -> list[_Future]: ...

    def cancel(self, futures: Sequence[_Future]) -> object: ...


def results(
    scheduler: str | None, workers: int, patience: int, work: Callable[[J], R], jobs: Sequence[J]
) -> Iterator[R]:
    """What comes of each job, as it is done; a job whose worker dies is done again by another.

    Raises EngineMissing, SchedulerSilent, and WorkersDied when a job has killed several workers; what a job raises by
    itself is raised here.
    """
    try:
        import distributed
    except ImportError as error:
        raise EngineMissing(
            "The engine dask needs Dask, which is not installed. Install it: pip install 'revrecon[dask]'."
        ) from error
    with ExitStack() as stack:
        client = _client_of(scheduler, workers, patience, stack)
        futures = client.map(work, jobs, pure=False)
        try:
            for future in distributed.as_completed(futures):  # type: ignore[no-untyped-call]  # Dask tells no types
                yield future.result()
        except distributed.scheduler.KilledWorker as error:
            raise bucket_killed("Dask workers", error.last_worker) from error
        finally:
            client.cancel(futures)


def _client_of(scheduler: str | None, workers: int, patience: int, stack: ExitStack) -> _Client:
    """A client of a running scheduler, or of processes of this machine that end with the stack."""
    import distributed

    try:
        cluster = scheduler or stack.enter_context(_local_cluster(workers))
        client = distributed.Client(cluster, timeout=patience)  # type: ignore[no-untyped-call]  # Dask tells no types
    except (OSError, ValueError) as error:  # an address without a known protocol is a ValueError
        raise SchedulerSilent(
            f"No Dask scheduler answers at {scheduler} ({error}). Start one (dask scheduler), or mend the address: "
            "--scheduler or REVRECON_SCHEDULER, such as tcp://10.0.0.5:8786. Without an address, local processes work."
        ) from error
    return cast(_Client, stack.enter_context(client))


def _local_cluster(workers: int) -> AbstractContextManager[object]:
    """Worker processes that share this machine's cores between them."""
    import distributed

    threads = max(1, (os.cpu_count() or 1) // workers)
    cluster = distributed.LocalCluster(  # type: ignore[no-untyped-call]  # Dask tells no types
        n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
        silence_logs=logging.ERROR, env={"POLARS_MAX_THREADS": str(threads)},
    )  # fmt: skip
    return cast("AbstractContextManager[object]", cluster)
