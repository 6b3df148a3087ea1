"""One writer to a system at a time. A lock is held for a while only: one who was killed bars nobody for ever."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from revrecon.tickets.database import make_tables, open_engine, writing
from revrecon.write_back.trouble import UnderWay

LEASE = timedelta(minutes=15)
"""How long a system belongs to who took it, after each batch anew; longer than any one request can last."""

_schema = sa.MetaData()
write_locks = sa.Table(
    "write_locks",
    _schema,
    sa.Column("system", sa.String, primary_key=True),
    sa.Column("holder", sa.String, nullable=False),
    sa.Column("machine", sa.String, nullable=False),
    sa.Column("process", sa.Integer, nullable=False),
    sa.Column("until", sa.String, nullable=False),  # ISO 8601, UTC
)


@dataclass(frozen=True)
class Lock:
    """The right to write into one system. `alive` tells whether a process of this machine still runs."""

    url: str
    system: str
    holder: str
    clock: Callable[[], datetime]
    machine: str = socket.gethostname()
    process: int = os.getpid()
    alive: Callable[[int], bool] = lambda process: _runs(process)

    def take(self) -> None:
        """Take the system, or hold it a while longer. Raises UnderWay where somebody else has it."""
        engine = open_engine(self.url)
        make_tables(engine, _schema)
        mine = write_locks.c.system == self.system
        with writing(engine, write_locks) as connection:
            held = connection.execute(sa.select(write_locks).where(mine)).mappings().first()
            if held is not None and held["holder"] != self.holder and self._holds(held):
                raise UnderWay(
                    f"{self.system} is being written by process {held['process']} on {held['machine']} until "
                    f"{held['until'][11:16]} UTC, or as long as it goes on. Wait for it; if it is gone, try again then."
                )
            connection.execute(write_locks.delete().where(mine))
            connection.execute(write_locks.insert(), self._row())

    def release(self) -> None:
        """Give it back."""
        with writing(open_engine(self.url), write_locks) as connection:
            mine = (write_locks.c.system == self.system) & (write_locks.c.holder == self.holder)
            connection.execute(write_locks.delete().where(mine))

    def _holds(self, held: sa.RowMapping) -> bool:
        if held["machine"] == self.machine and held["process"] != self.process and not self.alive(held["process"]):
            return False
        return datetime.fromisoformat(held["until"]) > self.clock()

    def _row(self) -> dict[str, object]:
        until = (self.clock() + LEASE).astimezone(UTC).isoformat(timespec="seconds")
        return {
            "system": self.system, "holder": self.holder, "machine": self.machine, "process": self.process,
            "until": until,
        }  # fmt: skip


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
