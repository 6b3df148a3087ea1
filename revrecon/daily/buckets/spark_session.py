"""Sessions of Spark: given by its surroundings, of a master or a Connect server, or of local processes.

What Spark tells in pages of Java becomes a sentence here.
"""

import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from revrecon.daily.buckets.trouble import EngineMissing, SchedulerSilent, WorkersDied, WorkersUnfit

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_USUAL_PORTS = {"spark": 7077, "sc": 15002}

_GIVEN_BY = ("SPARK_REMOTE", "PYSPARK_GATEWAY_PORT", "DATABRICKS_RUNTIME_VERSION")
"""Set where somebody else has made the session: Spark Connect's settings, `spark-submit`, Databricks."""

_REMOTE = "SPARK_CONNECT_MODE_ENABLED"
"""PySpark sets it with a session of Spark Connect and leaves it, so that no later session of the process is another."""

_DIED = re.compile(r"ExecutorLostFailure|exited unexpectedly|exited caused by one of the running tasks")


@dataclass(frozen=True)
class Errand:
    """What a session is used for, for sentences about its troubles: `Spark cannot DO: ... NEEDS`."""

    do: str
    needs: str
    died: Callable[[str], WorkersDied]


@contextmanager
def spark_session(scheduler: str | None, workers: int, patience: int, errand: Errand) -> "Iterator[SparkSession]":
    """A session; one that was made for this ends with it, one that was given stays.

    Without a scheduler it is the one that Spark's surroundings give, or else one of so many local processes. Raises
    EngineMissing, SchedulerSilent, WorkersUnfit, and WorkersDied when executors die again and again.
    """
    with troubles_told(errand), _session(scheduler, workers, patience) as session:
        yield session


@contextmanager
def _session(scheduler: str | None, workers: int, patience: int) -> "Iterator[SparkSession]":
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineMissing(
            "The engine spark needs PySpark, which is not installed. Install it: pip install 'revrecon[spark]'."
        ) from error
    given = scheduler is None and (SparkSession.getActiveSession() or any(name in os.environ for name in _GIVEN_BY))
    if given:
        yield SparkSession.builder.getOrCreate()
        return
    was_remote = os.environ.get(_REMOTE)
    session = _made(SparkSession.builder, scheduler or f"local[{workers},4]", workers, patience)
    try:
        yield session
    finally:
        session.stop()
        if was_remote is None:
            os.environ.pop(_REMOTE, None)


def _made(builder: "SparkSession.Builder", address: str, workers: int, patience: int) -> "SparkSession":
    if address.startswith(("spark://", "sc://")):
        _somebody_answers(address, patience)
    if address.startswith("sc://"):
        return builder.remote(address).getOrCreate()
    for name, value in _settings(address, workers).items():
        builder = builder.config(name, value)
    return builder.master(address).appName("revrecon").getOrCreate()


def _settings(address: str, workers: int) -> Mapping[str, str]:
    """Quiet; where executors are of this machine, they run this Python and share the cores between them."""
    quiet = {"spark.log.level": "OFF", "spark.ui.showConsoleProgress": "false"}
    if not address.startswith("local"):
        return quiet
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # PySpark looks nowhere else, and takes `python3`
    threads = max(1, (os.cpu_count() or 1) // workers)
    loopback = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.ui.enabled": "false"}
    return quiet | loopback | {"spark.executorEnv.POLARS_MAX_THREADS": str(threads)}


def _somebody_answers(address: str, patience: int) -> None:
    """Asked at the door, since Spark itself knocks for minutes. Raises SchedulerSilent."""
    kind, _, rest = address.partition("://")
    hosts = re.split(r"[/?;]", rest)[0].split(",")  # several masters stand in for each other
    refusals = [_refusal(host, _USUAL_PORTS[kind], patience) for host in hosts]
    if all(refusals):
        raise SchedulerSilent(
            f"No Spark master answers at {address} ({refusals[0]}). Start one, or mend the address: --scheduler or "
            "REVRECON_SCHEDULER, such as spark://10.0.0.5:7077 or sc://10.0.0.5:15002. Without an address, local "
            "processes work."
        )


def _refusal(host: str, usual_port: int, patience: int) -> str | None:
    try:
        where = urlsplit(f"//{host}")
        with socket.create_connection((where.hostname, where.port or usual_port), timeout=patience):
            return None
    except (OSError, ValueError) as error:  # a port that is no number is a ValueError
        return str(error)


@contextmanager
def troubles_told(errand: Errand) -> Iterator[None]:
    """What Spark tells in pages of Java, as a sentence. Raises EngineMissing, WorkersUnfit and WorkersDied."""
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except ImportError:
        yield  # what is missing is told where a session is made
        return
    try:
        yield
    except (PySparkException, Py4JError) as error:
        told = str(error)
        if "JAVA_GATEWAY_EXITED" in told:
            raise EngineMissing(
                "The engine spark needs Java 17 or later, which does not start here. Install it, or name it by "
                "JAVA_HOME. An address sc://... needs none."
            ) from error
        if _DIED.search(told):
            raise errand.died(_said(told)) from error
        raise WorkersUnfit(f"Spark cannot {errand.do}: {_said(told)} {errand.needs}") from error


def _said(told: str) -> str:
    """The one line of Spark's that names the cause: the last error of Python's, or where a stage ended."""
    lines = [line.strip() for line in told.splitlines()]
    causes = [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)]
    aborted = [found[0] for line in lines if (found := re.search(r"Task \d+ in stage .*? times", line))]
    return [*causes[-1:], *aborted, *lines][0]
