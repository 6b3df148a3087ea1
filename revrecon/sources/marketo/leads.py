"""Leads by bulk extract: a job for each month, whose file is fetched in parts.

Source: Marketo's Bulk Extract and Bulk Lead Extract pages: a filter spans 31 days at most, a job's state is renewed
once a minute, a file lasts for days, and what is empty stands there as `null`.
"""

import io
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import httpx
import polars as pl

from revrecon.sources.contract import IncompleteExtract, RequestRefused
from revrecon.sources.live.contract import Asked, Page, ResumeRefused
from revrecon.sources.live.rows import Json, inside, listed, parsed
from revrecon.sources.live.wire import Wire

_ROOT = "/bulk/v1/leads/export"
_A_WINDOW = timedelta(days=31)
_A_PART = 2_000_000  # bytes
_MOST_POLLS = 1_440  # a day
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(frozen=True)
class _Place:
    """Where an extract stands: in the window that begins at `start`, in the job's file, so many bytes and rows in."""

    start: datetime
    job: str = ""
    byte: int = 0
    row: int = 0

    @classmethod
    def of(cls, text: str) -> "_Place":
        start, job, byte, row = text.split(" ")
        return cls(datetime.strptime(start, _STAMP).replace(tzinfo=UTC), job.strip("-"), int(byte), int(row))

    def __str__(self) -> str:
        return f"{self.start:{_STAMP}} {self.job or '-'} {self.byte} {self.row}"


@dataclass(frozen=True)
class LeadExtract:
    """Extract jobs of one subscription. `pause`: the seconds between two looks at a job."""

    wire: Wire
    name: str
    pause: float

    def pages(
        self, asked: Asked, by: Literal["createdAt", "updatedAt"], begins: datetime, ends: datetime,
        after: str | None, then: str | None,
    ) -> Iterator[Page]:  # fmt: skip
        """Every lead that was created, or last updated, in the time; after the last page comes `then`.

        Raises ResumeRefused and IncompleteExtract.
        """
        place = _Place.of(after) if after else _Place(begins)
        resumed = place.job
        while True:
            end = min(place.start + _A_WINDOW, ends)
            following = None if end >= ends else _Place(end)
            job = place.job or self._begun(asked, by, place.start, end)
            facts = self._done(job, resumed=job == resumed)
            for rows, reached in self._parts(asked, _Place(place.start, job, place.byte, place.row), facts):
                beyond = str(reached) if reached else str(following) if following else then
                yield Page(rows, beyond)
            if following is None:
                return
            place = following

    def _begun(self, asked: Asked, by: str, start: datetime, end: datetime) -> str:
        window = {"startAt": f"{start:{_STAMP}}", "endAt": f"{end:{_STAMP}}"}
        told = {"fields": list(asked.columns), "format": "CSV", "filter": {by: window}}
        job = str(self._first("POST", "create.json", told)["exportId"])
        self._first("POST", f"{job}/enqueue.json", {})
        return job

    def _done(self, job: str, resumed: bool) -> Mapping[str, Json]:
        """Wait for a job; what is said of its file."""
        for _ in range(_MOST_POLLS):
            told = self._state(job, resumed)
            state = told.get("status")
            if state == "Completed":
                return told
            if state not in ("Created", "Queued", "Processing"):
                raise RequestRefused(f"{self.name}: the extract job ended as {state}. Run again later.")
            time.sleep(self.pause)
        raise IncompleteExtract(f"{self.name}: the extract job does not end. Run again later.")

    def _state(self, job: str, resumed: bool) -> Mapping[str, Json]:
        try:
            return self._first("GET", f"{job}/status.json", None)
        except RequestRefused as refused:
            raise (ResumeRefused() if resumed else refused) from refused

    def _parts(
        self, asked: Asked, place: _Place, facts: Mapping[str, Json]
    ) -> Iterator[tuple[pl.DataFrame, _Place | None]]:
        """Rows, and where the file goes on after them; None at its end. Raises IncompleteExtract."""
        size, counted = int(str(facts.get("fileSize") or 0)), int(str(facts.get("numberOfRecords") or 0))
        header, rest, row = self._header(place), b"", place.row
        at = place.byte
        if size == 0 or counted == 0:
            yield _table(b"", asked), None
            return
        while at < size:
            got = self._bytes(place.job, at + len(rest), size)
            whole, rest = _cut(rest + got, at + len(rest) + len(got) >= size)
            header = header or whole[: whole.find(b"\n") + 1]
            rows = _table(whole if at == 0 else header + whole, asked)
            at, row = at + len(whole), row + rows.height
            if at >= size and row != counted:
                raise IncompleteExtract(f"{asked.object}: the job holds {counted:,} leads and gave {row:,}. Run again.")
            yield rows, _Place(place.start, place.job, at, row) if at < size else None

    def _header(self, place: _Place) -> bytes:
        """The names of the columns, for an extract that goes on in the middle of a file."""
        if place.byte == 0:
            return b""
        start = self._bytes(place.job, 0, place.byte)
        return start[: start.find(b"\n") + 1]

    def _bytes(self, job: str, first: int, size: int) -> bytes:
        """A part of a file; it may be a shorter one than was asked for. Raises IncompleteExtract."""
        asked = {"Range": f"bytes={first}-{min(first + _A_PART, size) - 1}"}
        response = self.wire.ask("GET", f"{_ROOT}/{job}/file.json", headers=asked)
        told = _RANGE.match(response.headers.get("content-range", ""))
        if told is None or int(told[1]) != first or int(told[2]) + 1 - first != len(response.content):
            raise IncompleteExtract(
                f"{self.name}: a part of a file from byte {first:,} came with {len(response.content):,} bytes, and is "
                f"said to be {_range_of(response)}. The answer may have been cut off; run again."
            )
        return response.content

    def _first(self, method: Literal["GET", "POST"], path: str, told: object) -> Mapping[str, Json]:
        answer = parsed(self.wire.ask(method, f"{_ROOT}/{path}", json=told).content, self.name)
        found = listed(inside(answer, "result"))
        if not found:
            raise IncompleteExtract(f"{self.name} says nothing of an extract job. Run again.")
        return found[0]


def _range_of(response: httpx.Response) -> str:
    return str(response.headers.get("content-range", "no part at all"))


def _cut(content: bytes, is_the_end: bool) -> tuple[bytes, bytes]:
    """The whole records, and the beginning of the next; a line break in a quoted value ends no record."""
    if is_the_end:
        return content, b""
    cut = content.rfind(b"\n") + 1
    while cut and content.count(b'"', 0, cut) % 2:
        cut = content.rfind(b"\n", 0, cut - 1) + 1
    return content[:cut], content[cut:]


def _table(content: bytes, asked: Asked) -> pl.DataFrame:
    """The columns of a file by their names, with nothing for `null`."""
    schema = dict.fromkeys(asked.columns, pl.String)
    frame = pl.read_csv(io.BytesIO(content), infer_schema=False) if content.strip() else pl.DataFrame(schema=schema)
    lacking: Sequence[str] = sorted(set(asked.columns) - set(frame.columns))
    if lacking:
        raise RequestRefused(
            f"{asked.object}: the extract lacks {', '.join(lacking)}. Compare the map with the system: revrecon doctor."
        )
    return frame.select(pl.col(name).cast(pl.String).replace({"": None, "null": None}) for name in asked.columns)
