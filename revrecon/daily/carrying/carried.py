"""An entity that is carried forward: what hangs together with any change worked out anew, and all else as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from revrecon.canonical.identity.frames import Identities
from revrecon.canonical.world import World
from revrecon.daily.carrying.kept import COUNTED_SCHEMA
from revrecon.daily.carrying.part import Part
from revrecon.daily.layers import Change
from revrecon.daily.tables import Tables
from revrecon.findings import no_findings
from revrecon.numbers.accounting import ROW_ACCOUNTING_SCHEMA, copy_accounting
from revrecon.quality.judgement import drift_findings, rule_findings

BY_RECORD = ("copy", "record_id")
_OF_LINKS = ("left_copy", "left_id", "right_copy", "right_id", "pass")


@dataclass(frozen=True)
class Carried:
    """One entity of a day. `then`, `now`: the records that are worked out anew, as they were and as they are.

    `keys` (KEY_SCHEMA) are these records; `overdue` per copy what timing does not excuse; `tables` and `kept` those of
    `since`, the earlier day.
    """

    since: date
    basis: str
    keys: pl.DataFrame
    then: Part
    now: Part
    found: Identities
    overdue: Mapping[str, pl.DataFrame]
    ties: pl.DataFrame
    pointers: pl.DataFrame
    tables: Tables
    kept: Tables

    @property
    def entity(self) -> str:
        return self.now.entity

    @cached_property
    def world(self) -> World:
        """The world of the records that are worked out anew."""
        return self.now.world(self.found.crosswalk)

    @cached_property
    def former(self) -> World:
        """The same records as they were."""
        return self.then.world(self._then_who)

    @cached_property
    def _then_who(self) -> pl.DataFrame:
        told = self.tables.scan("crosswalk", self.entity, self.since)
        mine = told.join(self.keys.lazy(), on=list(BY_RECORD), how="semi").sort(BY_RECORD)
        return mine.collect()

    @cached_property
    def crosswalk(self) -> pl.DataFrame:
        """Who is who in the whole entity."""
        told = self.tables.scan("crosswalk", self.entity, self.since)
        stays = told.join(self.keys.lazy(), on=list(BY_RECORD), how="anti").collect()
        return pl.concat([stays, self.found.crosswalk]).sort(BY_RECORD)

    @property
    def identities(self) -> Identities:
        """Who is who in the whole entity, with every link that made it; without likeness nothing waits for anybody."""
        change = self.change("links", self.entity)
        told = self.tables.scan("links", self.entity, self.since)
        stays = told.join(change.taken.lazy(), on=list(change.by), how="anti").collect()
        links = pl.concat([stays, change.fresh]).sort(change.order)
        return Identities(self.crosswalk, links, self.found.review)

    @cached_property
    def counted(self) -> pl.DataFrame:
        """The accounting of each copy of the whole entity, and how many records it holds (COUNTED_SCHEMA)."""
        numbers = [name for name, dtype in COUNTED_SCHEMA.items() if dtype == pl.Int64()]
        less = counted(self.former, self.entity).with_columns(-pl.col(numbers))
        parts = [self.kept.read("counted", self.entity, self.since), less, counted(self.world, self.entity)]
        return pl.concat(parts).group_by("entity", "copy", maintain_order=True).agg(pl.col(numbers).sum())

    @property
    def records(self) -> Mapping[str, int]:
        """How many live records each copy holds that has said anything."""
        return dict(self.counted.select("copy", "records").iter_rows())

    def accounting(self, copy: str, set_aside: int) -> pl.DataFrame:
        """Where the rows of a copy ended; `set_aside`: those that have no key."""
        mine = self.counted.filter(pl.col("copy") == copy).select(list(ROW_ACCOUNTING_SCHEMA))
        return mine.with_columns(pl.col("rows", "no_key") + set_aside)

    def rule_findings(self, copy: str) -> pl.DataFrame:
        """Findings of the field and record rules of a copy."""
        return self._merged("quality", copy)

    def drift_findings(self, copy: str) -> pl.DataFrame:
        """Findings of a copy against the canonical records."""
        return self._merged("drift", copy)

    @property
    def canonical(self) -> pl.DataFrame:
        """The canonical records, sorted by canonical id."""
        change = self.change("canonical", self.entity)
        stays = self.tables.read("canonical", self.entity, self.since).join(change.taken, on="canonical_id", how="anti")
        return stays.merge_sorted(change.fresh, "canonical_id")

    def _merged(self, room: str, copy: str) -> pl.DataFrame:
        name = f"{self.entity}_{copy}"
        change = self.change(room, name)
        stays = self.tables.read(room, name, self.since).join(change.taken, on="signature", how="anti")
        return stays.merge_sorted(change.fresh, "signature")

    def change(self, room: str, name: str) -> Change:
        """What the day changes of a table of the earlier day."""
        if room == "crosswalk":
            return Change(BY_RECORD, BY_RECORD, self.keys, self.found.crosswalk)
        if room == "links":
            named = self.keys.rename({"copy": "left_copy", "record_id": "left_id"})
            return Change(("left_copy", "left_id"), _OF_LINKS, named, self.found.links)
        if room == "canonical":
            ids = self._then_who.select("canonical_id").drop_nulls().unique()
            return Change(("canonical_id",), ("canonical_id",), ids, self.world.entities[self.entity].canonical)
        if room in ("ties", "pointers"):
            return Change(BY_RECORD, BY_RECORD, self.keys, self.ties if room == "ties" else self.pointers)
        fresh = self._judged(room, name.removeprefix(f"{self.entity}_"))
        return Change(("signature",), ("signature",), self._taken(room, name), fresh)

    def _judged(self, room: str, copy: str) -> pl.DataFrame:
        if copy not in self.world.entities[self.entity].copies:
            return no_findings()
        place = (self.now.map, self.world, self.entity, copy)
        return rule_findings(*place) if room == "quality" else drift_findings(*place, self.overdue.get(copy))

    def _taken(self, room: str, name: str) -> pl.DataFrame:
        """The signatures of what was found of the records: by the thing that they stood for, or by themselves."""
        before = self.tables.scan(room, name, self.since)
        copy = name.removeprefix(f"{self.entity}_")
        things = self._then_who.select("canonical_id").drop_nulls().unique().lazy()
        mine = self.keys.lazy().filter(pl.col("copy") == copy).select("record_id")
        own = before.filter(pl.col("record_system") == pl.col("system"), pl.col("record_object") == pl.col("object"))
        found = [before.join(things, on="canonical_id", how="semi"), own.join(mine, on="record_id", how="semi")]
        return pl.concat([one.select("signature") for one in found]).unique().collect()


def counted(world: World, entity: str) -> pl.DataFrame:
    """The accounting of every copy of an entity, and how many live records each holds (COUNTED_SCHEMA)."""
    copies = world.entities[entity].copies
    found = [
        copy_accounting(world, entity, name).with_columns(pl.lit(copy.records.height, pl.Int64).alias("records"))
        for name, copy in copies.items()
    ]
    return pl.concat([pl.DataFrame(schema=COUNTED_SCHEMA), *found])
