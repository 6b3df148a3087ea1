"""A Stripe account: lists from the newest on, and events of everything that happens.

Contract: the API reference. Amounts are integers, times are seconds; there is no filter for changes.
"""

import itertools
import json
from datetime import datetime

import httpx

from revrecon_tests.sandbox.base import Handler, Row, StandIn

KEY = "rk_test_sandbox"
INTEGERS = frozenset({"amount", "amount_refunded", "unit_amount", "created", "updated"})
_INSIDE = ("metadata", "address")


class Stripe(StandIn):
    host = "api.stripe.com"

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)
        self.records: dict[str, dict[str, dict[str, object]]] = {}
        self.events: list[dict[str, object]] = []
        self._count = itertools.count(1)
        self._was_expired = False

    def put(self, table: str, row: Row, at: int | None = None) -> None:
        """Write a record as it would be exported; `updated` and `at` say when."""
        at = at or int(row.get("updated") or row.get("created") or 0)
        record = _record(table, row)
        if row.get("deleted") == "true":
            self._happened(f"{table}.deleted", {**record, "deleted": True}, at)
            self.records[f"{table}s"].pop(str(row["id"]), None)
            return
        known = str(row["id"]) in self.records.setdefault(f"{table}s", {})
        self.records[f"{table}s"][str(row["id"])] = record
        self._happened(f"{table}.{'updated' if known else 'created'}", record, at)

    def remove(self, table: str, key: str) -> None:
        record = self.records[f"{table}s"].pop(key)
        self._happened(f"{table}.deleted", {**record, "deleted": True}, int(self.clock().timestamp()))

    def expire(self) -> None:
        self._was_expired = True

    def too_many(self) -> httpx.Response:
        headers = {"Stripe-Rate-Limited-Reason": "global-rate"}
        return httpx.Response(429, json={"error": {"type": "rate_limit_error", "code": "rate_limit"}}, headers=headers)

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", "/v1/account", _account),
            ("GET", "/v1/events", self._events),
            ("GET", r"/v1/(\w+)", self._list),
        ]

    def refused(self, request: httpx.Request) -> httpx.Response | None:
        once, self._was_expired = self._was_expired, False
        if request.headers.get("authorization") == f"Bearer {KEY}" and not once:
            return None
        return httpx.Response(401, json={"error": {"type": "invalid_request_error", "message": "Invalid API Key"}})

    def _happened(self, kind: str, record: dict[str, object], at: int) -> None:
        told = json.loads(json.dumps(record))
        event = {"id": f"evt_{next(self._count):09d}", "object": "event", "type": kind, "created": at}
        self.events.append({**event, "data": {"object": told}})

    def _events(self, request: httpx.Request) -> httpx.Response:
        first = int(self.clock().timestamp()) - 30 * 86_400
        since = max(int(request.url.params.get("created[gte]", 0)), first)
        kind = request.url.params.get("type", "*")
        recent = [one for one in self.events if int(str(one["created"])) >= since]
        fits = [one for one in recent if kind == "*" or str(one["type"]).startswith(kind.removesuffix("*"))]
        ordered = sorted(fits, key=lambda one: (int(str(one["created"])), str(one["id"])), reverse=True)
        return self._paged(request, ordered, "/v1/events")

    def _list(self, request: httpx.Request, table: str) -> httpx.Response:
        if table not in self.records:
            return httpx.Response(404, json={"error": {"message": f"Unrecognized request URL (GET: /v1/{table})."}})
        rows = sorted(
            self.records[table].values(), key=lambda one: (int(str(one["created"])), str(one["id"])), reverse=True
        )
        return self._paged(request, rows, f"/v1/{table}")

    def _paged(self, request: httpx.Request, rows: list[dict[str, object]], url: str) -> httpx.Response:
        limit = min(int(request.url.params.get("limit", 10)), self.page or 100)
        after = request.url.params.get("starting_after")
        rows = [] if self.blind else rows
        if after:
            places = [place for place, one in enumerate(rows) if one["id"] == after]
            if not places:
                return httpx.Response(400, json={"error": {"code": "resource_missing", "message": "No such object"}})
            rows = rows[places[0] + 1 :]
        told = {"object": "list", "url": url, "has_more": len(rows) > limit, "data": rows[:limit]}
        return httpx.Response(200, json=told)


def _account(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"id": "acct_sandbox", "object": "account"})


def _record(table: str, row: Row) -> dict[str, object]:
    """A record from its exported row: `metadata_invoice` lies inside `metadata`."""
    record: dict[str, object] = {"object": table}
    for name, value in row.items():
        if name in ("updated", "deleted"):
            continue
        outer, _, inner = name.partition("_")
        if outer in _INSIDE and inner:
            record.setdefault(outer, {})[inner] = value or None  # type: ignore[index]  # a dict, made here
        else:
            record[name] = _typed(name, value)
    return record


def _typed(name: str, value: str | None) -> object:
    if value in (None, ""):
        return None
    if name in INTEGERS:
        return int(str(value))
    return value == "true" if value in ("true", "false") else value


def seconds(moment: datetime) -> int:
    """A moment as Stripe writes it."""
    return int(moment.timestamp())
