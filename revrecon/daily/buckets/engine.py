"""Engines: where the jobs of a day's buckets are worked on, and how many buckets there are."""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from revrecon.daily.buckets.dividing import whole_because
from revrecon.entity_map.model import EntityMap

J = TypeVar("J")
R = TypeVar("R")


class Engine(Protocol):
    """Something that does jobs, each of which needs no other and may be done again."""

    def results(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[R]:
        """What comes of each job, in any order. What a job raises ends all."""
        ...


@dataclass(frozen=True)
class InProcess:
    """One bucket after the other, here: slower than all at once, in the memory of one."""

    def results(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[R]:
        return map(work, jobs)


@dataclass(frozen=True)
class _SideBySide:
    """Workers of a scheduler, or so many processes of this machine where none is named."""

    scheduler: str | None = None
    workers: int = 2
    patience: int = 15  # seconds for a scheduler to answer


class OnDask(_SideBySide):
    """Side by side on Dask workers."""

    def results(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[R]:
        from revrecon.daily.buckets.on_dask import results  # Dask is an extra, and takes half a second to load

        return results(self.scheduler, self.workers, self.patience, work, jobs)


class OnSpark(_SideBySide):
    """Side by side on Spark's executors: of a master, of the session that is given, or processes of this machine."""

    def results(self, work: Callable[[J], R], jobs: Sequence[J]) -> Iterator[R]:
        from revrecon.daily.buckets.on_spark import results  # Spark is an extra

        return results(self.scheduler, self.workers, self.patience, work, jobs)


class SpreadUnknown(Exception):
    """The number of buckets or the engine is not one that can be used."""


@dataclass(frozen=True)
class Spread:
    """Into how many buckets a day's entities are divided, and where these are worked on; one bucket is no division."""

    buckets: int = 1
    engine: Engine = InProcess()

    def divides(self, entity_map: EntityMap, entity_name: str) -> bool:
        """Whether an entity's records are judged in buckets."""
        return self.buckets > 1 and whole_because(entity_map, entity_name) is None


BUCKETS, ENGINE = "REVRECON_BUCKETS", "REVRECON_ENGINE"
SCHEDULER, WORKERS = "REVRECON_SCHEDULER", "REVRECON_WORKERS"
"""Environment variables that say how days are spread, for the command line and Dagster alike."""

ENGINES: Mapping[str, Callable[[str | None, int], Engine] | None] = {
    "in-process": None,
    "dask": OnDask,
    "spark": OnSpark,
}
_USUAL_BUCKETS = 16
_OF_SPARK = re.compile(r"local(-cluster)?(\[[^]]*\])?|(spark|sc|k8s)://.+|yarn")
"""How Spark's masters are named, and no scheduler of Dask's."""


def spread_of(buckets: int | None, engine: str | None, scheduler: str | None, workers: int | None) -> Spread:
    """The spread that settings ask for; an engine without a number of buckets divides into sixteen.

    Raises SpreadUnknown.
    """
    meant = _engine_of(scheduler) if scheduler else "in-process"
    named = engine or meant
    if named not in ENGINES:
        raise SpreadUnknown(f"'{named}' is no engine for buckets. Use {' or '.join(ENGINES)} (--engine or {ENGINE}).")
    if scheduler and named != meant:
        raise SpreadUnknown(
            f"The scheduler {scheduler} is of {meant.title()} and the engine is {named}. Use --engine {meant}."
        )
    least = {"buckets (--buckets or " + BUCKETS: buckets, "workers (--workers or " + WORKERS: workers}
    for name, number in least.items():
        if number is not None and number < 1:
            raise SpreadUnknown(f"{name}) must be at least 1, not {number}.")
    side_by_side = ENGINES[named]
    if side_by_side is None:
        return Spread(buckets or 1)
    return Spread(buckets or _USUAL_BUCKETS, side_by_side(scheduler, workers or 2))


def _engine_of(scheduler: str) -> str:
    return "spark" if _OF_SPARK.fullmatch(scheduler) else "dask"


def spread_in(environment: Mapping[str, str] = os.environ) -> Spread:
    """The spread that environment variables ask for; one bucket where none is set. Raises SpreadUnknown."""
    numbers = [number_in(environment, name) for name in (BUCKETS, WORKERS)]
    return spread_of(numbers[0], environment.get(ENGINE) or None, environment.get(SCHEDULER) or None, numbers[1])


def number_in(environment: Mapping[str, str], name: str) -> int | None:
    """The whole number that an environment variable holds; None where it is not set. Raises SpreadUnknown."""
    text = environment.get(name, "").strip()
    if text and not text.isdecimal():
        raise SpreadUnknown(f"{name} must be a number, not '{text}'.")
    return int(text) if text else None
