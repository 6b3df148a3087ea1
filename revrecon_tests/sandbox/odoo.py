"""An Odoo database: JSON-2 with a bearer key, domains, archived records, the fields of its models.

Contract: the External JSON-2 API of 19.0, and what a server was seen to answer: emptiness is false, a link is
[id, name], a field that is not there is a 500 with a traceback, stamps are told in whole seconds.
"""

import json

import httpx

from revrecon_tests.sandbox.base import Handler, Row, StandIn
from revrecon_tests.sandbox.domains import Domain, polish
from revrecon_tests.sandbox.tables import Tables, UnknownColumn

KEY, DATABASE = "odoo-sandbox-key", "sandbox"
NUMBERS = frozenset({"amount_total", "expected_revenue", "list_price", "amount_residual"})
_BOOLEANS, _STAMPS = ("active", "is_company"), ("create_date", "write_date")
_CALL = r"/json/2/([\w.]+)/(\w+)"


class Odoo(StandIn):
    host = "company.odoo.com"

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)
        self.tables = Tables("id", numbered=True)
        self.required: set[str] = {"name"}
        self._was_expired = False

    def put(self, table: str, row: Row) -> None:
        """A link is written as `7|Its name`, a truth as true or false, a stamp as Odoo tells it."""
        self.tables.put(table, {"active": "true", **row})

    def remove(self, table: str, key: str) -> None:
        self.tables.delete(table, key)

    def expire(self) -> None:
        self._was_expired = True

    def too_many(self) -> httpx.Response:
        return httpx.Response(429, text="Too Many Requests")

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [("POST", _CALL, self._call)]

    def refused(self, request: httpx.Request) -> httpx.Response | None:
        once, self._was_expired = self._was_expired, False
        known = request.headers.get("authorization") == f"bearer {KEY}"
        if known and not once and request.headers.get("x-odoo-database") == DATABASE:
            return None
        answer = _error(401, "werkzeug.exceptions.Unauthorized", "Invalid apikey")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    def _call(self, request: httpx.Request, model: str, method: str) -> httpx.Response:
        told = json.loads(request.content)
        if (model, method) == ("res.users", "context_get"):
            return httpx.Response(200, json={"lang": "en_US", "tz": "Europe/Berlin", "uid": 2})
        if model == "ir.model":
            return httpx.Response(200, json=[{"id": n, "model": one} for n, one in enumerate(self.tables.names(), 1)])
        if not self.tables.columns(model):
            return _error(404, "werkzeug.exceptions.NotFound", f"the model '{model}' does not exist")
        answers = {"search_read": self._read, "search_count": self._count, "fields_get": self._fields}
        try:
            return httpx.Response(200, json=answers[method](model, **told))
        except UnknownColumn as error:
            name = str(error).rpartition(": ")[2]
            return _error(500, "builtins.ValueError", f"Invalid field {name!r} on model {model!r}")

    def _where(self, domain: list, context: dict[str, object]) -> Domain:
        archived_too = context.get("active_test") is False
        return polish(domain if archived_too else [*domain, ["active", "=", "true"]])

    def _read(
        self, model: str, domain: list, fields: list[str], limit: int, order: str, context: dict[str, object]
    ) -> list[dict[str, object]]:  # fmt: skip
        where = self._where(domain, context)
        names = ", ".join(f'"{name}"' for name in dict.fromkeys(["id", *fields]))
        for name in fields:
            if name not in self.tables.columns(model):
                raise UnknownColumn(f"no such column: {name}")
        limit = min(limit, self.page or limit)
        rows = self.tables.select(
            f'SELECT {names} FROM "{model}" WHERE {where.sql} ORDER BY {order} LIMIT {limit}', where.values
        )
        return [] if self.blind else [{name: _told(name, value) for name, value in row.items()} for row in rows]

    def _count(self, model: str, domain: list, context: dict[str, object]) -> int:
        where = self._where(domain, context)
        (row,) = self.tables.select(f'SELECT COUNT(*) AS n FROM "{model}" WHERE {where.sql}', where.values)
        return 0 if self.blind else int(str(row["n"]))

    def _fields(self, model: str, attributes: list[str], allfields: list[str] | None = None) -> dict[str, object]:
        names = [name for name in self.tables.columns(model) if allfields is None or name in allfields]
        facts = {name: self._field(name).items() for name in names}
        return {name: {fact: value for fact, value in told if fact in attributes} for name, told in facts.items()}

    def _field(self, name: str) -> dict[str, object]:
        kind = "monetary" if name in NUMBERS else "boolean" if name in _BOOLEANS else "char"
        kind = "datetime" if name in _STAMPS else "integer" if name == "id" else kind
        kind = "many2one" if name.endswith("_id") else "selection" if name == "state" else kind
        more = {"relation": f"res.{name.removesuffix('_id')}"} if kind == "many2one" else {}
        more |= {"selection": [["draft", "Draft"], ["sale", "Sale"]]} if kind == "selection" else {}
        return {"string": name, "type": kind, "required": name in self.required, "store": True, **more}


def _told(name: str, value: str | None) -> object:
    if name in _BOOLEANS:
        return value == "true"
    if value in (None, ""):
        return False
    if name.endswith("_id"):
        number, _, title = str(value).partition("|")
        return [int(number), title]
    return float(str(value)) if name in NUMBERS else value


def _error(status: int, name: str, message: str) -> httpx.Response:
    debug = 'Traceback (most recent call last):\n  File "/opt/odoo/http.py", line 1\n    password = hunter2'
    told = {"name": name, "message": message, "arguments": [message], "context": {}, "debug": debug}
    return httpx.Response(status, json=told)
