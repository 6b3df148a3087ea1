"""The options that say into how many buckets a day is divided, and where they are worked on."""

from typing import Annotated

import typer

from revrecon.daily.buckets.engine import BUCKETS, ENGINE, SCHEDULER, WORKERS
from revrecon.daily.carrying.settings import FULL

FullOption = Annotated[
    bool,
    typer.Option(
        "--full",
        help="Work everything out anew, also what no change since an earlier day can have touched.",
        envvar=FULL,
    ),
]
BucketsOption = Annotated[
    int | None,
    typer.Option("--buckets", help="Divide entities into so many buckets; 1: not at all (default).", envvar=BUCKETS),
]
EngineOption = Annotated[
    str | None, typer.Option("--engine", help="Where buckets are worked on: in-process, dask or spark.", envvar=ENGINE)
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        help="A Dask scheduler (tcp://HOST:8786) or Spark master (spark://HOST:7077, sc://HOST).",
        envvar=SCHEDULER,
    ),
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", help="How many local processes of Dask or Spark (default 2).", envvar=WORKERS)
]
