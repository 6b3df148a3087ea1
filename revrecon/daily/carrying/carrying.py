"""From an earlier day to what changed since: which records are worked out anew, and who is who among them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial

import polars as pl

from revrecon.canonical.identity.decisions import standing
from revrecon.canonical.identity.door import identities
from revrecon.canonical.identity.frames import Identities
from revrecon.canonical.world import end_of
from revrecon.daily.buckets.dividing import entities_pointed_to
from revrecon.daily.carrying.asking import AskingDay
from revrecon.daily.carrying.carried import BY_RECORD, Carried
from revrecon.daily.carrying.changed import hanging_together, said_anew
from revrecon.daily.carrying.part import KEY_SCHEMA, Part, PartLake
from revrecon.daily.carrying.since import Since
from revrecon.daily.carrying.ties import pointers_of, ties_of
from revrecon.timing.door import is_timed

_AT_MOST = 0.25
"""Where more of an entity's records than this hang together with what changed, it is worked out whole."""


class EntityCarrier:
    """Carries one entity forward to a day that rests on an earlier one."""

    def __init__(self, since: Since, then: date) -> None:
        self.since = since
        self.then = then
        self.day: AskingDay = since.day
        self.map = since.day.map
        self.name = since.entity
        self.entity = since.day.map.entities[since.entity]
        self.lake = partial(PartLake, self.day.lake, self.map, self.name, until=self.day.as_of)
        self.held = standing(self.day.decisions, self.name, self.day.as_of)
        self.told = self.day.carried_tables.scan("ties", self.name, then)
        self.who = self.day.tables.scan("crosswalk", self.name, then)
        self.linked = self.day.linked(self.name) if self.entity.reconciliation.linkage else None

    def carried(self) -> Carried | None:
        """The entity on the day; None where too much of it hangs together with what changed."""
        first = pl.concat([*self._said(), *self._decided(), *self._led_elsewhere(), *self._linked_otherwise()])
        keys = self._with_all_that_hangs_on(first)
        if keys is None:
            return None
        lake = self.lake(keys=keys)
        now, found = self._worked_out(lake, keys)
        overdue = self._overdue(keys, found)
        due = list(self._due(overdue, found))
        more = self._with_all_that_hangs_on(pl.concat([keys, *due])) if due else keys
        if more is None:
            return None
        if more.height > keys.height:
            lake = self.lake(keys=more)
            now, found = self._worked_out(lake, more)
        return Carried(
            since=self.then, rested_on=self.since.basis_on(self.name, self.then), keys=more,
            then=self._part(lake, self.then), now=now, found=found, linked=self.linked, overdue=overdue,
            ties=ties_of(self.entity, now.resolved, self.held),
            pointers=pointers_of(self.map, self.name, now.resolved),
            tables=self.day.tables, kept=self.day.carried_tables,
        )  # fmt: skip

    def _part(self, lake: PartLake, as_of: date) -> Part:
        return Part(self.map, self.name, as_of, lake, self.day.crosswalks)

    def _worked_out(self, lake: PartLake, keys: pl.DataFrame) -> tuple[Part, Identities]:
        """The records as they are, and who is who among them."""
        now = self._part(lake, self.day.as_of)
        if self.linked is not None:
            return now, _among(keys, self.linked)
        return now, identities(self.name, self.entity, now.resolved, self.day.decisions, self.day.as_of)

    def _with_all_that_hangs_on(self, keys: pl.DataFrame) -> pl.DataFrame | None:
        """The records with those that any tie leads to, as it was or as it is; new ties are in what was said since."""
        said_since = self._part(self.lake(keys=keys, after=self.then), self.day.as_of)
        ties = [[self.told, ties_of(self.entity, said_since.resolved, self.held).lazy()], *self._things()]
        every = int(self.who.select(pl.len()).collect().item())
        return hanging_together(keys, ties, int(_AT_MOST * every))

    def _things(self) -> Iterator[list[pl.LazyFrame]]:
        """What likeness makes one thing of, then and now; where every link is a tie, things tie nothing more."""
        if self.linked is not None:
            crosswalks = (self.who, self.linked.crosswalk.lazy())
            yield [one.select(pl.col("canonical_id").alias("tie"), *BY_RECORD).drop_nulls("tie") for one in crosswalks]

    def _said(self) -> Iterator[pl.DataFrame]:
        yield said_anew(self.map, self.name, self.day.lake, self.then, self.day.as_of)

    def _decided(self) -> Iterator[pl.DataFrame]:
        """The records of decisions that begin to hold between the days."""
        held = [{(one.pair, one.verdict) for one in standing(self.day.decisions, self.name, day)}
                for day in (self.then, self.day.as_of)]  # fmt: skip
        records = [record for pair, _ in sorted(held[0] ^ held[1]) for record in pair]
        yield pl.DataFrame(records, schema=KEY_SCHEMA, orient="row")

    def _linked_otherwise(self) -> Iterator[pl.DataFrame]:
        """The records that stand for another thing than they did, or by another link, whatever was said of them."""
        if self.linked is not None:
            yield _moved(self.who.collect(), self.linked.crosswalk)

    def _led_elsewhere(self) -> Iterator[pl.DataFrame]:
        """The records whose references lead to another thing than they did."""
        pointers = self.day.carried_tables.scan("pointers", self.name, self.then)
        for other in entities_pointed_to(self.map, self.name):
            before, now = self.day.tables.read("crosswalk", other, self.then), self.day.crosswalks[other]
            keys = _moved(_leading(before), _leading(now)).with_columns(pl.lit(other).alias("target"))
            there = keys.select("target", pl.col("copy").alias("through"), pl.col("record_id").alias("key")).lazy()
            led = pointers.join(there, on=["target", "through", "key"], how="semi")
            yield led.select(list(BY_RECORD)).collect()

    def _overdue(self, keys: pl.DataFrame, found: Identities) -> dict[str, pl.DataFrame]:
        """Per copy that follows another one what timing does not excuse, of all records."""
        if not is_timed(self.map, self.name):
            return {name: one.overdue for name, one in self.day.timing_under(self.name, found.crosswalk).items()}
        stays = self.who.join(keys.lazy(), on=list(BY_RECORD), how="anti").collect()
        timed = self.day.timing_under(self.name, pl.concat([stays, found.crosswalk]).sort(BY_RECORD))
        return {name: one.overdue for name, one in timed.items()}

    def _due(self, overdue: dict[str, pl.DataFrame], found: Identities) -> Iterator[pl.DataFrame]:
        """The records that are in transit no more, or overdue as they were not, only because time went by."""
        things = [*self._left_transit(), *self._fell_due(overdue)]
        if any(not one.is_empty() for one in things):
            ids = pl.concat(things).unique().lazy()
            for who in (self.who, found.crosswalk.lazy()):
                yield who.join(ids, on="canonical_id", how="semi").select(list(BY_RECORD)).collect()

    def _left_transit(self) -> Iterator[pl.DataFrame]:
        limits = {copy.freshness for copy in self.entity.replication.values() if copy.freshness is not None}
        canonical = self.day.tables.scan("canonical", self.name, self.then)
        moments = [end_of(day, self.map.company.zone) for day in (self.then, self.day.as_of)]
        for limit in limits:
            between = pl.col("_changed").is_between(moments[0] - limit, moments[1] - limit, closed="right")
            yield canonical.filter(between).select("canonical_id").collect()

    def _fell_due(self, overdue: dict[str, pl.DataFrame]) -> Iterator[pl.DataFrame]:
        for copy, now in overdue.items():
            before = self.day.carried_tables.read("overdue", f"{self.name}_{copy}", self.then)
            for one, other in ((before, now), (now, before)):
                yield one.join(other, on=one.columns, how="anti", nulls_equal=True).select("canonical_id")


def _leading(crosswalk: pl.DataFrame) -> pl.DataFrame:
    """Which key leads to which living thing."""
    living = crosswalk.filter(~pl.col("gone"))["canonical_id"].unique()
    return crosswalk.filter(pl.col("canonical_id").is_in(living.implode())).select(*BY_RECORD, "canonical_id")


def _moved(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """The records (KEY_SCHEMA) of which one of two days says something that the other does not."""
    days = ((before, now), (now, before))
    both = [one.join(other, on=one.columns, how="anti", nulls_equal=True) for one, other in days]
    return pl.concat(both).select(list(BY_RECORD)).unique()


def _among(keys: pl.DataFrame, linked: Identities) -> Identities:
    """Who is who among some records (KEY_SCHEMA), by the links of all."""
    mine = linked.crosswalk.join(keys, on=list(BY_RECORD), how="semi", maintain_order="left")
    return replace(linked, crosswalk=mine)
