"""The client of a Tryton database: records by their ids, and the fields of its models."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from revrecon.entity_map.connectors import TrytonSettings
from revrecon.sources.contract import LoginRefused, RequestRefused
from revrecon.sources.live.contract import Asked, Column, Greeting, Page
from revrecon.sources.live.rows import Json, inside, listed, literal, parsed
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import Params, Wire, client
from revrecon.sources.tryton.login import TrytonManners
from revrecon.sources.tryton.values import as_told, stamp_of

_A_PAGE, _A_PAGE_OF_KEYS = 1_000, 20_000
_IN_ORDER = [["id", "ASC"]]
_WRITTEN, _CREATED = "write_date", "create_date"
_NOT_DRAFTED = ("binary", "one2many", "many2many")
_TYPES = {
    "boolean": "boolean", "integer": "integer", "biginteger": "integer", "float": "number", "numeric": "number",
    "date": "date", "datetime": "timestamp", "timestamp": "timestamp", "many2one": "reference",
    "one2one": "reference",
}  # fmt: skip


class Tryton:
    """One database, asked in the context that its user has chosen: company, language. Inactive records are read too.

    A record has no write_date until it is written again; where that is its clock, its creation stands there.
    """

    cannot_see: tuple[str, ...] = (
        "Deletions leave no trace; they are found by comparing keys: the ids of every object are asked for, each day.",
        "A function field may change without moving write_date; reading everything again finds it.",
        "Records of companies that the login's company filter leaves out do not exist for it; set the filter to all.",
    )
    made_up: frozenset[str] = frozenset()

    def __init__(self, name: str, settings: TrytonSettings, outside: Outside) -> None:
        self._settings = settings
        self._manners = TrytonManners(name, settings)
        self._wire = Wire(client(settings.url, transport=outside.transport), self._manners, pause=outside.pause)
        self._preferences: Json = None

    def greet(self) -> Greeting:
        company = inside(self._context(), "company.rec_name") or inside(self._context(), "company")
        return Greeting(f"database {self._settings.database}, {f'company {company}' if company else 'no company'}")

    def pages(self, asked: Asked, after: str | None = None) -> Iterator[Page]:
        kinds = self._kinds(asked)
        fields = [*asked.columns, *([_CREATED] if asked.changed == _WRITTEN else [])]
        for records, last in self._along_the_ids(asked, fields, after, _A_PAGE):
            self._require_all_fields(asked, records)
            yield Page(_rows(records, asked, kinds), last)

    def count(self, asked: Asked) -> int | None:
        return int(str(self._action(asked.table, "search_count", {"domain": _only(asked)})))

    def keys(self, asked: Asked) -> pl.Series | None:
        every = Asked(asked.object, asked.table, asked.key, asked.key, None, None, asked.only)
        kinds = self._kinds(every)
        found = [pl.Series(dtype=pl.String)]
        for records, _ in self._along_the_ids(every, every.columns, None, _A_PAGE_OF_KEYS):
            rows = _rows(records, every, kinds).select(pl.col(name).fill_null("") for name in asked.key)
            found.append(rows.select(pl.concat_str(pl.all(), separator="|")).to_series())
        return pl.concat(found)

    def columns(self, asked: Asked) -> list[Column]:
        """Lists of other records, and files, only where the map names them."""
        told = self._fields(asked.table)
        return [
            _column(name, fact)
            for name, fact in told.items()
            if name in asked.columns or inside(fact, "type") not in _NOT_DRAFTED
        ]

    def rules(self, asked: Asked) -> frozenset[str] | None:
        return None

    def tables(self) -> list[str] | None:
        try:
            told = self._get("ir.model", {"f": "name", "o": _coded([["name", "ASC"]])})
        except LoginRefused:
            return None
        return [str(one["name"]) for one in listed(told)]

    def moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).astimezone(UTC)

    def _context(self) -> Json:
        """What the login's user has chosen, which decides what company-wide fields and translations say."""
        if self._preferences is None:
            self._preferences = self._action("res.user", "get_preferences", {"context_only": True}, in_context=False)
        return self._preferences

    def _fields(self, model: str) -> Mapping[str, Json]:
        told = self._action(model, "fields_get", {})
        return told if isinstance(told, Mapping) else {}

    def _kinds(self, asked: Asked) -> Mapping[str, str]:
        """The type of every column that is asked for; none for one in a linked record. Raises RequestRefused."""
        fields = self._fields(asked.table)
        lacking = sorted({name.split(".")[0] for name in asked.columns} - fields.keys())
        if lacking:
            raise RequestRefused(
                f"{self._manners.name}: {asked.table} has no field {', '.join(lacking)}. "
                "Compare the map with what the system holds: revrecon doctor."
            )
        return {name: str(inside(fields.get(name), "type") or "") for name in asked.columns}

    def _require_all_fields(self, asked: Asked, records: Sequence[Mapping[str, Json]]) -> None:
        """A field that the login may not read is left out without a word. Raises LoginRefused."""
        lacking = [name for name in asked.columns if records and name.split(".")[0] not in records[0]]
        if lacking:
            raise LoginRefused(
                f"{self._manners.name}: the login may not read {', '.join(lacking)} of {asked.table}. "
                "Give it the rights that docs/connectors.md names."
            )

    def _along_the_ids(
        self, asked: Asked, fields: Sequence[str], after: str | None, most: int
    ) -> Iterator[tuple[Sequence[Mapping[str, Json]], str | None]]:
        """Pages in the order of ids, each with the id that the next begins after; an empty one is the last."""
        while True:
            domain = [*_only(asked), *_changed(asked), *([["id", ">", int(after)]] if after else [])]
            question: Params = {"d": _coded(domain), "o": _coded(_IN_ORDER), "s": most, "f": sorted({"id", *fields})}
            records = listed(self._get(asked.table, question))
            after = str(records[-1]["id"]) if records else None
            yield records, after
            if after is None:
                return

    def _get(self, model: str, params: Params) -> Json:
        answer = self._wire.ask("GET", f"{self._root}/{model}", params=params, headers=self._in_context())
        return parsed(answer.content, self._manners.name)

    def _action(self, model: str, action: str, arguments: Mapping[str, object], in_context: bool = True) -> Json:
        headers = self._in_context() if in_context else {}
        answer = self._wire.ask("POST", f"{self._root}/{model}/{action}", json=dict(arguments), headers=headers)
        return parsed(answer.content, self._manners.name)

    def _in_context(self) -> Mapping[str, str]:
        context = self._context()
        chosen = {name: inside(context, name) for name in ("company", "employee", "language") if inside(context, name)}
        return {"X-Tryton-Context": _coded({**chosen, "active_test": False})}

    @property
    def _root(self) -> str:
        return f"/{self._settings.database}/rest/model"


def _coded(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


def _only(asked: Asked) -> list[Json]:
    """The map's condition, a Tryton domain such as [["type", "=", "out"]], as one condition of several."""
    domain = literal(asked.only) if asked.only else []
    if not isinstance(domain, list):
        raise RequestRefused(
            f"{asked.object}: `only` is no Tryton domain: {asked.only}. "
            'Write a list of conditions, such as [["type", "=", "out"]].'
        )
    return [domain] if domain else []


def _changed(asked: Asked) -> list[object]:
    if asked.since is None or not asked.changed:
        return []
    clocks = dict.fromkeys([asked.changed, *([_CREATED] if asked.changed == _WRITTEN else [])])
    return [["OR", *([clock, ">=", stamp_of(asked.since)] for clock in clocks)]]


def _rows(records: Sequence[Mapping[str, Json]], asked: Asked, kinds: Mapping[str, str]) -> pl.DataFrame:
    """A column such as `party.name` lies in an inner object."""
    places = {name: name.split(".") for name in asked.columns}
    rows = pl.DataFrame(
        {name: [as_told(inside(record, *path), kinds[name]) for record in records] for name, path in places.items()},
        schema=dict.fromkeys(asked.columns, pl.String),
    )
    if asked.changed != _WRITTEN or _WRITTEN not in asked.columns:
        return rows
    created = pl.Series([as_told(record.get(_CREATED), "") for record in records], dtype=pl.String)
    return rows.with_columns(pl.col(_WRITTEN).fill_null(created))


def _column(name: str, fact: Json) -> Column:
    choices = inside(fact, "selection")
    values = [str(one[0]) for one in choices if isinstance(one, list) and one] if isinstance(choices, list) else []
    kind = _TYPES.get(str(inside(fact, "type")), "text")
    return Column(
        name=name,
        type="money" if inside(fact, "monetary") is True else kind,
        title=str(inside(fact, "string") or ""),
        required=inside(fact, "required") is True,
        unique=True if name == "id" else None,
        values=tuple(one for one in values if one),
        points_to=str(inside(fact, "relation") or "") or None,
    )
