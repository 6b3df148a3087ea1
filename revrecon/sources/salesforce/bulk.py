"""Bulk API 2.0: a question as a job, whose results are fetched as CSV, page by page.

Source: the Bulk API 2.0 developer guide, query jobs. The locator of the last page is the text `null`.
"""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import polars as pl

from revrecon.sources.contract import IncompleteExtract, RequestRefused, SourceError
from revrecon.sources.live.contract import Asked, Page, ResumeRefused
from revrecon.sources.live.rows import Json, inside, parsed
from revrecon.sources.live.wire import Wire

_SIGN = "bulk"
_MOST_POLLS = 2_000
_LONGEST = 20.0
_ROWS_A_PAGE = 50_000


@dataclass(frozen=True)
class BulkQuery:
    """Query jobs of one org. `pause`: the seconds before the first look at a job."""

    wire: Wire
    root: str
    pause: float

    def knows(self, after: str | None) -> bool:
        """Whether an earlier page was one of a job."""
        return after is not None and after.startswith(f"{_SIGN} ")

    def pages(self, asked: Asked, question: str, after: str | None) -> Iterator[Page]:
        """The job's pages; a finished job's results can be fetched again for some days. Raises ResumeRefused."""
        job, locator, read = _placed(after) if after else (self._begun(question), "", 0)
        counted = self._done(job, resumed=after is not None)
        while locator != "null":
            response = self._results(job, locator, resumed=after is not None)
            rows = _table(response.content, asked)
            said = int(response.headers.get("sforce-numberofrecords", rows.height))
            if said != rows.height:
                raise IncompleteExtract(f"{asked.object}: a page of {said:,} records came with {rows.height:,}.")
            locator = response.headers.get("sforce-locator", "null")
            read += rows.height
            if locator == "null" and read != counted:
                raise IncompleteExtract(f"{asked.object}: the job read {counted:,} records and gave {read:,}.")
            yield Page(rows, None if locator == "null" else f"{_SIGN} {job} {read} {locator}")
        self.wire.ask("DELETE", f"{self.root}/jobs/query/{job}")

    def _begun(self, question: str) -> str:
        told = {"operation": "queryAll", "query": question, "contentType": "CSV", "lineEnding": "LF"}
        answer = self.wire.ask("POST", f"{self.root}/jobs/query", json=told)
        return str(inside(parsed(answer.content, "the job"), "id"))

    def _done(self, job: str, resumed: bool) -> int:
        """Wait for the job; how many records it read."""
        pause = self.pause
        for _ in range(_MOST_POLLS):
            told = self._state(job, resumed)
            state = inside(told, "state")
            if state == "JobComplete":
                return int(str(inside(told, "numberRecordsProcessed") or 0))
            if state in ("Failed", "Aborted"):
                raise RequestRefused(f"The bulk job ended as {state}. Compare the map with the org: revrecon doctor.")
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST)
        raise IncompleteExtract("The bulk job does not end. Run again later.")

    def _state(self, job: str, resumed: bool) -> Json:
        try:
            return parsed(self.wire.ask("GET", f"{self.root}/jobs/query/{job}").content, "the job")
        except SourceError as error:
            raise (ResumeRefused() if resumed and isinstance(error, RequestRefused) else error) from error

    def _results(self, job: str, locator: str, resumed: bool) -> httpx.Response:
        params: dict[str, str | int] = {"maxRecords": _ROWS_A_PAGE, **({"locator": locator} if locator else {})}
        try:
            return self.wire.ask("GET", f"{self.root}/jobs/query/{job}/results", params=params)
        except RequestRefused as refused:
            if resumed:
                raise ResumeRefused from refused
            raise


def _placed(after: str) -> tuple[str, str, int]:
    _, job, read, locator = after.split(" ")
    return job, locator, int(read)


def _table(content: bytes, asked: Asked) -> pl.DataFrame:
    """A page's columns by their names, whose order may change; stamps as the REST API writes them."""
    raw = content.replace(b"\x00", b"")
    frame = pl.read_csv(io.BytesIO(raw), infer_schema=False) if raw.strip() else pl.DataFrame()
    if frame.is_empty():
        return pl.DataFrame(schema=dict.fromkeys(asked.columns, pl.String))
    return frame.select(
        pl.col(name).cast(pl.String).replace("", None)
        .str.replace(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})Z$", "${1}+0000")
        for name in asked.columns
    )  # fmt: skip
