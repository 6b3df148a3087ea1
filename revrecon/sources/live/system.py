"""A live system as a source: it tells today and the day before, and nothing of days that are over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from revrecon.entity_map.connectors import LiveSystem
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.reach import columns_read
from revrecon.sources.contract import ObjectMissing, TellsNoPast
from revrecon.sources.live.contract import Asked, Client, PageStore
from revrecon.sources.live.extraction import Extracted, extracted, understood

_A_DAY = timedelta(days=1)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Outside:
    """What lies around a live source: the clock, the network where it is not the real one, and the first pause in
    seconds before something is tried again."""

    now: Callable[[], datetime] = _now
    transport: httpx.BaseTransport | None = None
    pause: float = 0.5


THE_WORLD = Outside()
"""The real clock and the real network."""


class LiveSource:
    """A system of the map, asked through its client."""

    def __init__(self, name: str, system: LiveSystem, entity_map: EntityMap, client: Client, outside: Outside) -> None:
        self.name, self.system, self.client = name, system, client
        self._map, self._outside = entity_map, outside
        self._greeted = False

    @property
    def now(self) -> datetime:
        """The moment, in UTC."""
        return self._outside.now().astimezone(UTC)

    def days(self, object_name: str) -> list[date]:
        """Yesterday and today, in the company's zone: a day is read at its end or in the night after it."""
        today = self.now.astimezone(self.zone).date()
        return [today - _A_DAY, today]

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return self._map.company.zone

    def asked(self, object_name: str, since: datetime | None = None) -> Asked:
        """The question for an object's rows: every column that the map names."""
        spec = self.system.objects[object_name]
        return Asked(
            object=object_name, table=spec.table or object_name,
            columns=tuple(sorted(columns_read(self._map, self.name, object_name))),
            key=spec.key, created=spec.created, changed=spec.changed, only=spec.only, since=since,
        )  # fmt: skip

    def extract(self, object_name: str, since: datetime | None, spool: PageStore) -> Extracted:
        """What the system holds now, or what changed since a moment. Raises SourceError."""
        with understood(f"{self.name}/{object_name}"):
            if not self._greeted:
                self.client.greet()
                self._greeted = True
            return extracted(self.client, self.asked(object_name, since), spool)

    def offered(self) -> list[str] | None:
        """None: what a system holds beyond the map is `revrecon map draft`'s to tell."""
        return None

    def missing(self, object_name: str) -> ObjectMissing:
        """The error for an object of which nothing is known."""
        return ObjectMissing(f"{self.name}/{object_name}: nothing of it was ever read. Run today's day first.")

    def tells_no_past(self, object_name: str, as_of: date) -> TellsNoPast:
        """The error for a day that is over."""
        first, last = self.days(object_name)
        return TellsNoPast(
            f"{self.name}/{object_name}: nothing was kept up to {as_of}, and the system knows only what it holds now. "
            f"Ask for {first} or {last}, or load older exports through a files system once."
        )
