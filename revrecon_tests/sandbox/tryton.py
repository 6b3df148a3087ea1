"""A Tryton database: REST with the key of a user application, domains, stamps to the microsecond, model fields.

Contract: the REST protocol of trytond 8.2, and what its server answers: a name that it does not know is a 500 whose
page shows it, write_date is null until a record is written again, decimals and dates are objects with a class, and
`active` is 1 where the database is SQLite.
"""

import json
from base64 import urlsafe_b64decode
from datetime import date, datetime

import httpx

from revrecon_tests.sandbox.base import Handler, Row, StandIn
from revrecon_tests.sandbox.domains import NO_CONDITION, Domain, nested
from revrecon_tests.sandbox.tables import Tables, UnknownColumn

KEY, DATABASE = "tryton-sandbox-key", "sandbox"
NUMBERS = frozenset({"amount", "total_amount", "list_price"})
_STAMPS = ("create_date", "write_date")
_MODEL = rf"/{DATABASE}/rest/model/([\w.]+)"


class Tryton(StandIn):
    host = "erp.example"

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)
        self.tables = Tables("id", numbered=True)
        self.links: dict[str, str] = {}  # the model that a column's number leads to
        self.known: set[str] = set()
        self.closed: set[str] = set()  # models that the login may not read
        self.hidden: set[str] = set()  # columns that the login may not read
        self._was_expired = False

    def put(self, table: str, row: Row) -> None:
        """Stamps in ISO form and UTC, without a zone; active as 1 or 0. A new record was never written again."""
        known = (
            self.tables.select(f'SELECT create_date FROM "{table}" WHERE id = ?', [row["id"]])
            if table in self.known
            else []
        )
        self.known.add(table)
        stamps = {"create_date": known[0]["create_date"]} if known else {"write_date": None}
        self.tables.put(table, {"active": "1", **row, **stamps})

    def remove(self, table: str, key: str) -> None:
        self.tables.delete(table, key)

    def expire(self) -> None:
        self._was_expired = True

    def too_many(self) -> httpx.Response:
        return _page(429, "Too Many Requests")

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [("GET", _MODEL, self._search), ("POST", rf"{_MODEL}/(\w+)", self._action)]

    def refused(self, request: httpx.Request) -> httpx.Response | None:
        once, self._was_expired = self._was_expired, False
        known = request.headers.get("authorization") == f"Bearer {KEY}"
        return None if known and not once else _page(401, "Unauthorized")

    def _search(self, request: httpx.Request, model: str) -> httpx.Response:
        if model == "ir.model":
            names = sorted(self.tables.names())
            told = [{"id": number, "__name__": model, "name": name} for number, name in enumerate(names, 1)]
            return httpx.Response(200, json=told)
        if not self.tables.columns(model):
            return _unknown(model)
        if model in self.closed:
            told = {"status": 400, "message": f'You are not allowed to access "{model}".', "description": ""}
            return httpx.Response(400, json=told)
        params = request.url.params
        try:
            where = _where(_decoded(params.get("d")) or [], _context(request))
            fields = [name for name in params.get_list("f") if name.split(".")[0] not in self.hidden]
            rows = self._found(model, where, int(params.get("s", 0)), int(params.get("p", 0)))
            return httpx.Response(200, json=[self._record(model, row, fields) for row in rows])
        except UnknownColumn as error:
            return _unknown(str(error).rpartition(": ")[2])

    def _found(self, model: str, where: Domain, size: int, offset: int) -> list[Row]:
        most = min(size or self.page or -1, self.page or size)
        rows = self.tables.select(
            f'SELECT * FROM "{model}" WHERE {where.sql} ORDER BY id LIMIT {most} OFFSET {offset}', where.values
        )
        return [] if self.blind else rows

    def _record(self, model: str, row: Row, fields: list[str]) -> dict[str, object]:
        told: dict[str, object] = {"id": int(str(row["id"])), "__name__": model}
        for path in sorted(fields):
            name, _, inner = path.partition(".")
            if name not in row:
                raise UnknownColumn(f"no such column: {name}")
            told[name] = self._linked(name, row[name], inner) if inner else self._value(name, row[name])
        return told

    def _linked(self, name: str, value: str | None, inner: str) -> object:
        if value is None:
            return None
        (row,) = self.tables.select(f'SELECT * FROM "{self.links[name]}" WHERE id = ?', [value])
        return {"id": int(value), "__name__": self.links[name], inner: self._value(inner, row[inner])}

    def _value(self, name: str, value: str | None) -> object:
        if value in (None, ""):
            return value
        if name in self.links or name in ("id", "active"):
            return int(str(value))
        if name in NUMBERS:
            return {"__class__": "Decimal", "decimal": value}
        return _in_parts(name, str(value))

    def _action(self, request: httpx.Request, model: str, action: str) -> httpx.Response:
        told = json.loads(request.content)
        if (model, action) == ("res.user", "get_preferences"):
            chosen = {"company": 1, "company.rec_name": "Sandbox", "language": "en", "employees": []}
            return httpx.Response(200, json=chosen)
        if not self.tables.columns(model):
            return _unknown(model)
        if action == "fields_get":
            return httpx.Response(200, json={name: self._field(name) for name in self.tables.columns(model)})
        where = _where(told["domain"], _context(request))
        (row,) = self.tables.select(f'SELECT COUNT(*) AS n FROM "{model}" WHERE {where.sql}', where.values)
        return httpx.Response(200, json=0 if self.blind else int(str(row["n"])))

    def _field(self, name: str) -> dict[str, object]:
        kind = "numeric" if name in NUMBERS else "timestamp" if name in _STAMPS else "char"
        kind = "boolean" if name == "active" else "integer" if name == "id" else kind
        more: dict[str, object] = {"monetary": True} if kind == "numeric" else {}
        if name in self.links:
            kind, more = "many2one", {"relation": self.links[name]}
        return {"name": name, "string": name, "type": kind, "required": name == "name", **more}


def _where(domain: list, context: dict[str, object]) -> Domain:
    wanted = nested(domain, _plain) if domain else NO_CONDITION
    if context.get("active_test") is False:
        return wanted
    return Domain(f"({wanted.sql}) AND \"active\" = '1'", wanted.values)


def _plain(value: object) -> object:
    """A value of a domain as the table keeps it."""
    if not isinstance(value, dict):
        return value
    parts = [value[part] for part in ("year", "month", "day", "hour", "minute", "second", "microsecond")]
    return datetime(*parts).isoformat()  # noqa: DTZ001  # stamps are kept without a zone


def _in_parts(name: str, value: str) -> object:
    if name in _STAMPS:
        told = datetime.fromisoformat(value)
        parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime", **{part: getattr(told, part) for part in parts}}
    if name.endswith("_date"):
        day = date.fromisoformat(value)
        return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}
    return value


def _context(request: httpx.Request) -> dict[str, object]:
    return _decoded(request.headers.get("x-tryton-context")) or {}


def _decoded(text: str | None) -> object:
    return json.loads(urlsafe_b64decode(text)) if text else None


def _unknown(name: str) -> httpx.Response:
    return _page(500, "Internal Server Error", f"&#39;{name}&#39;")


def _page(status: int, title: str, text: str = "") -> httpx.Response:
    html = f"<!doctype html>\n<html lang=en>\n<title>{status} {title}</title>\n<h1>{title}</h1>\n<p>{text}</p>\n"
    return httpx.Response(status, html=html)
