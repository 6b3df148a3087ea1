"""The event log of a Dagster on one machine: Dagster's own SQLite files, with connections that stay open.

A day of some 80 assets and 400 checks writes 1,500 events. Dagster's own storage opens, compiles for, commits to and
closes a database for each part of each: 6,700 connections and 5,900 commits that wait for the disk. Here an event is
one transaction per file, a batch of events too, and the disk is waited for when SQLite tidies its journal: a power cut
may lose the last events of a run, never spoil the file. What must not be lost is in the lake and the ledger. The files
are those of Dagster's `SqliteEventLogStorage`, so that one can go from one to the other; what is overridden is private
to Dagster, whose version is pinned.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import sqlalchemy as sa
from dagster import AssetKey, AssetRecordsFilter, DagsterEventType, EventRecordsResult, StringSource
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.polling_event_watcher import SqlPollingEventWatcher
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData

Question = tuple[AssetKey | AssetRecordsFilter, int, str | None, bool]
"""What is asked of `fetch_materializations`: which assets, how many, from where on, and in which order."""

_ENDS_OF_STEPS = {
    DagsterEventType.STEP_SUCCESS,
    DagsterEventType.STEP_FAILURE,
    DagsterEventType.STEP_SKIPPED,
    DagsterEventType.STEP_UP_FOR_RETRY,
}

_MOST_OPEN = 8
"""Files that stay open at once: the index and the runs that were written or looked at last."""


class OpenEventLog(SqliteEventLogStorage):
    """Dagster's run-sharded event log in SQLite, with open connections and one transaction per event or batch."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, sa.Engine] = OrderedDict()
        self._joined: dict[str, sa.Connection] | None = None
        self._tables_seen: set[str] = set()
        self._told_in_step: list[tuple[Question, EventRecordsResult]] | None = None
        self._joining = ExitStack()
        self._watcher = SqlPollingEventWatcher(self)
        super().__init__(base_dir, inst_data)
        self._db_lock = RLock()  # type: ignore[assignment]  # a transaction over several calls takes it again

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {"home": StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: dict[str, str]  # type: ignore[override]  # ours is the one form that is used
    ) -> "OpenEventLog":  # fmt: skip
        """`home` is DAGSTER_HOME: the files lie where Dagster's own storage would put them."""
        return cls(str(Path(config_value["home"]) / "history" / "runs"), inst_data)

    def store_event(self, event: EventLogEntry) -> None:
        """An event, its copy in the index and what the index says of its check: a transaction per file."""
        self._follow(event.dagster_event_type)
        with self._together():
            super().store_event(event)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Several events, in the same transactions."""
        with self._together():
            for event in events:
                self._follow(event.dagster_event_type)
                super().store_event(event)

    def has_table(self, table_name: str) -> bool:
        """Whether there is a table; one that was seen stays, and is looked for before every event of a check."""
        if table_name not in self._tables_seen and super().has_table(table_name):
            self._tables_seen.add(table_name)
        return table_name in self._tables_seen

    def fetch_materializations(
        self,
        records_filter: AssetKey | AssetRecordsFilter,
        limit: int,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """As Dagster's own; within a step that this process runs, an answer stands until an asset is materialized.

        Each result of a check asks twice what it was about: of 400 checks, that was a thirteenth of a day's time.
        """
        question = (records_filter, limit, cursor, ascending)
        if self._told_in_step is None:
            return super().fetch_materializations(*question)
        for asked, answer in self._told_in_step:
            if asked == question:
                return answer
        self._told_in_step.append((question, super().fetch_materializations(*question)))
        return self._told_in_step[-1][1]

    def _follow(self, happened: DagsterEventType | None) -> None:
        if happened == DagsterEventType.STEP_START or (
            happened == DagsterEventType.ASSET_MATERIALIZATION and self._told_in_step is not None
        ):
            self._told_in_step = []
        elif happened in _ENDS_OF_STEPS:
            self._told_in_step = None

    def watch(self, run_id: str, cursor: str | None, callback: Any) -> None:
        """Ask for news now and then: a file whose journal is still open does not tell a watcher of files."""
        self._watcher.watch_run(run_id, cursor, callback)

    def end_watch(self, run_id: str, handler: Any) -> None:
        self._watcher.unwatch_run(run_id, handler)

    def dispose(self) -> None:
        with self._db_lock:
            self._watcher.close()
            while self._engines:
                self._engines.popitem()[1].dispose()

    @contextmanager
    def _together(self) -> Iterator[None]:
        with self._db_lock:
            self._joined = {}
            try:
                with ExitStack() as self._joining:
                    yield
            finally:
                self._joined = None

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock:
            if self._joined is None:
                with self._engine(shard).begin() as connection:
                    yield connection
                return
            if shard not in self._joined:
                self._joined[shard] = self._joining.enter_context(self._engine(shard).begin())
            yield self._joined[shard]

    def _engine(self, shard: str) -> sa.Engine:
        """The engine of a file, made and kept; the one that was not used for longest is closed."""
        engine = self._engines.pop(shard, None) or _engine(self.conn_string_for_shard(shard))
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        self._engines[shard] = engine
        while len(self._engines) > _MOST_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return engine


def _engine(address: str) -> sa.Engine:
    engine = sa.create_engine(
        address, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
    )
    sa.event.listen(engine, "connect", _waits_less_for_the_disk)
    return engine


def _waits_less_for_the_disk(connection: Any, record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
