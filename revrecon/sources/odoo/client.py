"""The client of an Odoo database: records by their ids, and the fields of its models."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from revrecon.entity_map.connectors import OdooSettings
from revrecon.sources.contract import LoginRefused, RequestRefused
from revrecon.sources.live.contract import Asked, Column, Greeting, Page
from revrecon.sources.live.rows import Json, as_text, inside, listed, literal, parsed
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import Wire, client
from revrecon.sources.odoo.login import OdooManners

_A_PAGE, _A_PAGE_OF_KEYS = 1_000, 20_000
_ARCHIVED_TOO = {"active_test": False}
_BESIDE = ".display_name"
_FACTS = ["string", "type", "required", "relation", "selection", "store", "related"]
_NOT_DRAFTED = ("binary", "one2many", "properties", "properties_definition")
_TYPES = {
    "boolean": "boolean", "integer": "integer", "float": "number", "number": "number", "monetary": "money",
    "date": "date", "datetime": "timestamp", "many2one": "reference",
}  # fmt: skip


class Odoo:
    """One database. Archived records are read as well; `active` tells them apart."""

    cannot_see: tuple[str, ...] = (
        "Deletions leave no trace; they are found by comparing keys: the ids of every object are asked for, each day.",
        "A computed field may change without moving write_date; reading everything again finds it.",
        "Records of companies, or under rules, that the login may not see do not exist for it.",
    )
    made_up: frozenset[str] = frozenset()

    def __init__(self, name: str, settings: OdooSettings, outside: Outside) -> None:
        self._settings = settings
        self._manners = OdooManners(name, settings)
        self._wire = Wire(client(settings.url, transport=outside.transport), self._manners, pause=outside.pause)

    def greet(self) -> Greeting:
        told = self._call("res.users", "context_get", {})
        return Greeting(f"user {inside(told, 'uid')} of {self._settings.database or self._settings.url}")

    def pages(self, asked: Asked, after: str | None = None) -> Iterator[Page]:
        """Along the ids, which stay; stamps are whole seconds in what is told and finer in what is kept, so that a
        page could neither begin after one nor at it."""
        kinds = self._kinds(asked)
        for records, last in self._along_the_ids(asked, sorted({_field(one) for one in asked.columns}), after, _A_PAGE):
            yield Page(_rows(records, asked, kinds), last)

    def count(self, asked: Asked) -> int | None:
        told = self._call(asked.table, "search_count", {"domain": _only(asked), "context": _ARCHIVED_TOO})
        return int(str(told))

    def keys(self, asked: Asked) -> pl.Series | None:
        every = Asked(asked.object, asked.table, asked.key, asked.key, None, None, asked.only)
        kinds = self._kinds(every)
        found = [pl.Series(dtype=pl.String)]
        for records, _ in self._along_the_ids(every, list(asked.key), None, _A_PAGE_OF_KEYS):
            rows = _rows(records, every, kinds).select(pl.col(name).fill_null("") for name in asked.key)
            found.append(rows.select(pl.concat_str(pl.all(), separator="|")).to_series())
        return pl.concat(found)

    def columns(self, asked: Asked) -> list[Column]:
        """What is stored, or is another record's and shown here; anything computed only where the map names it."""
        told = self._call(asked.table, "fields_get", {"attributes": _FACTS})
        named = {_field(one) for one in asked.columns}
        fields = told.items() if isinstance(told, Mapping) else ()
        return [
            _column(name, fact)
            for name, fact in fields
            if name in named or (inside(fact, "type") not in _NOT_DRAFTED and _lasts(fact))
        ]

    def rules(self, asked: Asked) -> frozenset[str] | None:
        return None

    def tables(self) -> list[str] | None:
        try:
            told = self._call("ir.model", "search_read", {"domain": [], "fields": ["model"], "order": "model"})
        except LoginRefused:
            return None  # only an administrator may list them
        return [str(one["model"]) for one in listed(told)]

    def moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).astimezone(UTC)

    def _kinds(self, asked: Asked) -> Mapping[str, str]:
        """The type of every field that is asked for. Raises RequestRefused where one is not there."""
        wanted = {_field(name) for name in asked.columns}
        told = self._call(asked.table, "fields_get", {"allfields": sorted(wanted), "attributes": ["type"]})
        kinds = {name: str(inside(told, name, "type")) for name in wanted if inside(told, name) is not None}
        lacking = sorted(wanted - kinds.keys())
        if lacking:
            raise RequestRefused(
                f"{self._manners.name}: {asked.table} has no field {', '.join(lacking)}, or the login may not read it. "
                "Compare the map with what the system holds: revrecon doctor."
            )
        return kinds

    def _along_the_ids(
        self, asked: Asked, fields: Sequence[str], after: str | None, most: int
    ) -> Iterator[tuple[Sequence[Mapping[str, Json]], str | None]]:
        """Pages in the order of ids, each with the id that the next begins after; an empty one is the last."""
        while True:
            question = {
                "domain": [*_only(asked), *_changed(asked), *([["id", ">", int(after)]] if after else [])],
                "fields": ["id", *(name for name in fields if name != "id")], "order": "id", "limit": most,
                "context": _ARCHIVED_TOO,
            }  # fmt: skip
            records = listed(self._call(asked.table, "search_read", question))
            after = str(records[-1]["id"]) if records else None
            yield records, after
            if after is None:
                return

    def _call(self, model: str, method: str, arguments: Mapping[str, object]) -> Json:
        answer = self._wire.ask("POST", f"/json/2/{model}/{method}", json=dict(arguments))
        return parsed(answer.content, self._manners.name)


def _only(asked: Asked) -> list[Json]:
    """The map's condition, an Odoo domain such as [["move_type", "=", "out_invoice"]]."""
    domain = literal(asked.only) if asked.only else []
    if not isinstance(domain, list):
        raise RequestRefused(
            f"{asked.object}: `only` is no Odoo domain: {asked.only}. "
            'Write a list of conditions, such as [["move_type", "=", "out_invoice"]].'
        )
    return domain


def _changed(asked: Asked) -> list[Json]:
    if asked.since is None or not asked.changed:
        return []
    return [[asked.changed, ">=", f"{asked.since:%Y-%m-%d %H:%M:%S}"]]


def _field(column: str) -> str:
    """The field that holds a column: `user_id` for `user_id` and for `user_id.display_name`."""
    field = column.removesuffix(_BESIDE)
    if "." in field:
        raise RequestRefused(
            f"{column}: of a linked record Odoo tells the id and the name. Write {column.split('.')[0]} or "
            f"{column.split('.')[0]}{_BESIDE}, and read anything else as an object of its own."
        )
    return field


def _rows(records: Sequence[Mapping[str, Json]], asked: Asked, kinds: Mapping[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            name: [_text(record.get(_field(name)), kinds[_field(name)], name.endswith(_BESIDE)) for record in records]
            for name in asked.columns
        },
        schema=dict.fromkeys(asked.columns, pl.String),
    )


def _text(value: Json, kind: str, wants_name: bool) -> str | None:
    """Emptiness is `false` for every type but the boolean; a link is its id, or [id, name]; stamps are in UTC."""
    if kind == "boolean":
        return as_text(bool(value))
    if value is False:
        return None
    if kind == "many2one" and isinstance(value, list):
        return as_text(value[1 if wants_name else 0])
    if kind == "datetime":
        return f"{value}+00:00".replace(" ", "T")
    return as_text(value)


def _lasts(fact: Json) -> bool:
    return inside(fact, "store") is not False or bool(inside(fact, "related"))


def _column(name: str, fact: Json) -> Column:
    choices = inside(fact, "selection")
    values = [str(one[0]) for one in choices if isinstance(one, list) and one] if isinstance(choices, list) else []
    return Column(
        name=name,
        type=_TYPES.get(str(inside(fact, "type")), "text"),
        title=str(inside(fact, "string") or ""),
        required=inside(fact, "required") is True,
        unique=True if name == "id" else None,
        values=tuple(values),
        points_to=str(inside(fact, "relation") or "") or None,
    )
