"""A NetSuite account: OAuth 2.0 machine to machine, SuiteQL with its page limit, the metadata catalog.

Contract: the SuiteTalk REST guide. Column names come back in lower case, values as strings, empty ones not at all;
dates in the account's format; a limit of concurrency is told by its code.
"""

import itertools
import json
import re
from datetime import datetime
from functools import cache
from urllib.parse import parse_qs

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from revrecon_tests.sandbox.base import Handler, Row, StandIn
from revrecon_tests.sandbox.tables import Tables, UnknownColumn

CLIENT_ID, CERTIFICATE = "sandbox-client", "sandbox-certificate"
_TOKEN = "/services/rest/auth/oauth2/v1/token"
_A_DATE = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def private_key() -> str:
    """The private key whose certificate the account knows, in PEM form."""
    return _key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class NetSuite(StandIn):
    host = "1234567-sb1.suitetalk.api.netsuite.com"

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)
        self.tables = Tables("id", numbered=True)
        self.tables.database.create_function("TO_CHAR", 2, lambda value, form: f"char {value}" if value else None)
        self.tables.database.create_function("TO_DATE", 2, lambda value, form: value)
        self._tokens: set[str] = set()
        self._count = itertools.count(1)

    def put(self, table: str, row: Row) -> None:
        """Dates and stamps in ISO form, in the account's own zone."""
        self.tables.put(table, row)

    def remove(self, table: str, key: str) -> None:
        self.tables.delete(table, key)

    def expire(self) -> None:
        self._tokens.clear()

    def too_many(self) -> httpx.Response:
        return _error(429, "CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded. Request blocked.")

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", _TOKEN, self._token),
            ("POST", "/services/rest/query/v1/suiteql", self._suiteql),
            ("GET", "/services/rest/record/v1/metadata-catalog/?", self._catalog),
            ("GET", r"/services/rest/record/v1/metadata-catalog/(\w+)", self._described),
        ]

    def refused(self, request: httpx.Request) -> httpx.Response | None:
        known = request.headers.get("authorization", "").removeprefix("Bearer ") in self._tokens
        if known or request.url.path == _TOKEN:
            return None
        return _error(401, "INVALID_LOGIN", "Invalid login attempt.")

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        try:
            told = jwt.decode(
                form["client_assertion"], _key().public_key(), algorithms=["PS256"], audience=str(request.url)
            )
            kid = jwt.get_unverified_header(form["client_assertion"])["kid"]
        except (jwt.PyJWTError, KeyError):
            return httpx.Response(400, json={"error": "invalid_grant"})
        if (told["iss"], kid) != (CLIENT_ID, CERTIFICATE) or told["exp"] - told["iat"] > 3600:
            return httpx.Response(400, json={"error": "invalid_client"})
        token = f"eyJ.{next(self._count)}"
        self._tokens.add(token)
        return httpx.Response(200, json={"access_token": token, "expires_in": "3600", "token_type": "bearer"})

    def _suiteql(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("prefer") != "transient":
            return _error(400, "INVALID_HEADER", "The Prefer header must be transient.")
        limit, place = int(request.url.params.get("limit", 1000)), int(request.url.params.get("offset", 0))
        if limit > 1000:
            return _error(400, "INVALID_PARAMETER", "limit may be 1000 at most.")
        limit = min(limit, self.page or limit)
        question = json.loads(request.content)["q"]
        try:
            plain = question.replace(" FROM dual", "")
            rows = self.tables.select(f"{plain} LIMIT {limit + 1} OFFSET {place}")
            (counted,) = self.tables.select(f"SELECT COUNT(*) AS n FROM ({plain})")
        except UnknownColumn as error:
            return _error(400, "INVALID_PARAMETER", f"Invalid search query. Detailed unprocessed description: {error}")
        if self.blind and "dual" not in question:
            rows = [] if "COUNT" not in question else [{"n": "0"}]
        shown = [_told(row) for row in rows[:limit]]
        told = {"links": [], "count": len(shown), "hasMore": len(rows) > limit, "items": shown}
        return httpx.Response(200, json={**told, "offset": place, "totalResults": counted["n"]})

    def _catalog(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"items": [{"name": name, "links": []} for name in self.tables.names()]})

    def _described(self, request: httpx.Request, table: str) -> httpx.Response:
        columns = self.tables.columns(table)
        if not columns:
            return _error(404, "NONEXISTENT_ID", "Record does not exist")
        told = {name: {"type": "string", "title": name, "nullable": name != "id"} for name in columns}
        return httpx.Response(200, json={"type": "object", "properties": told})


def _told(row: Row) -> Row:
    """A row as it is answered: in lower case, dates as the account writes them, nothing for what is empty."""
    return {"links": [], **{name.lower(): _value(str(value)) for name, value in row.items() if value not in (None, "")}}


def _value(text: str) -> str:
    if text.startswith("char "):
        return text.removeprefix("char ")
    if not _A_DATE.fullmatch(text):
        return text
    return datetime.fromisoformat(text).strftime("%m/%d/%Y" if len(text) == 10 else "%m/%d/%Y %H:%M:%S")


def _error(status: int, code: str, detail: str) -> httpx.Response:
    told = {"type": "https://www.rfc-editor.org/rfc/rfc9110", "title": "Error", "status": status}
    return httpx.Response(status, json={**told, "o:errorDetails": [{"detail": detail, "o:errorCode": code}]})
