"""What carrying asks of the day that is being worked out."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

import polars as pl

from revrecon.canonical.identity.decisions import Decision
from revrecon.canonical.identity.frames import Identities
from revrecon.daily.buckets.engine import Spread
from revrecon.daily.carrying.settings import Carrying
from revrecon.daily.tables import Tables
from revrecon.entity_map.loader import LoadedMap
from revrecon.entity_map.model import EntityMap
from revrecon.history.lake import Lake
from revrecon.timing.door import CopyTiming


class AskingDay(Protocol):
    """A day, as far as carrying looks at it."""

    loaded: LoadedMap
    as_of: date
    lake: Lake
    tables: Tables
    carried_tables: Tables
    carrying: Carrying
    spread: Spread
    decisions: tuple[Decision, ...]
    crosswalks: Mapping[str, pl.DataFrame]

    @property
    def map(self) -> EntityMap: ...

    def linked(self, entity: str) -> Identities:
        """Who is who in an entity with linkage, which looks at all its records."""
        ...

    def timing_under(self, entity: str, crosswalk: pl.DataFrame) -> Mapping[str, CopyTiming]:
        """Claims, lags and what is overdue of every copy of an entity, under a crosswalk."""
        ...
