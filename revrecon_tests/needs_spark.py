"""What tests need that start a Spark: PySpark and a Java."""

import os
import subprocess
from importlib.util import find_spec

import pytest


def java_version() -> int:
    """The Java that would be started; 0 for none."""
    home = os.environ.get("JAVA_HOME")
    command = f"{home}/bin/java" if home else "java"
    try:
        told = subprocess.run([command, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(told.split('"')[1].split(".")[0])


needs_pyspark = pytest.mark.skipif(find_spec("pyspark") is None, reason="PySpark is not installed")
without_pyspark = pytest.mark.skipif(find_spec("pyspark") is not None, reason="PySpark is installed")
needs_spark = [
    pytest.mark.slow,
    needs_pyspark,
    pytest.mark.skipif(java_version() < 17, reason="no Java 17 or later"),
    # PySpark leaves sockets and a process for Python to clear away.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def spark(test):
    """A test that starts a Spark."""
    for mark in needs_spark:
        test = mark(test)
    return test
