"""A Salesforce org: OAuth, SOQL with pages, Bulk API 2.0 queries, describe, limits, collections of changes.

Contract: the REST API and Bulk API 2.0 developer guides; a request limit answers 403, a session that ran out 401.
"""

import csv
import io
import itertools
import json
import re
from urllib.parse import parse_qs

import httpx

from revrecon_tests.sandbox.base import Handler, Row, StandIn, Ways
from revrecon_tests.sandbox.tables import Tables, UnknownColumn

CLIENT_ID, CLIENT_SECRET = "sandbox-client", "sandbox-client-secret"
NUMBERS = {"Amount", "First_Year_Amount__c", "Term_Months__c", "NumberOfEmployees", "List_Price__c"}
_API = r"/services/data/v\d+\.0"
_PAGE = 2_000
_MOST_CHANGES = 200
_OWN = ("Id", "CreatedDate", "SystemModstamp", "IsDeleted")


class Salesforce(StandIn):
    host = "company.my.salesforce.com"

    def __init__(self, *args: object, numbers: frozenset[str] = frozenset(NUMBERS), **named: object) -> None:
        super().__init__(*args, **named)
        self.tables = Tables("Id")
        self.numbers = numbers
        self.usage = (0, 100_000)
        self.required: set[str] = {"Name"}
        self.validation_rules: dict[str, list[str]] = {}
        self._tokens: set[str] = set()
        self._count = itertools.count(1)
        self._cursors: dict[str, tuple[list[dict[str, object]], int]] = {}
        self._jobs: dict[str, list[Row]] = {}
        self.scheme = "https"
        self.ways = Ways()

    def put(self, table: str, row: Row) -> None:
        self.tables.put(table, {"IsDeleted": "false", **row})

    def remove(self, table: str, key: str) -> None:
        stamp = self.clock().strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        self.tables.update(table, key, IsDeleted="true", SystemModstamp=stamp)

    def expire(self) -> None:
        self._tokens.clear()

    def too_many(self) -> httpx.Response:
        return _errors(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", "/services/oauth2/token", self._token),
            ("GET", f"{_API}/limits", self._limits),
            ("GET", f"{_API}/(query|queryAll)/?", self._query),
            ("GET", f"{_API}/query/(.+)", self._more),
            ("POST", f"{_API}/jobs/query", self._job),
            ("GET", f"{_API}/jobs/query/(\\w+)", self._state),
            ("DELETE", f"{_API}/jobs/query/(\\w+)", self._forget),
            ("GET", f"{_API}/jobs/query/(\\w+)/results", self._results),
            ("GET", f"{_API}/tooling/query/?", self._tooling),
            ("GET", f"{_API}/sobjects/?", self._sobjects),
            ("GET", f"{_API}/sobjects/(\\w+)/describe", self._describe),
            ("PATCH", f"{_API}/composite/sobjects", self._collection),
        ]

    def refused(self, request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/services/oauth2/token":
            return None
        token = request.headers.get("authorization", "").removeprefix("Bearer ").removeprefix("OAuth ")
        return None if token in self._tokens else _errors(401, "INVALID_SESSION_ID", "Session expired or invalid")

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        known = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if not known and form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            told = {"error": "invalid_client", "error_description": "invalid client credentials"}
            return httpx.Response(400, json=told)
        return httpx.Response(200, json=self.login(str(request.url.netloc, "ascii")))

    def login(self, netloc: str) -> dict[str, str]:
        """A new session, as the token endpoint gives it out."""
        token = f"00D!{next(self._count):06d}"
        self._tokens.add(token)
        home = f"{self.scheme}://{netloc}"
        return {"access_token": token, "instance_url": home, "id": f"{home}/id/00D/005", "token_type": "Bearer"}

    def _limits(self, request: httpx.Request) -> httpx.Response:
        used, most = self.usage
        return httpx.Response(200, json={"DailyApiRequests": {"Max": most, "Remaining": most - used}})

    def _query(self, request: httpx.Request, kind: str) -> httpx.Response:
        question = request.url.params["q"]
        try:
            rows = self._found(question, kind == "queryAll")
        except UnknownColumn as error:
            return _errors(400, "INVALID_FIELD", f"ERROR at Row:1:Column:8 {error}")
        if re.match(r"SELECT\s+COUNT\(\)", question, re.IGNORECASE):
            return self._answer({"totalSize": len(rows), "done": True, "records": []})
        return self._paged(f"01g{next(self._count):012d}", [self._record(row, question) for row in rows], 0)

    def _more(self, request: httpx.Request, locator: str) -> httpx.Response:
        cursor, _, place = locator.rpartition("-")
        if cursor not in self._cursors:
            return _errors(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._paged(cursor, self._cursors[cursor][0], int(place))

    def _paged(self, cursor: str, records: list[dict[str, object]], place: int) -> httpx.Response:
        self._cursors[cursor] = (records, place)
        until = place + (self.page or _PAGE)
        told = {"totalSize": len(records), "done": until >= len(records), "records": records[place:until]}
        if until < len(records):
            told["nextRecordsUrl"] = f"/services/data/v66.0/query/{cursor}-{until}"
        return self._answer(told)

    def _answer(self, told: dict[str, object]) -> httpx.Response:
        used, most = self.usage
        self.usage = (used + 1, most)
        return httpx.Response(200, json=told, headers={"Sforce-Limit-Info": f"api-usage={used + 1}/{most}"})

    def _found(self, question: str, with_deleted: bool) -> list[Row]:
        sql = re.sub(r"(?<!')(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z", r"'\1.000+0000'", question)
        sql = re.sub(r"SELECT\s+COUNT\(\)", "SELECT Id", sql, flags=re.IGNORECASE)
        sql = re.sub(r"\s+FROM\s+(\w+)", r', "IsDeleted" AS _gone FROM "\1"', sql, count=1, flags=re.IGNORECASE)
        rows = [] if self.blind else self.tables.select(sql)
        return [row for row in rows if with_deleted or row["_gone"] != "true"]

    def _record(self, row: Row, question: str) -> dict[str, object]:
        table = re.search(r"FROM\s+(\w+)", question, re.IGNORECASE)[1]
        url = f"/services/data/v66.0/sobjects/{table}/{row.get('Id', '')}"
        return {
            "attributes": {"type": table, "url": url},
            **{name: self._typed(name, value) for name, value in row.items() if name != "_gone"},
        }

    def _typed(self, name: str, value: str | None) -> object:
        if value in (None, ""):
            return None
        if name in self.numbers:
            return float(value)
        return value == "true" if value in ("true", "false") else value

    def _job(self, request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content)
        job = f"750{next(self._count):015d}"
        try:
            self._jobs[job] = self._found(told["query"], told["operation"] == "queryAll")
        except UnknownColumn as error:
            return _errors(400, "INVALID_FIELD", str(error))
        return httpx.Response(200, json={"id": job, "state": "UploadComplete", "operation": told["operation"]})

    def _state(self, request: httpx.Request, job: str) -> httpx.Response:
        if job not in self._jobs:
            return _errors(404, "NOT_FOUND", "The requested resource does not exist")
        told = {"id": job, "state": "JobComplete", "numberRecordsProcessed": len(self._jobs[job])}
        return httpx.Response(200, json=told)

    def _forget(self, request: httpx.Request, job: str) -> httpx.Response:
        self._jobs.pop(job, None)
        return httpx.Response(204)

    def _results(self, request: httpx.Request, job: str) -> httpx.Response:
        if job not in self._jobs:
            return _errors(404, "NOT_FOUND", "The requested resource does not exist")
        place = int(request.url.params.get("locator", "0"))
        until = place + min(self.page or 50_000, int(request.url.params.get("maxRecords", 50_000)))
        rows = self._jobs[job][place:until]
        names = [name for name in (self._jobs[job][0] if self._jobs[job] else {}) if name != "_gone"]
        text = io.StringIO()
        writer = csv.DictWriter(text, names if place == 0 else names[::-1], extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: self._in_csv(name, value) for name, value in row.items()} for row in rows)
        locator = str(until) if until < len(self._jobs[job]) else "null"
        headers = {"Sforce-NumberOfRecords": str(len(rows)), "Sforce-Locator": locator, "Content-Type": "text/csv"}
        return httpx.Response(200, content=text.getvalue().encode(), headers=headers)

    def _in_csv(self, name: str, value: str | None) -> str:
        return str(float(value)) if value and name in self.numbers else (value or "").replace("+0000", "Z")

    def _collection(self, request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content, parse_float=str, parse_int=str)
        if len(told["records"]) > _MOST_CHANGES:
            return _errors(400, "EXCEEDED_ID_LIMIT", "record limit reached")
        answers = [self._changed(one["attributes"]["type"], one) for one in told["records"]]
        return httpx.Response(200, json=answers)

    def _changed(self, table: str, record: dict[str, object]) -> dict[str, object]:
        key = str(record["Id"])
        values = {name: _as_kept(value) for name, value in record.items() if name not in ("attributes", "Id")}
        unknown = sorted(set(values) - set(self.tables.columns(table)))
        if unknown:
            return _refusal("INVALID_FIELD", f"No such column '{unknown[0]}' on sobject of type {table}")
        rows = self.tables.select(f"SELECT IsDeleted FROM \"{table}\" WHERE Id = '{key}'")
        if not rows or rows[0]["IsDeleted"] == "true":
            return _refusal("ENTITY_IS_DELETED" if rows else "INVALID_CROSS_REFERENCE_KEY", "entity is deleted")
        if any(name in self.required and not value for name, value in values.items()):
            return _refusal("REQUIRED_FIELD_MISSING", "Required fields are missing")
        why = next((why for value in values.values() if (why := self.ways.refusals.get(value or ""))), None)
        if why:
            return _refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", why)
        kept = {name: self.ways.kept(name, value) for name, value in values.items() if name not in self.ways.dropped}
        stamp = self.clock().strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        self.tables.update(table, key, **kept, SystemModstamp=stamp)
        self.ways.writes.append((key, values))
        return {"id": key, "success": True, "errors": []}

    def _tooling(self, request: httpx.Request) -> httpx.Response:
        table = re.search(r"QualifiedApiName = '(\w+)'", request.url.params["q"])[1]
        found = [{"ValidationName": name} for name in self.validation_rules.get(table, [])]
        return httpx.Response(200, json={"size": len(found), "done": True, "records": found})

    def _sobjects(self, request: httpx.Request) -> httpx.Response:
        told = [{"name": name, "queryable": True, "label": name} for name in self.tables.names()]
        return httpx.Response(200, json={"sobjects": told})

    def _describe(self, request: httpx.Request, table: str) -> httpx.Response:
        columns = self.tables.columns(table)
        if not columns:
            return _errors(404, "NOT_FOUND", "The requested resource does not exist")
        return httpx.Response(200, json={"name": table, "fields": [self._field(name) for name in columns]})

    def _field(self, name: str) -> dict[str, object]:
        kind = "double" if name in self.numbers else "boolean" if name.startswith("Is") else "string"
        if name in ("CreatedDate", "SystemModstamp"):
            kind = "datetime"
        if name.endswith("Id") and name != "Id":
            kind = "reference"
        return {
            "name": name, "type": "id" if name == "Id" else kind, "label": name,
            "nillable": name != "Id" and name not in self.required,
            "createable": name not in _OWN, "updateable": name not in (*_OWN, *self.ways.locked),
            "defaultedOnCreate": False,
            "unique": False, "restrictedPicklist": False, "picklistValues": [],
            "referenceTo": [name.removesuffix("Id").replace("Parent", "Account")] if kind == "reference" else [],
        }  # fmt: skip


def _errors(status: int, code: str, message: str) -> httpx.Response:
    return httpx.Response(status, json=[{"message": message, "errorCode": code}])


def _refusal(code: str, message: str) -> dict[str, object]:
    return {"success": False, "errors": [{"statusCode": code, "message": message, "fields": []}]}


def _as_kept(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value in (None, "") else str(value)
