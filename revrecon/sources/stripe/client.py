"""The client of a Stripe account: lists from the newest on, and the events of thirty days for what changed.

Source: Stripe's API reference (pagination, events, errors). Amounts stay integers in the smallest unit.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import httpx
import polars as pl

from revrecon.entity_map.connectors import StripeSettings
from revrecon.sources.contract import IncompleteExtract, RequestRefused
from revrecon.sources.live.contract import Asked, Column, Greeting, Page, ResumeRefused
from revrecon.sources.live.rows import Json, as_text, flat, inside, parsed, records_in, rows_of
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import Verdict, Wait, Wire, asked_to_wait, client, safe, secret, told_in, usual

_A_PAGE = 100
_EVENTS_LAST = timedelta(days=29)
_FILTERS = {"subscriptions": {"status": "all"}}  # without it the cancelled ones are hidden


class StripeManners:
    """The login of one account, and why it says 429."""

    def __init__(self, name: str, settings: StripeSettings) -> None:
        self.name = f"{name} (Stripe)"
        self._settings = settings

    def authorization(self, renewed: bool) -> Mapping[str, str]:
        key = secret(self._settings.key_env)
        return {"Authorization": f"Bearer {key}", "Stripe-Version": self._settings.version}

    def judged(self, response: httpx.Response) -> Verdict:
        if response.status_code == 429:
            why = response.headers.get("stripe-rate-limited-reason", "")
            return Wait(asked_to_wait(response), f"limit {why}" if why else _code(response) or "429")
        return usual(response, _code)


class Stripe:
    """One account."""

    cannot_see: tuple[str, ...] = (
        "Stripe lists no changes; they are taken from its events, which last thirty days. A system that was not read "
        "for longer is read whole.",
        "A deleted customer is known by its event only; when everything is read again, whoever is lacking is gone.",
    )
    made_up: frozenset[str] = frozenset({"updated", "deleted"})

    def __init__(self, name: str, settings: StripeSettings, outside: Outside) -> None:
        self._outside = outside
        self._manners = StripeManners(name, settings)
        self._wire = Wire(client(settings.url, transport=outside.transport), self._manners, pause=outside.pause)

    def greet(self) -> Greeting:
        told = self._get("/v1/account", {})
        return Greeting(f"account {inside(told, 'id')}")

    def pages(self, asked: Asked, after: str | None = None) -> Iterator[Page]:
        if asked.since is not None and self._outside.now() - asked.since < _EVENTS_LAST:
            yield from self._changed(asked, asked.since)
            return
        touched = dict(self._touched(asked))
        params = dict(_FILTERS.get(_many(asked.table), {}))
        try:
            for records, last, more in self._listed(f"/v1/{_many(asked.table)}", params, after):
                yield Page(_rows(records, asked, touched), last if more else None)
        except RequestRefused as refused:
            raise (ResumeRefused() if after else refused) from refused

    def count(self, asked: Asked) -> int | None:
        return None  # Stripe counts nothing

    def keys(self, asked: Asked) -> pl.Series | None:
        return None

    def columns(self, asked: Asked) -> list[Column]:
        """Stripe publishes no metadata: what the newest hundred records hold."""
        found: dict[str, Json] = {}
        for records, _, _ in self._listed(f"/v1/{_many(asked.table)}", {}, None):
            for record in records:
                found |= {name: value for name, value in flat(record) if value is not None or name not in found}
            break
        return [Column(name, _kind(name, value)) for name, value in sorted(found.items())]

    def rules(self, asked: Asked) -> frozenset[str] | None:
        return None

    def tables(self) -> list[str] | None:
        return None

    def moment(self, text: str) -> datetime:
        return datetime.fromtimestamp(int(text), UTC)

    def _changed(self, asked: Asked, since: datetime) -> Iterator[Page]:
        """The last state of every record that an event tells of; events come from the newest on."""
        met: set[str] = set()
        for events, last, more in self._listed("/v1/events", _about(asked, since), None):
            first = {_subject(event): event for event in reversed(events)}
            newest = [event for subject, event in first.items() if subject not in met]
            met |= first.keys()
            fresh = [_after(event) for event in newest if not _deletes(event)]
            gone = tuple(_subject(event) for event in newest if _deletes(event))
            yield Page(_rows(fresh, asked, {}), last if more else None, gone)

    def _touched(self, asked: Asked) -> Iterator[tuple[str, Json]]:
        """When each record was last changed, as far back as events go; the newest is told last."""
        told: list[tuple[str, Json]] = []
        for events, _, _ in self._listed("/v1/events", _about(asked, self._outside.now() - _EVENTS_LAST), None):
            told += [(_subject(event), event.get("created")) for event in events]
        yield from reversed(told)

    def _listed(
        self, path: str, params: Mapping[str, str], after: str | None
    ) -> Iterator[tuple[list[Mapping[str, Json]], str, bool]]:
        """Pages from the newest on: the records, the last one's id, and whether there are more."""
        while True:
            asked: dict[str, str | int] = {**params, "limit": _A_PAGE}
            if after:
                asked["starting_after"] = after
            told = self._get(path, asked)
            records, more = list(records_in(told, "data")), inside(told, "has_more") is True
            if more and not records:
                raise IncompleteExtract(f"{self._manners.name} says that there is more and gives nothing.")
            last = str(records[-1]["id"]) if records else ""
            yield records, last, more
            if not more:
                return
            after = last

    def _get(self, path: str, params: Mapping[str, str | int]) -> Json:
        return parsed(self._wire.ask("GET", path, params=params).content, self._manners.name)


def _about(asked: Asked, since: datetime) -> dict[str, str]:
    return {"created[gte]": str(int(since.timestamp())), "type": f"{_one(asked.table)}.*"}


def _subject(event: Mapping[str, Json]) -> str:
    return str(inside(event, "data", "object", "id"))


def _deletes(event: Mapping[str, Json]) -> bool:
    return str(event.get("type")).endswith(".deleted")


def _after(event: Mapping[str, Json]) -> Mapping[str, Json]:
    """The record as it was after an event, with the moment of it."""
    thing = inside(event, "data", "object")
    return {**(thing if isinstance(thing, Mapping) else {}), "updated": event.get("created")}


def _many(table: str) -> str:
    return table if table.endswith("s") else f"{table}s"


def _one(table: str) -> str:
    return table.removesuffix("s")


def _rows(records: Sequence[Mapping[str, Json]], asked: Asked, touched: Mapping[str, Json]) -> pl.DataFrame:
    """Inner objects as `metadata_invoice`; `updated` is the last event's moment, else the creation's."""
    return rows_of(
        ({"updated": touched.get(str(one["id"])) or one.get("created"), **one} for one in records), asked.columns
    )


def _kind(name: str, value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if name in ("created", "updated") or name.endswith("_at"):
        return "timestamp"
    if isinstance(value, int):
        return "money" if "amount" in name else "integer"
    return "reference" if as_text(value) and str(value).split("_")[0] in ("cus", "in", "ch", "prod") else "text"


def _code(response: httpx.Response) -> str:
    told = told_in(response)
    return safe(inside(told, "error", "code") or inside(told, "error", "message"))
