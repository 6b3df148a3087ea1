"""A HubSpot account: lists with `after`, search with its limits, the archive, properties, batches.

Contract: the OpenAPI files of the dated CRM paths, and the usage guidelines. Every value is a string; search shows at
most 10,000 results and never archived records, and its answers name no rate.
"""

import json
from datetime import datetime

import httpx

from revrecon_tests.sandbox.base import Handler, Row, StandIn, Ways

TOKEN = "pat-sandbox"
_RECORD = ("id", "createdAt", "updatedAt", "archived", "archivedAt")
_MOST = 100
_CRM = r"/crm/objects/(?:\d{4}-\d\d)/(\w+)"


class HubSpot(StandIn):
    host = "api.hubapi.com"

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)
        self.records: dict[str, dict[str, Row]] = {}
        self.validations: dict[str, list[tuple[str, str]]] = {}
        self.links: dict[tuple[str, str, str], list[tuple[str, str | None]]] = {}
        self.lacking = "crm.associations.NO_ASSOCIATIONS_FOUND"  # why a record is not among the linked ones
        self.stuck = False  # the list names the same next page for ever
        self.token = TOKEN
        self._was_expired = False
        self.most_found = 10_000
        self.ways = Ways()

    def put(self, table: str, row: Row) -> None:
        archived = {"archivedAt": row.get("updatedAt")} if row.get("archived") == "true" else {}
        self.records.setdefault(table, {})[str(row["id"])] = {"archived": "false", **row, **archived}

    def remove(self, table: str, key: str) -> None:
        stamp = self.clock().strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.records[table][key] |= {"archived": "true", "archivedAt": stamp, "updatedAt": stamp}

    def link(self, table: str, key: str, target: str, other: str, label: str | None = None) -> None:
        """Associate a record with another; labelled `Primary` where it is the one that counts."""
        self.links.setdefault((table, key, target), []).append((other, label))

    def expire(self) -> None:
        self._was_expired = True

    def too_many(self) -> httpx.Response:
        return _error(429, "You have reached your secondly limit.", policyName="SECONDLY")

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", "/account-info/v3/details", self._account),
            ("GET", "/account-info/v3/api-usage/daily/private-apps", self._usage),
            ("GET", _CRM, self._list),
            ("POST", f"{_CRM}/search", self._search),
            ("POST", f"{_CRM}/batch/read", self._read),
            ("POST", f"{_CRM}/batch/update", self._update),
            ("POST", r"/crm/v3/objects/(\w+)/batch/read", self._read),
            ("POST", r"/crm/v3/objects/(\w+)/batch/update", self._update),
            ("GET", r"/crm/v3/objects/(\w+)", self._list),  # where the vendor's own client still looks
            ("POST", r"/crm/v3/objects/(\w+)/search", self._search),
            ("GET", r"/crm/properties/\d{4}-\d\d/(\w+)", self._properties),
            ("POST", r"/crm/associations/\d{4}-\d\d/(\w+)/(\w+)/batch/read", self._linked),
            ("GET", r"/crm/v3/property-validations/(\w+)", self._validations),
            ("GET", r"/crm-object-schemas/\d{4}-\d\d/schemas", _no_schemas),
        ]

    def refused(self, request: httpx.Request) -> httpx.Response | None:
        once, self._was_expired = self._was_expired, False
        if request.headers.get("authorization") == f"Bearer {self.token}" and not once:
            return None
        return _error(401, "Authentication credentials not found.", category="INVALID_AUTHENTICATION")

    def _account(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"portalId": 4711, "timeZone": "US/Eastern", "companyCurrency": "USD"})

    def _usage(self, request: httpx.Request) -> httpx.Response:
        told = {"name": "private-apps", "currentUsage": 12, "usageLimit": 250_000}
        return httpx.Response(200, json={"results": [told]})

    def _living(self, table: str, archived: bool) -> list[Row]:
        rows = [] if self.blind else sorted(self.records.get(table, {}).values(), key=lambda row: int(str(row["id"])))
        return [row for row in rows if (row["archived"] == "true") == archived]

    def _list(self, request: httpx.Request, table: str) -> httpx.Response:
        params = request.url.params
        limit = min(int(params.get("limit", 10)), self.page or 100)
        if "after" in params and not params["after"].isdigit():
            return _error(400, "Invalid paging", category="VALIDATION_ERROR")
        after = 0 if self.stuck else int(params.get("after", 0))
        rows = [r for r in self._living(table, params.get("archived") == "true") if int(str(r["id"])) > after]
        told = {"results": [self._record(row, params.get("properties", "").split(",")) for row in rows[:limit]]}
        if len(rows) > limit:
            last = str(rows[limit - 1]["id"])
            told["paging"] = {"next": {"after": last, "link": f"?after={last}"}}
        return httpx.Response(200, json=told, headers={"X-HubSpot-RateLimit-Remaining": "99"})

    def _search(self, request: httpx.Request, table: str) -> httpx.Response:
        told = json.loads(request.content)
        limit = min(int(told.get("limit", 10)), self.page or 200)
        groups = told.get("filterGroups") or [{"filters": []}]
        found = [row for row in self._living(table, False) if any(_fits(table, row, one["filters"]) for one in groups)]
        place = int(told.get("after") or 0)
        if place + limit > self.most_found:
            return _error(400, "The request is beyond the first 10000 results", category="VALIDATION_ERROR")
        results = [self._record(row, told.get("properties", [])) for row in found[place : place + limit]]
        answer: dict[str, object] = {"total": len(found), "results": results}
        if place + limit < len(found):
            answer["paging"] = {"next": {"after": str(place + limit)}}
        return httpx.Response(200, json=answer)

    def _read(self, request: httpx.Request, table: str) -> httpx.Response:
        told = json.loads(request.content)
        if len(told["inputs"]) > _MOST:
            return _error(400, "The number of inputs is more than 100", category="VALIDATION_ERROR")
        rows = {str(row["id"]): row for row in self._living(table, False)}
        found = [one["id"] for one in told["inputs"] if one["id"] in rows]
        results = [self._record(rows[key], told.get("properties", [])) for key in found]
        return _batch(results, [one["id"] for one in told["inputs"] if one["id"] not in rows])

    def _update(self, request: httpx.Request, table: str) -> httpx.Response:
        """An unknown property refuses the whole request; a rule, or a record that is not there, that record alone."""
        inputs = json.loads(request.content)["inputs"]
        if len(inputs) > _MOST:
            return _error(400, "The number of inputs is more than 100", category="VALIDATION_ERROR")
        values = [value for one in inputs for value in one["properties"].values()]
        why = next((self.ways.refusals[value] for value in values if value in self.ways.refusals), None)
        if why:
            return _error(400, why, category="VALIDATION_ERROR")
        living = {str(row["id"]): row for row in self._living(table, False)}
        for one in inputs:
            if one["id"] in living:
                self._set(living[one["id"]], one["properties"])
        done = [self._record(living[one["id"]], list(one["properties"])) for one in inputs if one["id"] in living]
        return _batch(done, [one["id"] for one in inputs if one["id"] not in living])

    def _set(self, row: Row, properties: dict[str, str]) -> None:
        kept = {name: value for name, value in properties.items() if name not in self.ways.dropped}
        row |= {name: self.ways.kept(name, value or None) for name, value in kept.items()}
        row["updatedAt"] = self.clock().strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.ways.writes.append((str(row["id"]), dict(properties)))

    def _record(self, row: Row, wanted: list[str]) -> dict[str, object]:
        told = {name: row.get(name) for name in ("id", "createdAt", "updatedAt")}
        archived = {"archivedAt": row["archivedAt"]} if row.get("archivedAt") else {}
        properties = {name: row.get(name) or None for name in wanted if name}
        return {**told, **archived, "archived": row["archived"] == "true", "properties": properties}

    def _linked(self, request: httpx.Request, table: str, target: str) -> httpx.Response:
        """Two links of a record at once; what has none is an error beside the results, under status 207."""
        results, errors = [], []
        for one in json.loads(request.content)["inputs"]:
            links, place = self.links.get((table, one["id"], target), []), int(one.get("after", 0))
            if not links:
                errors.append({"status": "error", "category": "OBJECT_NOT_FOUND", "subCategory": self.lacking})
                continue
            told = {"from": {"id": one["id"]}, "to": [_link(*link) for link in links[place : place + 2]]}
            more = {"paging": {"next": {"after": str(place + 2)}}} if len(links) > place + 2 else {}
            results.append({**told, **more})
        lacking = {"numErrors": len(errors), "errors": errors} if errors else {}
        return httpx.Response(207 if errors else 200, json={"status": "COMPLETE", "results": results, **lacking})

    def _validations(self, request: httpx.Request, table: str) -> httpx.Response:
        told = [
            {"propertyName": name, "propertyValidationRules": [{"ruleType": rule, "ruleArguments": []}]}
            for name, rule in self.validations.get(table, [])
        ]
        return httpx.Response(200, json={"results": told})

    def _properties(self, request: httpx.Request, table: str) -> httpx.Response:
        names = sorted({name for row in self.records.get(table, {}).values() for name in row} - set(_RECORD))
        told = [
            {
                "name": name, "label": name, "type": "string", "options": [],
                "modificationMetadata": {"readOnlyValue": name in self.ways.locked},
            }
            for name in names
        ]  # fmt: skip
        return httpx.Response(200, json={"results": told})


def _link(other: str, label: str | None) -> dict[str, object]:
    kind = {"category": "HUBSPOT_DEFINED", "typeId": 5 if label == "Primary" else 341, "label": label}
    return {"toObjectId": other, "associationTypes": [kind]}


def _error(status: int, message: str, **more: str) -> httpx.Response:
    return httpx.Response(status, json={"status": "error", "message": message, "correlationId": "sandbox", **more})


def _batch(results: list[dict[str, object]], missing: list[str]) -> httpx.Response:
    moments = dict.fromkeys(("startedAt", "completedAt"), "2026-03-02T12:00:00.000Z")
    told: dict[str, object] = {"status": "COMPLETE", "results": results, **moments}
    if missing:
        error = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "Could not get some objects"}
        told |= {"numErrors": 1, "errors": [{**error, "context": {"ids": missing}}]}
    return httpx.Response(207 if missing else 200, json=told)


def _no_schemas(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"results": []})


def _fits(table: str, row: Row, filters: list[dict[str, str]]) -> bool:
    return all(_holds(_value(table, row, one["propertyName"]), one["operator"], one["value"]) for one in filters)


def _value(table: str, row: Row, name: str) -> str:
    if name == "hs_object_id":
        return str(row["id"])
    if name == ("lastmodifieddate" if table == "contacts" else "hs_lastmodifieddate"):
        return str(int(datetime.fromisoformat(str(row["updatedAt"]).replace("Z", "+00:00")).timestamp() * 1000))
    return str(row.get(name) or "")


def _holds(value: str, operator: str, limit: str) -> bool:
    if operator == "EQ":
        return value == limit
    have, than = int(value or 0), int(limit)
    return {"GT": have > than, "GTE": have >= than, "LT": have < than, "LTE": have <= than}[operator]
