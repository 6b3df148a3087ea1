"""ServiceNow's Table API: encoded queries, of which an unknown field is ignored and everything answered."""

import json
import re

import httpx

COLUMNS = {"sys_id", "number", "state", "correlation_id", "short_description", "description"}


class FakeServiceNow:
    def __init__(self, clock) -> None:
        self.records, self.journal, self.made = {}, [], 0

    def handle(self, request: httpx.Request) -> httpx.Response:
        if "authorization" not in request.headers:
            return httpx.Response(401, json={"error": {"message": "User Not Authenticated"}})
        found = re.fullmatch(r"/api/now/table/(incident|sys_journal_field)(?:/(\w+))?", request.url.path)
        told, params = json.loads(request.content or b"null"), request.url.params
        if found[1] == "sys_journal_field":
            return self._answer(200, self._queried(self.journal, params))
        if request.method == "POST":
            return self._create(told)
        if found[2] is None:
            return self._answer(200, self._queried(list(self.records.values()), params))
        record = self.records.get(found[2])
        if record is None:
            return httpx.Response(404, json={"error": {"message": "No Record found"}})
        if request.method == "PATCH":
            if told.get("state") == "6" and not (told.get("close_code") and told.get("close_notes")):
                return httpx.Response(403, json={"error": {"message": "Close code and notes are mandatory"}})
            record |= told
        return self._answer(200, record)

    def _create(self, told) -> httpx.Response:
        self.made += 1
        record = {"sys_id": f"{self.made:032x}", "number": f"INC{self.made:07}", "state": "1", **told}
        self.records[record["sys_id"]] = record
        return self._answer(201, record)

    def _queried(self, rows, params):
        conditions = [part.split("=", 1) for part in params["sysparm_query"].split("^") if "=" in part]
        for field, value in conditions:
            if any(field in row for row in rows):  # an unknown field is ignored
                rows = [row for row in rows if row.get(field) == value]
        return rows[: int(params["sysparm_limit"])]

    def _answer(self, status, result) -> httpx.Response:
        return httpx.Response(status, json={"result": result})

    def shown(self):
        states = {"1": "open", "2": "acknowledged", "6": "resolved"}
        for record in self.records.values():
            yield record["correlation_id"], states[record["state"]], record["short_description"]

    def by_hand(self, ours, deed, text="") -> None:
        name = next(key for key, record in self.records.items() if record["correlation_id"] == ours)
        if deed == "delete":
            del self.records[name]
        elif deed == "remark":
            row = {"sys_id": "77", "element_id": name, "element": "comments", "value": text, "sys_created_by": "ben"}
            self.journal.append(row)
        else:
            self.records[name]["state"] = {"close": "6", "take": "2", "reopen": "1"}[deed]
