"""The client of a Salesforce org: what is asked in SOQL, and what its metadata says."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import polars as pl

from revrecon.entity_map.connectors import SalesforceSettings
from revrecon.sources.contract import RequestRefused
from revrecon.sources.live.contract import Asked, Column, Greeting, Page, ResumeRefused
from revrecon.sources.live.rows import Json, as_text, inside, listed, parsed
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import Wire, client
from revrecon.sources.salesforce.bulk import BulkQuery
from revrecon.sources.salesforce.login import SalesforceManners

_RULES = "SELECT ValidationName FROM ValidationRule WHERE Active = true"
_TYPES = {
    "boolean": "boolean", "int": "integer", "double": "number", "percent": "number", "currency": "money",
    "date": "date", "datetime": "timestamp", "reference": "reference", "id": "text",
}  # fmt: skip


class Salesforce:
    """One org."""

    cannot_see: tuple[str, ...] = (
        "Records that were purged from the recycle bin are found only when everything is read again.",
        "A formula or roll-up field may change without moving SystemModstamp; reading everything again finds it.",
        "Records that the login may not see do not exist for it; give it View All on the objects of the map.",
    )
    made_up: frozenset[str] = frozenset()

    def __init__(self, name: str, settings: SalesforceSettings, outside: Outside) -> None:
        http = client(settings.url, {"Accept": "application/json"}, outside.transport)
        self._manners = SalesforceManners(name, settings, http, outside.pause)
        self._settings = settings
        self._wire = Wire(http, self._manners, pause=outside.pause)
        self._bulk = BulkQuery(self._wire, self._root, 4 * outside.pause)

    @property
    def _root(self) -> str:
        return f"/services/data/{self._settings.version}"

    def greet(self) -> Greeting:
        limits = self._get(f"{self._root}/limits")
        left, most = inside(limits, "DailyApiRequests", "Remaining"), inside(limits, "DailyApiRequests", "Max")
        return Greeting(self._settings.url, f"{left} of {most} requests are left today")

    def pages(self, asked: Asked, after: str | None = None) -> Iterator[Page]:
        if self._bulk.knows(after) or (after is None and asked.since is None and self._is_large(asked)):
            yield from self._bulk.pages(asked, soql(asked), after)
            return
        answer = self._resumed(after) if after else self._query(soql(asked))
        while True:
            following = inside(answer, "nextRecordsUrl")
            yield Page(_rows(answer, asked), None if inside(answer, "done") is True else str(following))
            if inside(answer, "done") is True:
                return
            answer = self._get(urlsplit(str(following)).path)

    def count(self, asked: Asked) -> int | None:
        condition = f" WHERE {asked.only}" if asked.only else ""
        return int(str(inside(self._query(f"SELECT COUNT() FROM {asked.table}{condition}"), "totalSize")))

    def keys(self, asked: Asked) -> pl.Series | None:
        return None  # queryAll tells of what was deleted, by IsDeleted

    def columns(self, asked: Asked) -> list[Column]:
        told = self._get(f"{self._root}/sobjects/{asked.table}/describe")
        return [column_of(field) for field in listed(inside(told, "fields"))]

    def rules(self, asked: Asked) -> frozenset[str] | None:
        """Active validation rules, by the names that they were deployed with."""
        told = self._get(
            f"{self._root}/tooling/query", {"q": f"{_RULES} AND EntityDefinition.QualifiedApiName = '{asked.table}'"}
        )
        names = [str(one.get("ValidationName")).casefold() for one in listed(inside(told, "records"))]
        return frozenset(one.removeprefix("rr_") for one in names)

    def tables(self) -> list[str] | None:
        told = listed(inside(self._get(f"{self._root}/sobjects"), "sobjects"))
        return [str(one["name"]) for one in told if one.get("queryable") is True]

    def moment(self, text: str) -> datetime:
        return datetime.strptime(text.replace("Z", "+0000"), "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)

    def _is_large(self, asked: Asked) -> bool:
        return (self.count(asked) or 0) >= self._settings.bulk_from

    def _query(self, question: str) -> Json:
        return self._get(f"{self._root}/queryAll", {"q": question})

    def _resumed(self, after: str) -> Json:
        try:
            return self._get(urlsplit(after).path)
        except RequestRefused as refused:
            raise ResumeRefused from refused

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        return parsed(self._wire.ask("GET", path, params=params).content, self._manners.name)


def soql(asked: Asked) -> str:
    """The question in SOQL: oldest change first, so that nothing is lost between two pages."""
    conditions = [f"({asked.only})"] if asked.only else []
    if asked.since is not None and asked.changed:
        conditions.append(f"{asked.changed} >= {asked.since:%Y-%m-%dT%H:%M:%SZ}")
    order = dict.fromkeys([*([asked.changed] if asked.since is not None and asked.changed else []), *asked.key])
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {', '.join(asked.columns)} FROM {asked.table}{where} ORDER BY {', '.join(order)}"


def _rows(answer: Json, asked: Asked) -> pl.DataFrame:
    """A column such as `Owner.Name` lies in an inner object."""
    records = listed(inside(answer, "records"))
    return pl.DataFrame(
        {name: [as_text(inside(record, *name.split("."))) for record in records] for name in asked.columns},
        schema=dict.fromkeys(asked.columns, pl.String),
    )


def column_of(field: Mapping[str, Json]) -> Column:
    """What a describe says of a field."""
    choices = [str(one["value"]) for one in listed(field.get("picklistValues")) if one.get("active") is not False]
    targets = field.get("referenceTo")
    must = field.get("nillable") is False and field.get("defaultedOnCreate") is not True
    return Column(
        name=str(field["name"]),
        type=_TYPES.get(str(field.get("type")), "text"),
        title=str(field.get("label") or ""),
        required=must and field.get("createable") is not False,
        unique=field.get("unique") is True,
        values=tuple(choices) if field.get("restrictedPicklist") is True else (),
        points_to=str(targets[0]) if isinstance(targets, list) and targets else None,
    )
