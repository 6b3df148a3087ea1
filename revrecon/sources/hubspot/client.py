"""The client of a HubSpot account: list, search by the modified property, archive, properties."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from revrecon.entity_map.connectors import HubSpotSettings
from revrecon.sources.hubspot.associations import USUAL, linked, named, target_of
from revrecon.sources.hubspot.login import HubSpotManners
from revrecon.sources.live.contract import Asked, Column, Greeting, Page
from revrecon.sources.live.rows import Json, as_text, inside, listed, parsed
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import Wire, client

_OF_THE_RECORD = ("id", "createdAt", "updatedAt", "archived", "archivedAt")
_MODIFIED = {"contacts": "lastmodifieddate"}  # every other object has hs_lastmodifieddate
_MANY = {"company": "companies", "contact": "contacts", "deal": "deals", "product": "products", "ticket": "tickets"}
_A_PAGE, _A_SEARCH_PAGE = 100, 200
_MOST_FOUND = 10_000  # a search shows no more than these
_RULES = {"MIN_NUMBER": "at_least", "MAX_NUMBER": "at_most", "REGEX": "pattern"}
_TYPES = {"bool": "boolean", "number": "number", "date": "date", "datetime": "timestamp"}


class HubSpot:
    """One account. `search_pause`: the seconds between two searches, of which an account may make five in one."""

    cannot_see: tuple[str, ...] = (
        "A record that was deleted for good, or merged into another, is found only when everything is read again.",
        "Search shows a new record a few moments late; the overlap of the next day's question finds it.",
        "A link to another record may change without moving the modified property; reading everything again finds it.",
    )
    made_up: frozenset[str] = frozenset()

    def __init__(self, name: str, settings: HubSpotSettings, outside: Outside) -> None:
        self._settings, self._outside = settings, outside
        self._manners = HubSpotManners(name, settings)
        self._wire = Wire(client(settings.url, transport=outside.transport), self._manners, pause=outside.pause)
        self._search_pause = 0.4 * outside.pause

    def greet(self) -> Greeting:
        told = self._get("/account-info/v3/details")
        usage = listed(inside(self._get("/account-info/v3/api-usage/daily/private-apps"), "results"))
        left = "".join(
            f"{one.get('currentUsage')} of {one.get('usageLimit')} requests are used today" for one in usage[:1]
        )
        return Greeting(f"portal {inside(told, 'portalId')}", left)

    def pages(self, asked: Asked, after: str | None = None) -> Iterator[Page]:
        """Living records first, then archived ones; `after` names which of the two, and where."""
        if asked.since is not None:
            yield from self._changed(asked, asked.since)
            return
        start = after or "living "
        if start.startswith("living"):
            yield from self._listed(asked, "living", start.removeprefix("living "), "archived ")
        yield from self._listed(asked, "archived", start.removeprefix("archived ") if start[0] == "a" else "", None)

    def count(self, asked: Asked) -> int | None:
        return self._found(asked, [])

    def keys(self, asked: Asked) -> pl.Series | None:
        return None  # the archive tells what was deleted

    def columns(self, asked: Asked) -> list[Column]:
        told = listed(inside(self._get(f"/crm/properties/{self._settings.version}/{table_of(asked)}"), "results"))
        return [
            Column("id", "text", "Record ID", required=False, unique=True),
            *(Column(name, "timestamp") for name in ("createdAt", "updatedAt")),
            Column("archived", "boolean"),
            *map(column_of, told),
            *(Column(named(one), "reference", points_to=one) for one in USUAL.get(table_of(asked), ())),
        ]

    def rules(self, asked: Asked) -> frozenset[str] | None:
        """Property validation rules, which are read and written under this one older path."""
        told = listed(inside(self._get(f"/crm/v3/property-validations/{table_of(asked)}"), "results"))
        return frozenset(
            f"{one.get('propertyName')}_{_RULES[str(rule.get('ruleType'))]}".casefold()
            for one in told
            for rule in listed(one.get("propertyValidationRules"))
            if rule.get("ruleType") in _RULES
        )

    def tables(self) -> list[str] | None:
        standard = sorted(_MANY.values())
        schemas = listed(inside(self._get(f"/crm-object-schemas/{self._settings.version}/schemas"), "results"))
        return [*standard, *(str(one["objectTypeId"]) for one in schemas)]

    def moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)

    def _listed(
        self, asked: Asked, kind: str, after: str, then: str | None, since: datetime | None = None
    ) -> Iterator[Page]:
        """Every page of the living or of the archived (since a moment); after the last comes `then`."""
        while True:
            params: dict[str, str | int] = {"limit": _A_PAGE, "archived": str(kind == "archived").lower()}
            params |= {"properties": ",".join(_properties(asked))} | ({"after": after} if after else {})
            told = self._get(f"/crm/objects/{self._settings.version}/{table_of(asked)}", params)
            following = inside(told, "paging", "next", "after")
            records = [one for one in listed(inside(told, "results")) if since is None or self._archived(one) >= since]
            yield Page(self._rows(records, asked), f"{kind} {following}" if following else then)
            if not following:
                return
            after = str(following)

    def _changed(self, asked: Asked, since: datetime) -> Iterator[Page]:
        """What changed, in slices of time that a search can show whole; and everything in the archive."""
        yield from self._between(asked, since, self._outside.now() + timedelta(days=1))
        yield from self._listed(asked, "archived", "", None, since)

    def _archived(self, record: Mapping[str, Json]) -> datetime:
        return self.moment(str(record.get("archivedAt") or record["updatedAt"]))

    def _between(self, asked: Asked, since: datetime, until: datetime) -> Iterator[Page]:
        window = [_filter(asked, "GTE", since), _filter(asked, "LT", until)]
        found = self._found(asked, window)
        if found > _MOST_FOUND and until - since > timedelta(milliseconds=2):
            middle = since + (until - since) / 2
            yield from self._between(asked, since, middle)
            yield from self._between(asked, middle, until)
            return
        last = ""
        while True:
            told = self._search(asked, [*window, *([_beyond(last)] if last else [])], _A_SEARCH_PAGE)
            records = listed(inside(told, "results"))
            ids = [str(one["id"]) for one in records]
            yield Page(self._rows(records, asked), None)
            if not inside(told, "paging", "next", "after"):
                return
            last = ids[-1]

    def _rows(self, records: Sequence[Mapping[str, Json]], asked: Asked) -> pl.DataFrame:
        """What records say of themselves, and what they are linked to."""
        rows, ids = _told(records, asked), [str(one["id"]) for one in records]
        for column in asked.columns:
            target = target_of(column)
            if target is not None and ids:
                links = linked(self._wire, self._settings.version, table_of(asked), _MANY.get(target, target), ids)
                rows = rows.with_columns(pl.Series(column, [links.get(one) for one in ids], dtype=pl.String))
        return rows

    def _found(self, asked: Asked, filters: list[dict[str, str]]) -> int:
        return int(str(inside(self._search(asked, filters, 1), "total")))

    def _search(self, asked: Asked, filters: list[dict[str, str]], limit: int) -> Json:
        """A page of a search in the order of record ids."""
        time.sleep(self._search_pause)
        body = {
            "filterGroups": [{"filters": filters}] if filters else [],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": _properties(asked), "limit": limit, "after": "0",
        }  # fmt: skip
        path = f"/crm/objects/{self._settings.version}/{table_of(asked)}/search"
        return parsed(self._wire.ask("POST", path, json=body).content, self._manners.name)

    def _get(self, path: str, params: Mapping[str, str | int] | None = None) -> Json:
        return parsed(self._wire.ask("GET", path, params=params).content, self._manners.name)


def table_of(asked: Asked) -> str:
    """The plural by which an object is asked for."""
    return _MANY.get(asked.table, asked.table)


def place_of(column: str) -> tuple[str, ...]:
    """Where a column stands in a record."""
    return (column,) if column in _OF_THE_RECORD else ("properties", column)


def _filter(asked: Asked, operator: str, moment: datetime) -> dict[str, str]:
    name = _MODIFIED.get(table_of(asked), "hs_lastmodifieddate")
    return {"propertyName": name, "operator": operator, "value": str(int(moment.timestamp() * 1000))}


def _beyond(record_id: str) -> dict[str, str]:
    return {"propertyName": "hs_object_id", "operator": "GT", "value": record_id}


def _properties(asked: Asked) -> list[str]:
    return [name for name in asked.columns if name not in _OF_THE_RECORD and target_of(name) is None]


def _told(records: Sequence[Mapping[str, Json]], asked: Asked) -> pl.DataFrame:
    places = {name: place_of(name) for name in asked.columns}
    return pl.DataFrame(
        {name: [as_text(inside(record, *place)) for record in records] for name, place in places.items()},
        schema=dict.fromkeys(asked.columns, pl.String),
    )


def column_of(told: Mapping[str, Json]) -> Column:
    """What a property's description says."""
    options = [str(one["value"]) for one in listed(told.get("options")) if one.get("hidden") is not True]
    kind = _TYPES.get(str(told.get("type")), "text")
    return Column(
        name=str(told["name"]),
        type="money" if kind == "number" and told.get("showCurrencySymbol") is True else kind,
        title=str(told.get("label") or ""),
        unique=told.get("hasUniqueValue") is True,
        values=tuple(options) if told.get("type") == "enumeration" else (),
        points_to=str(told.get("referencedObjectType") or "") or None,
    )
