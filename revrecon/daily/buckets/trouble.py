"""What can go wrong between a day and those who work on its buckets."""


class EngineMissing(Exception):
    """An engine is asked for whose program is not installed."""


class SchedulerSilent(Exception):
    """Nobody answers at the address of a scheduler."""


class WorkersDied(Exception):
    """One bucket killed several workers."""


class WorkersUnfit(Exception):
    """The workers cannot do what they are given."""


def bucket_killed(workers: str, told: object) -> WorkersDied:
    """The sentence about a bucket that several workers did not outlive."""
    return WorkersDied(
        f"One bucket was given to several {workers} and each died ({told}). "
        "It is likely too large for their memory: use more buckets (--buckets), or workers with more memory."
    )


def comparing_killed(told: object) -> WorkersDied:
    """The sentence about executors that did not outlive comparing pairs of records."""
    return WorkersDied(
        f"Spark executors died while they compared pairs of records ({told}). They likely need more memory for Python: "
        "spark.executor.memoryOverhead."
    )
