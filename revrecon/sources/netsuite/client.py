"""The client of a NetSuite account: SuiteQL, and the metadata catalog of its records."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from revrecon.entity_map.connectors import NetSuiteSettings
from revrecon.sources.contract import RequestRefused
from revrecon.sources.live.contract import Asked, Column, Greeting, Page
from revrecon.sources.live.rows import Json, inside, listed, number_in, parsed, records_in, rows_of
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import Wire, client
from revrecon.sources.netsuite.login import NetSuiteManners

_SUITEQL = "/services/rest/query/v1/suiteql"
_CATALOG = "/services/rest/record/v1/metadata-catalog"
_A_PAGE = 1_000
_STAMP = "YYYY-MM-DD HH24:MI:SS"
_TYPES = {"boolean": "boolean", "integer": "integer", "number": "number", "object": "reference"}


class NetSuite:
    """One account. An object's key is one column of numbers, along which its pages go."""

    cannot_see: tuple[str, ...] = (
        "Stamps come without a zone, in the account's own; the next day's question goes a whole day further back.",
        "Deletions are found by comparing keys: one question for the ids of every object, each day.",
        "Rows that the role may not see do not exist for it.",
    )
    made_up: frozenset[str] = frozenset()

    def __init__(self, name: str, settings: NetSuiteSettings, outside: Outside) -> None:
        http = client(settings.url, transport=outside.transport)
        self._settings = settings
        self._manners = NetSuiteManners(name, settings, http, outside.pause)
        self._wire = Wire(http, self._manners, pause=outside.pause)

    def greet(self) -> Greeting:
        self._asked("SELECT 1 AS one FROM dual", 1)
        return Greeting(self._settings.url)

    def pages(self, asked: Asked, after: str | None = None) -> Iterator[Page]:
        """The key is the only order in which NetSuite's pages neither repeat nor lose rows."""
        columns = [_selected(name, asked) for name in asked.columns]
        for records, last in self._along_the_key(asked, columns, _conditions(asked), after):
            yield Page(rows_of(records, asked.columns), last)

    def count(self, asked: Asked) -> int | None:
        where = f" WHERE {asked.only}" if asked.only else ""
        told = self._asked(f"SELECT COUNT(*) AS n FROM {asked.table}{where}", 1)
        return number_in(next(iter(records_in(told, "items")), None), "n")

    def keys(self, asked: Asked) -> pl.Series | None:
        found: list[str] = []
        only = [f"({asked.only})"] if asked.only else []
        for records, _ in self._along_the_key(asked, [_key(asked)], only, None):
            found += [str(record[_key(asked)]) for record in records]
        return pl.Series(found, dtype=pl.String)

    def columns(self, asked: Asked) -> list[Column]:
        headers = {"Accept": "application/schema+json"}
        answer = self._wire.ask("GET", f"{_CATALOG}/{asked.table}", headers=headers)
        told = inside(parsed(answer.content, self._manners.name), "properties")
        return [_column(name, fact) for name, fact in (told.items() if isinstance(told, Mapping) else ())]

    def rules(self, asked: Asked) -> frozenset[str] | None:
        return None

    def tables(self) -> list[str] | None:
        told = parsed(self._wire.ask("GET", _CATALOG).content, self._manners.name)
        return [str(one["name"]) for one in listed(inside(told, "items"))]

    def moment(self, text: str) -> datetime:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)

    def _along_the_key(
        self, asked: Asked, columns: Sequence[str], conditions: Sequence[str], after: str | None
    ) -> Iterator[tuple[Sequence[Mapping[str, Json]], str | None]]:
        """Pages in the order of the key, each with the key that the next one begins after."""
        key = _key(asked)
        while True:
            where = " AND ".join([*conditions, *([f"{key} > {int(after)}"] if after else [])])
            question = f"SELECT {', '.join(columns)} FROM {asked.table}{f' WHERE {where}' if where else ''}"
            told = self._asked(f"{question} ORDER BY {key}", _A_PAGE)
            records = records_in(told, "items")
            keys = [str(record[key]) for record in records]  # a record without its key is another question's answer
            more = inside(told, "hasMore") is True and len(keys) > 0
            after = keys[-1] if more else None
            yield records, after
            if not more:
                return

    def _asked(self, question: str, limit: int) -> Json:
        answer = self._wire.ask(
            "POST", _SUITEQL, params={"limit": limit, "offset": 0}, json={"q": question},
            headers={"Prefer": "transient"},
        )  # fmt: skip
        return parsed(answer.content, self._manners.name)


def _key(asked: Asked) -> str:
    if len(asked.key) != 1:
        raise RequestRefused(f"{asked.object}: pages go along one key, and the map names {', '.join(asked.key)}.")
    return asked.key[0].lower()


def _conditions(asked: Asked) -> list[str]:
    found = [f"({asked.only})"] if asked.only else []
    if asked.since is not None and asked.changed:
        found.append(f"{asked.changed} >= TO_DATE('{asked.since:%Y-%m-%d %H:%M:%S}', '{_STAMP}')")
    return found


def _selected(name: str, asked: Asked) -> str:
    """A column; the clocks in a form that does not depend on the login's preferences."""
    return f"TO_CHAR({name}, '{_STAMP}') AS {name}" if name in (asked.created, asked.changed) else name


def _column(name: str, told: Json) -> Column:
    kind = str(inside(told, "type"))
    stamp = {"date-time": "timestamp", "date": "date"}.get(str(inside(told, "format")))
    values = inside(told, "enum")
    return Column(
        name=name.lower(),
        type=stamp or _TYPES.get(kind, "text"),
        title=str(inside(told, "title") or ""),
        required=inside(told, "nullable") is False,
        values=tuple(map(str, values)) if isinstance(values, list) else (),
    )
