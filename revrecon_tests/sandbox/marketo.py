"""A Marketo subscription: tokens, bulk lead extracts with their files in parts, assets, the log of deleted leads.

Contract: the vendor's pages on authentication, bulk lead extract, activities, programs and error codes. What went wrong
comes with 200; an extract's window is 31 days at most, its queue ten jobs long, what is empty in it is `null`.
"""

import csv
import io
import itertools
import json
import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import httpx

from revrecon_tests.sandbox.base import Handler, Row, StandIn
from revrecon_tests.sandbox.tables import Tables

CLIENT_ID, CLIENT_SECRET = "sandbox-client", "sandbox-client-secret"
_BULK = r"/bulk/v1/leads/export"
_TYPES = {"id": "integer", "createdAt": "datetime", "updatedAt": "datetime", "annualRevenue": "currency"}


class Marketo(StandIn):
    host = "123-abc-456.mktorest.com"

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)
        self.tables = Tables("id", numbered=True)
        self.deleted: list[tuple[datetime, str]] = []
        self.by_update = True  # whether the subscription may filter by updatedAt
        self.stuck = False  # the log names the same next page for ever
        self._tokens: set[str] = set()
        self._jobs: dict[str, dict[str, object]] = {}
        self._count = itertools.count(1)

    def put(self, table: str, row: Row) -> None:
        """Stamps as in 2026-03-02T12:00:00Z."""
        self.tables.put(table, row)

    def remove(self, table: str, key: str) -> None:
        self.tables.delete(table, key)
        if table == "leads":
            self.deleted.append((self.clock(), key))

    def expire(self) -> None:
        self._tokens.clear()

    def too_many(self) -> httpx.Response:
        return _error("606", "Max rate limit '100' exceeded with in '20' secs")

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", "/identity/oauth/token", self._token),
            ("GET", "/rest/v1/stats/usage.json", self._usage),
            ("GET", "/rest/v1/leads/describe.json", self._describe),
            ("GET", "/rest/v1/activities/pagingtoken.json", _paging_token),
            ("GET", "/rest/v1/activities/deletedleads.json", self._deleted_leads),
            ("GET", r"/rest/asset/v1/(\w+).json", self._assets),
            ("POST", f"{_BULK}/create.json", self._create),
            ("POST", rf"{_BULK}/([\w-]+)/enqueue.json", self._enqueue),
            ("GET", rf"{_BULK}/([\w-]+)/status.json", self._status),
            ("GET", rf"{_BULK}/([\w-]+)/file.json", self._file),
        ]

    def refused(self, request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/identity/oauth/token":
            return None
        known = request.headers.get("authorization", "").removeprefix("Bearer ") in self._tokens
        return None if known else _error("602", "Access token expired")

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return httpx.Response(401, json={"error": "unauthorized", "error_description": "Bad client credentials"})
        token = f"cdf01657-110d-4155-99a7-{next(self._count):012d}:int"
        self._tokens.add(token)
        told = {"access_token": token, "token_type": "bearer", "expires_in": 3599, "scope": "apis@company.example"}
        return httpx.Response(200, json=told)

    def _usage(self, request: httpx.Request) -> httpx.Response:
        return _good([{"date": f"{self.clock():%Y-%m-%d}", "total": 1120, "users": []}])

    def _describe(self, request: httpx.Request) -> httpx.Response:
        told = [
            {"displayName": name, "dataType": _TYPES.get(name, "string"), "rest": {"name": name, "readOnly": False}}
            for name in self.tables.columns("leads")
        ]
        return _good([*told, {"displayName": "Old", "dataType": "string", "soap": {"name": "Old"}}])

    def _create(self, request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content)
        ((by, window),) = told["filter"].items()
        if by == "updatedAt" and not self.by_update:
            return _error("1035", "Unsupported filter type for target subscription")
        start, end = (datetime.fromisoformat(window[one]) for one in ("startAt", "endAt"))
        if not timedelta(0) <= end - start <= timedelta(days=31):
            return _error("1003", "Date range must be 31 days or fewer")
        lacking = [name for name in told["fields"] if name not in self.tables.columns("leads")]
        if lacking and self.tables.columns("leads"):
            return _error("1006", f"Field '{lacking[0]}' not found")
        job = f"ce45a7a1-f19d-4ce2-882c-{next(self._count):012d}"
        self._jobs[job] = {"fields": told["fields"], "by": by, **window}
        return _good([{"exportId": job, "status": "Created", "format": "CSV"}])

    def _enqueue(self, request: httpx.Request, job: str) -> httpx.Response:
        waiting = [one for one in self._jobs.values() if "looks" in one and int(str(one["looks"])) > 0]
        if len(waiting) >= 10:
            return _error("1029", "Too many jobs in queue")
        content, number = self._written(self._jobs[job])
        self._jobs[job] |= {"looks": 1, "file": content, "number": number}
        return _good([{"exportId": job, "status": "Queued", "format": "CSV"}])

    def _written(self, job: dict[str, object]) -> tuple[bytes, int]:
        names = [f'"{name}"' for name in job["fields"]]
        asked = f'SELECT {", ".join(names)} FROM leads WHERE "{job["by"]}" BETWEEN ? AND ? ORDER BY id'
        there = bool(self.tables.columns("leads")) and not self.blind
        rows = self.tables.select(asked, [job["startAt"], job["endAt"]]) if there else []
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(job["fields"])
        writer.writerows(["null" if value in (None, "") else value for value in row.values()] for row in rows)
        return text.getvalue().encode(), len(rows)

    def _status(self, request: httpx.Request, job: str) -> httpx.Response:
        if job not in self._jobs:
            return _error("1012", "Export job not found")
        known = self._jobs[job]
        if int(str(known["looks"])) > 0:
            known["looks"] = int(str(known["looks"])) - 1
            return _good([{"exportId": job, "status": "Processing", "format": "CSV"}])
        told = {"numberOfRecords": known["number"], "fileSize": len(known["file"])}
        return _good([{"exportId": job, "status": "Completed", "format": "CSV", **told}])

    def _file(self, request: httpx.Request, job: str) -> httpx.Response:
        content = self._jobs[job]["file"]
        first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers["range"]).groups())
        last = min(last, len(content) - 1, first + 250 if self.page else last)
        told = {"Content-Range": f"bytes {first}-{last}/{len(content)}", "Content-Type": "text/csv"}
        return httpx.Response(206, content=content[first : last + 1], headers=told)

    def _deleted_leads(self, request: httpx.Request) -> httpx.Response:
        """The first page is empty and not the last, as the contract allows."""
        since, _, place = request.url.params["nextPageToken"].partition("|")
        found = [key for at, key in self.deleted if at >= datetime.fromisoformat(since)]
        start = int(place or -1)
        page = [] if start < 0 else found[start : start + (self.page or 300)]
        after = start if self.stuck else 0 if start < 0 else start + len(page)
        told = [{"id": n, "leadId": int(key), "activityTypeId": 37} for n, key in enumerate(page, 1)]
        more = self.stuck or after < len(found) or start < 0
        return _good(told, nextPageToken=f"{since}|{after}", moreResult=more)

    def _assets(self, request: httpx.Request, table: str) -> httpx.Response:
        if not self.tables.columns(table):
            return httpx.Response(200, json={"success": True, "errors": [], "warnings": ["No assets found"]})
        offset, most = int(request.url.params.get("offset", 0)), int(request.url.params.get("maxReturn", 20))
        if most > 200:
            return _error("1001", "Invalid value for maxReturn")
        rows = self.tables.select(f'SELECT * FROM "{table}" ORDER BY id LIMIT {self.page or most} OFFSET {offset}')
        if not rows or self.blind:
            told = {"success": True, "errors": [], "warnings": ["No assets found for the given search criteria."]}
            return httpx.Response(200, json=told)
        return _good([_asset(row) for row in rows])


def _asset(row: Row) -> dict[str, object]:
    stamps = {name: f"{value}+0000" for name, value in row.items() if name.endswith("At")}
    folder = {"type": "Folder", "value": 28, "folderName": "Nurturing"}
    return {**row, **stamps, "id": int(str(row["id"])), "folder": folder}


def _paging_token(request: httpx.Request) -> httpx.Response:
    told = {"requestId": "sandbox", "success": True, "nextPageToken": request.url.params["sinceDatetime"]}
    return httpx.Response(200, json=told)


def _good(result: list[dict[str, object]], **more: object) -> httpx.Response:
    return httpx.Response(200, json={"requestId": "sandbox", "success": True, "result": result, **more})


def _error(code: str, message: str) -> httpx.Response:
    errors = [{"code": code, "message": message}]
    return httpx.Response(200, json={"requestId": "sandbox", "success": False, "errors": errors})
