"""One extract of a live system: all its pages, whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl

from revrecon.sources.contract import IncompleteExtract
from revrecon.sources.live.contract import Asked, Client, PageStore, ResumeRefused
from revrecon.sources.live.wire import safe


@contextmanager
def understood(what: str) -> Iterator[None]:
    """Answers of another form than promised end in a sentence. Raises IncompleteExtract."""
    try:
        yield
    except (LookupError, ValueError, TypeError) as error:
        raise IncompleteExtract(
            f"{what}: an answer has another form than the system promises ({type(error).__name__}: {safe(error)}). "
            "Nothing of it is kept; run again, and look with revrecon doctor if it happens again."
        ) from error


@dataclass(frozen=True)
class Extracted:
    """What a system said of one object."""

    rows: pl.DataFrame  # every column as text, those asked for
    gone: frozenset[str]  # keys that the system says are deleted
    keys: frozenset[str] | None  # the keys that there are; None where `gone` says it, or everything was read
    count: int | None  # the system's own count of the rows that there are; None where it cannot tell


def extracted(client: Client, asked: Asked, spool: PageStore) -> Extracted:
    """Everything that is asked for. An extract that was cut off goes on where it was, if the system still knows where.

    Raises IncompleteExtract where a full extract holds fewer records than the system counts, or pages go in circles.
    """
    before = client.count(asked)
    start = spool.begun(asked)
    try:
        _read(client, asked, spool, start)
    except ResumeRefused:
        spool.cleared()
        _read(client, asked, spool, None)
    rows, gone = spool.rows(asked.columns)
    after = client.count(asked)
    if asked.since is None:
        _require_all(asked, rows, before, after)
    return Extracted(rows, frozenset(gone), _keys(client, asked), after)


def _read(client: Client, asked: Asked, spool: PageStore, start: str | None) -> None:
    seen = {start}
    for page in client.pages(asked, start):
        if page.after is not None and page.after in seen:
            raise IncompleteExtract(
                f"{asked.object}: the system names the same next page twice, so that reading would never end. "
                "What was read is not kept; run again, and tell the system's vendor."
            )
        seen.add(page.after)
        _require_told(asked, page.rows)
        spool.add(page)


def _require_told(asked: Asked, rows: pl.DataFrame) -> None:
    """A record that lacks whatever was asked for is another question's answer: counted, it would hide one that is
    missing. Raises IncompleteExtract."""
    if rows.width and rows.select(pl.all_horizontal(pl.all().is_null()).any()).item():
        raise IncompleteExtract(
            f"{asked.object}: an answer holds a record without any of the columns that were asked for. Nothing of it "
            "is kept; run again, and look with revrecon doctor if it happens again."
        )


def _require_all(asked: Asked, rows: pl.DataFrame, before: int | None, after: int | None) -> None:
    counted = [count for count in (before, after) if count is not None]
    there = rows.select(asked.key).unique().height
    if counted and there < min(counted):
        raise IncompleteExtract(
            f"{asked.object}: the system counts {min(counted):,} records and gave {there:,}. Nothing of it is kept; "
            "run again. If it happens again, the login may not see every record."
        )


def _keys(client: Client, asked: Asked) -> frozenset[str] | None:
    found = client.keys(asked) if asked.since is not None else None
    return None if found is None else frozenset(found.to_list())
