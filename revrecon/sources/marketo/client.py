"""The client of a Marketo subscription: leads by bulk extract, assets by their lists, deleted leads by the log."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import polars as pl

from revrecon.entity_map.connectors import MarketoSettings
from revrecon.sources.contract import IncompleteExtract, RequestRefused
from revrecon.sources.live.contract import Asked, Column, Greeting, Page
from revrecon.sources.live.rows import Json, flat, inside, listed, parsed, rows_of
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import Params, Wire, client
from revrecon.sources.marketo.leads import LeadExtract
from revrecon.sources.marketo.login import MarketoManners

_LEADS = "leads"
_ASSETS = ("emails", "forms", "landingPages", "programs", "smartCampaigns", "smartLists", "staticLists")
_AN_ASSET_PAGE = 200
_DELETED = "deleted"
_A_MINUTE = 120  # half seconds
_TYPES = {
    "boolean": "boolean", "integer": "integer", "float": "number", "percent": "number", "currency": "money",
    "score": "integer", "date": "date", "datetime": "timestamp",
}  # fmt: skip


class Marketo:
    """One subscription."""

    cannot_see: tuple[str, ...] = (
        "Leads that were created before settings.begins are read only once they change.",
        "A lead that was merged into another is found only when everything is read again; of deleted ones the log "
        "tells for some days.",
        "Marketo counts no leads, and a login that may not see them is given none; nothing is taken for deleted then.",
        "Companies, opportunities and custom objects are shown only to who names them one by one; they are not read.",
        "In a bulk extract an empty field and the word null look the same.",
    )
    made_up: frozenset[str] = frozenset()

    def __init__(self, name: str, settings: MarketoSettings, outside: Outside) -> None:
        http = client(settings.url, transport=outside.transport)
        self._settings, self._outside = settings, outside
        self._manners = MarketoManners(name, settings, http, outside.pause)
        self._wire = Wire(http, self._manners, pause=outside.pause)
        self._extract = LeadExtract(self._wire, self._manners.name, _A_MINUTE * outside.pause)

    def greet(self) -> Greeting:
        used = listed(inside(self._get("/rest/v1/stats/usage.json"), "result"))
        return Greeting(self._settings.url, "".join(f"{one.get('total')} requests were made today" for one in used[:1]))

    def pages(self, asked: Asked, after: str | None = None) -> Iterator[Page]:
        _require_plain(asked)
        if asked.table != _LEADS:
            yield from self._assets(asked, after)
            return
        now = self._outside.now().astimezone(UTC)
        if asked.since is None:
            begins = datetime.combine(self._settings.begins, datetime.min.time(), UTC)
            yield from self._extract.pages(asked, "createdAt", begins, now, after, None)
            return
        if after != _DELETED:
            yield from self._extract.pages(asked, "updatedAt", asked.since, now, after, _DELETED)
        for gone in self._deleted(asked.since):
            yield Page(rows_of([], asked.columns), None, gone)

    def count(self, asked: Asked) -> int | None:
        return None  # Marketo counts nothing

    def keys(self, asked: Asked) -> pl.Series | None:
        """Of assets, which are few, the whole list; of leads the log tells what was deleted."""
        if asked.table == _LEADS:
            return None
        every = Asked(asked.object, asked.table, asked.key, asked.key, None, None, None)
        rows = pl.concat([page.rows for page in self._assets(every, None)])
        told = rows.select(pl.concat_str([pl.col(name).fill_null("") for name in asked.key], separator="|"))
        return told.to_series()

    def columns(self, asked: Asked) -> list[Column]:
        """Leads are described; of assets the first page shows what they hold."""
        if asked.table == _LEADS:
            told = listed(inside(self._get("/rest/v1/leads/describe.json"), "result"))
            return [_column(one) for one in told if inside(one, "rest", "name")]
        records = listed(inside(self._page(asked.table, 0), "result"))
        found = {name: value for record in records for name, value in flat(record)}
        return [Column(name, _kind(name, value)) for name, value in sorted(found.items())]

    def rules(self, asked: Asked) -> frozenset[str] | None:
        return None

    def tables(self) -> list[str] | None:
        return [_LEADS, *_ASSETS]

    def moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)

    def _deleted(self, since: datetime) -> Iterator[tuple[str, ...]]:
        """The ids of leads that were deleted, a page at a time; a page may be empty and not the last."""
        asked: Params = {"sinceDatetime": f"{since:%Y-%m-%dT%H:%M:%SZ}"}
        token = str(inside(self._get("/rest/v1/activities/pagingtoken.json", asked), "nextPageToken"))
        while True:
            told = self._get("/rest/v1/activities/deletedleads.json", {"nextPageToken": token})
            yield tuple(str(one["leadId"]) for one in listed(inside(told, "result")))
            if inside(told, "moreResult") is not True:
                return
            following = str(inside(told, "nextPageToken"))
            if following == token:
                raise IncompleteExtract(f"{self._manners.name} names the same next page twice; run again.")
            token = following

    def _assets(self, asked: Asked, after: str | None) -> Iterator[Page]:
        """The whole list, and of it what changed: its own filter by time is not there for every kind of asset."""
        offset = int(after or 0)
        while True:
            records = listed(inside(self._page(asked.table, offset), "result"))
            offset += len(records)
            rows = _in_utc(rows_of(records, asked.columns))
            if asked.since is not None and asked.changed:
                moments = [self.moment(text) if text else asked.since for text in rows[asked.changed]]
                rows = rows.filter(pl.Series([moment >= asked.since for moment in moments], dtype=pl.Boolean))
            yield Page(rows, str(offset) if records else None)
            if not records:
                return

    def _page(self, table: str, offset: int) -> Json:
        if table not in _ASSETS:
            raise RequestRefused(f"{self._manners.name} lists no {table}. It lists {', '.join((_LEADS, *_ASSETS))}.")
        return self._get(f"/rest/asset/v1/{table}.json", {"offset": offset, "maxReturn": _AN_ASSET_PAGE})

    def _get(self, path: str, params: Params | None = None) -> Json:
        return parsed(self._wire.ask("GET", path, params=params).content, self._manners.name)


def _require_plain(asked: Asked) -> None:
    if asked.only:
        raise RequestRefused(f"{asked.object}: Marketo takes no condition; write it as `where` of the entity's copy.")
    if asked.table == _LEADS and asked.key != ("id",):
        raise RequestRefused(f"{asked.object}: leads are known by id, and the map names {', '.join(asked.key)}.")


def _in_utc(rows: pl.DataFrame) -> pl.DataFrame:
    """Assets write their stamps as 2015-05-21T22:45:13Z+0000."""
    return rows.with_columns(pl.all().str.replace(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\+0000$", "$1"))


def _column(told: Mapping[str, Json]) -> Column:
    name = str(inside(told, "rest", "name"))
    return Column(
        name=name,
        type=_TYPES.get(str(told.get("dataType")), "text"),
        title=str(told.get("displayName") or ""),
        unique=True if name == "id" else None,
    )


def _kind(name: str, value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if name.endswith("At"):
        return "timestamp"
    return "integer" if isinstance(value, int) else "text"
