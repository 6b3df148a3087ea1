"""A real PostgreSQL for a test: a cluster in a folder of its own, on the loopback, ended with the block."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from revrecon_tests.servers import free_port

WHERE = (
    None,
    "/usr/local/bin",
    "/usr/lib/postgresql/17/bin",
    "/usr/lib/postgresql/16/bin",
    "/usr/lib/postgresql/15/bin",
)


def program(name: str) -> str | None:
    """Where a program of PostgreSQL is; None where it is not installed."""
    return next((found for path in WHERE if (found := shutil.which(name, path=path))), None)


needs_postgres = pytest.mark.skipif(program("initdb") is None, reason="PostgreSQL is not installed (no initdb)")


@contextmanager
def postgres(filled_by: str = "") -> Iterator[str]:
    """The address of a database, empty but for what some SQL makes in it.

    Its server is run by another user where the test is run by root.
    """
    with tempfile.TemporaryDirectory(prefix="revrecon-pg-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        data, as_user = home / "data", {"user": "postgres"} if os.geteuid() == 0 else {}
        if as_user:
            shutil.chown(home, "postgres")
        port = free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
        _run([program("initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"], as_user, home)
        _run([program("pg_ctl"), "-D", data, "-w", "-l", home / "log", "-o", options, "start"], as_user, home)
        try:
            address = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
            _fill(address, filled_by)
            yield address
        finally:
            _run([program("pg_ctl"), "-D", data, "-m", "immediate", "stop"], as_user, home)


def _fill(address: str, statements: str) -> None:
    if statements:
        with sa.create_engine(address, poolclass=sa.NullPool).begin() as connection:
            connection.exec_driver_sql(statements)


def _run(command: list[object], as_user: dict[str, str], home: Path) -> None:
    subprocess.run(
        [str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home,
        **as_user,
    )  # fmt: skip
