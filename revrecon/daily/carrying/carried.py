"""An entity that is carried forward: what hangs together with any change worked out anew, and all else as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from revrecon.canonical.identity.frames import Identities
from revrecon.canonical.world import World
from revrecon.daily.across import canonical_across, seen_across, world_across
from revrecon.daily.carrying.kept import COUNTED_SCHEMA, is_scaled
from revrecon.daily.carrying.part import Part, of_records
from revrecon.daily.carrying.shares import adds_up, exchanged, goes_on, kept_share
from revrecon.daily.layers import Change
from revrecon.daily.tables import Tables
from revrecon.entity_map.entities import Entity
from revrecon.findings import all_findings, no_findings
from revrecon.numbers.accounting import ROW_ACCOUNTING_SCHEMA, copy_accounting
from revrecon.numbers.shares import NumberShare, share_of
from revrecon.quality.judgement import (
    drift_findings,
    fields_across,
    findings_across_records,
    findings_by_record,
    rule_findings,
)
from revrecon.quality.scale import earlier_values

BY_RECORD = ("copy", "record_id")
_OF_LINKS = ("left_copy", "left_id", "right_copy", "right_id", "pass")


@dataclass(frozen=True)
class Carried:
    """One entity of a day. `then`, `now`: the records that are worked out anew, as they were and as they are.

    `keys` (KEY_SCHEMA) are these records, `found` who is who among them, and `linked` who is who among all, where
    likeness had to look at these; `overdue` per copy what timing does not excuse; `tables` and `kept` those of `since`,
    the earlier day.
    """

    since: date
    rested_on: str  # what the earlier day's tables rest on
    keys: pl.DataFrame
    then: Part
    now: Part
    found: Identities
    linked: Identities | None
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
        return of_records(told, self.keys).sort(BY_RECORD).collect()

    @cached_property
    def crosswalk(self) -> pl.DataFrame:
        """Who is who in the whole entity."""
        if self.linked is not None:
            return self.linked.crosswalk
        told = self.tables.scan("crosswalk", self.entity, self.since)
        stays = told.join(self.keys.lazy(), on=list(BY_RECORD), how="anti").collect()
        return pl.concat([stays, self.found.crosswalk]).sort(BY_RECORD)

    @property
    def identities(self) -> Identities:
        """Who is who in the whole entity, with every link that made it; without likeness nothing waits for anybody."""
        if self.linked is not None:
            return self.linked
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

    def share(self, number: str) -> NumberShare | None:
        """What all records give to a number; None where it has to be worked out over all of them."""
        rules, days = self.now.map, (self.since, self.now.as_of)
        told = rules.numbers[number]
        if not all(adds_up(rules, told, self.entity, day) for day in days) or not goes_on(rules, told, *days):
            return None
        before = kept_share(self.kept, number, self.since, self.rested_on)
        if before is None or self._may_be_empty:
            return None
        less = share_of(rules, number, self.since, lambda _day: self.former)
        plus = share_of(rules, number, self.now.as_of, lambda _day: self.world)
        return None if less.not_run or plus.not_run else exchanged(before, less, plus)

    def rule_findings(self, copy: str) -> pl.DataFrame:
        """Findings of the field and record rules of a copy."""
        return self._merged("quality", copy, self.tables)

    def drift_findings(self, copy: str) -> pl.DataFrame:
        """Findings of a copy against the canonical records."""
        return self._merged("drift", copy, self.tables)

    @property
    def canonical(self) -> pl.DataFrame:
        """The canonical records, sorted by canonical id."""
        change = self.change("canonical", self.entity)
        stays = self.tables.read("canonical", self.entity, self.since).join(change.taken, on="canonical_id", how="anti")
        return stays.merge_sorted(change.fresh, "canonical_id")

    @property
    def _may_be_empty(self) -> bool:
        """Whether there may be no canonical record any more, of which numbers say more than nothing."""
        change = self.change("canonical", self.entity)
        before = self.tables.scan("canonical", self.entity, self.since).select(pl.len()).collect().item()
        return change.fresh.is_empty() and int(before) <= change.taken.height

    def _merged(self, room: str, copy: str, tables: Tables) -> pl.DataFrame:
        """A copy's table of the earlier day with this day's change."""
        name = f"{self.entity}_{copy}"
        change = self.change(room, name)
        stays = tables.read(room, name, self.since).join(change.taken, on=list(change.by), how="anti")
        return stays.merge_sorted(change.fresh, change.order[0])

    def is_kept_whole(self, room: str) -> bool:
        """Whether a table is written whole: likeness may judge a link otherwise though both its records stay."""
        return self.linked is not None and room == "links"

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
        copy = name.removeprefix(f"{self.entity}_")
        if room in ("across", "earlier"):
            ids = self.keys.filter(pl.col("copy") == copy).select(pl.col("record_id").alias("_id"))
            return Change(("_id",), ("_id",), ids, self._across[copy] if room == "across" else self._earlier(copy))
        return Change(("signature",), ("signature",), self._taken(room, name), self._judged(room, copy))

    def _judged(self, room: str, copy: str) -> pl.DataFrame:
        if copy not in self.world.entities[self.entity].copies:
            return no_findings()
        place = (self.now.map, self.world, self.entity, copy)
        if room == "drift":
            return drift_findings(*place, self.overdue.get(copy))
        if not is_scaled(self._rules):
            return rule_findings(*place)
        return all_findings([findings_by_record(*place), self._found_across(copy)])

    @property
    def _rules(self) -> Entity:
        return self.now.map.entities[self.entity]

    def _found_across(self, copy: str) -> pl.DataFrame:
        """What rules over all records find, in all of them."""
        earlier = self._merged("earlier", copy, self.kept)
        return findings_across_records(self.now.map, self._world_across, self.entity, copy, earlier)

    @cached_property
    def _world_across(self) -> World:
        records = {name: self._merged("across", name, self.kept) for name in self._across}
        columns = canonical_across(self._rules)
        change = self.change("canonical", self.entity)
        before = self.tables.scan("canonical", self.entity, self.since).select(columns)
        stays = before.join(change.taken.lazy(), on="canonical_id", how="anti").collect()
        canonical = pl.concat([stays, change.fresh.select(columns)]).sort("canonical_id")
        return world_across(self.now.map, self.entity, self.now.as_of, self.now.received, records, canonical)

    @cached_property
    def _across(self) -> Mapping[str, pl.DataFrame]:
        """The records that are worked out anew in the columns that rules over all records look at."""
        copies = self.world.entities[self.entity].copies
        return {name: seen_across(self._rules, copy).sort("_id") for name, copy in copies.items()}

    def _earlier(self, copy: str) -> pl.DataFrame:
        received = self.now.received
        system = self.now.map.system_of(copy, self._rules.replication[copy])
        said = received.versions(system, self.now.as_of)
        return earlier_values(self.now.map, self.entity, copy, said).sort("_id", "field")

    def _taken(self, room: str, name: str) -> pl.DataFrame:
        """The signatures of what was found of the records: by the thing that they stood for, or by themselves."""
        before = self.tables.scan(room, name, self.since)
        copy = name.removeprefix(f"{self.entity}_")
        things = pl.col("canonical_id").is_in(self._then_who["canonical_id"].drop_nulls().unique().implode())
        mine = pl.col("record_id").is_in(self.keys.filter(pl.col("copy") == copy)["record_id"].implode())
        across = before.filter(pl.col("rule").is_in(_rules_across(self._rules)))
        own = before.filter(pl.col("record_system") == pl.col("system"), pl.col("record_object") == pl.col("object"))
        found = [across, before.filter(things), own.filter(mine)]
        return pl.concat([one.select("signature") for one in found]).unique().collect()


def _rules_across(entity: Entity) -> list[str]:
    """The rules that are asked anew of all records; none where only ties can make one depend on another."""
    kinds = ("is_unique", "scale") if is_scaled(entity) else ()
    return [f"{field}_{kind}" for field in fields_across(entity) for kind in kinds]


def counted(world: World, entity: str) -> pl.DataFrame:
    """The accounting of every copy of an entity, and how many live records each holds (COUNTED_SCHEMA)."""
    copies = world.entities[entity].copies
    found = [
        copy_accounting(world, entity, name).with_columns(pl.lit(copy.records.height, pl.Int64).alias("records"))
        for name, copy in copies.items()
    ]
    return pl.concat([pl.DataFrame(schema=COUNTED_SCHEMA), *found])
