"""The day: every step of one reconciliation, each a pure function of the lake and the map, worked out once."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

import polars as pl

from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.identity.decisions import Decision
from revrecon.canonical.identity.door import Linker
from revrecon.canonical.identity.frames import Identities
from revrecon.canonical.identity.linkage.store import LinkageStore
from revrecon.canonical.lazily import Lazily
from revrecon.canonical.world import World, copies_on, identities_of, identities_on, world_on
from revrecon.daily.buckets.division import Division, EntityParts
from revrecon.daily.buckets.engine import Spread, spread_in
from revrecon.daily.buckets.likeness import scorer_of
from revrecon.daily.carrying.carried import Carried
from revrecon.daily.carrying.carrying import EntityCarrier
from revrecon.daily.carrying.settings import Carrying, carrying_in
from revrecon.daily.carrying.since import Since
from revrecon.daily.home import Home
from revrecon.daily.linking import linker_of
from revrecon.daily.narrow_copies import copies_for_identity, copies_when_looked_at
from revrecon.daily.ratchet import slipped
from revrecon.daily.received import Received
from revrecon.daily.staleness import allowed_silence, late_systems, open_inputs, stale_findings
from revrecon.daily.tables import Tables
from revrecon.decisions.register import DecisionRegister
from revrecon.entity_map.loader import LoadedMap
from revrecon.entity_map.model import EntityMap
from revrecon.findings import all_findings
from revrecon.history.lake import Lake
from revrecon.numbers.accounting import copy_accounting
from revrecon.numbers.bridges import NumberResult, result_of_share
from revrecon.numbers.provisional import stamped
from revrecon.numbers.ratios import RatioResult, ratio_result
from revrecon.numbers.reported import REPORTED_SCHEMA
from revrecon.numbers.shares import NumberShare, share_of, shared_entity
from revrecon.numbers.tie_out import tie_outs
from revrecon.quality.judgement import drift_findings, rule_findings, verdicts_on
from revrecon.quality.scale import earlier_values, scaled_fields, told_once
from revrecon.timing.door import CopyTiming, entity_timing
from revrecon.timing.late import late_claims, overdue_systems

TYPED_IN = ("reported_figures", "typed_in")
"""The table of the figures that departments typed in."""


class Day:
    """One company's reconciliation of one day over one home."""

    def __init__(
        self, loaded: LoadedMap, home: Home, as_of: date, lake: Lake | None = None,
        decisions: Sequence[Decision] | None = None, map_note: str = "", spread: Spread | None = None,
        carrying: Carrying | None = None,
    ) -> None:  # fmt: skip
        self.loaded = loaded
        self.home = home
        self.map_note = map_note
        self.as_of = as_of
        self.lake = lake or Lake(home.lake)
        self.tables = Tables(home.tables)
        self.carried_tables = Tables(home.carried)
        self.spread = spread or spread_in()
        self._scorer = scorer_of(self.spread.engine)
        self.carrying = carrying or carrying_in()
        self._carried: dict[str, Carried | None] = {}
        self._linked: dict[str, Identities] = {}
        self._received = Received(loaded.map, self.lake)
        self._copies: dict[tuple[str, date], Mapping[str, CopyRecords]] = {}
        self._worlds: dict[date, World] = {}
        self._timing: dict[str, Mapping[str, CopyTiming]] = {}
        self._since: dict[str, Since] = {}
        self._accounting: dict[tuple[str, str], pl.DataFrame] = {}
        self._shares: dict[str, NumberShare] = {}
        self._results: dict[str, NumberResult] = {}
        self._tie_outs: dict[str, pl.DataFrame] = {}
        self.decisions = tuple(DecisionRegister(home.ledger).all() if decisions is None else decisions)
        self.identities = identities_on(
            self.map, as_of, self.states, self.decisions, self._linker, self._for_identity, self._identities_known
        )
        self.crosswalks: Mapping[str, pl.DataFrame] = Lazily(self.map.entities, self._crosswalk)

    @property
    def map(self) -> EntityMap:
        return self.loaded.map

    def _linker(self, entity: str) -> Linker | None:
        store, anew = LinkageStore(self.home.linkage), self.carrying.full
        return linker_of(self.map, entity, self.as_of, self.states, self.first_days, store, self._scorer, anew)

    def first_days(self, entity: str) -> dict[str, date]:
        """Per copy of an entity the first day on which it said anything."""
        found: dict[str, date] = {}
        for name, copy in self.map.entities[entity].replication.items():
            days = self.lake.days(self.map.system_of(name, copy), copy.object)
            found |= {name: days[0]} if days else {}
        return found

    def states(self, system: str, day: date) -> Mapping[str, pl.DataFrame]:
        """The last row of every key of each known object of a system at the end of a day, `_gone` ones marked."""
        return self._received.states(system, day)

    def versions(self, system: str, day: date) -> Mapping[str, pl.DataFrame]:
        """Every row ever received of each known object of a system, up to a day."""
        return self._received.versions(system, day)

    def _copies_on(self, entity: str, day: date) -> Mapping[str, CopyRecords]:
        if (entity, day) not in self._copies:
            self._copies[entity, day] = copies_on(self.map, entity, self.states, day)
        return self._copies[entity, day]

    def _for_identity(self, entity: str, day: date) -> Mapping[str, CopyRecords]:
        """What identity reads: of an entity that is judged in buckets, the columns alone that it looks at."""
        if self.spread.divides(self.map, entity):
            return copies_for_identity(self._received, entity, day)
        return self._copies_on(entity, day)

    def _to_look_at(self, entity: str, day: date) -> Mapping[str, CopyRecords]:
        """What the world of the day shows: of an entity that is in parts, a copy when it is looked at."""
        parts = self.in_parts(entity)
        return (
            copies_when_looked_at(self._received, entity, parts.records, day) if parts else self._copies_on(entity, day)
        )

    def _canonical_of_parts(self, entity: str) -> pl.DataFrame | None:
        parts = self.in_parts(entity)
        return parts.canonical if parts else None

    def copies_of(self, entity: str) -> Mapping[str, CopyRecords]:
        """The copies of an entity on the day, references still as their systems' keys."""
        return self._copies_on(entity, self.as_of)

    def knows(self, day: date) -> bool:
        """Whether any system had said anything by the end of a day."""
        return self._received.knows(day)

    def world_on(self, day: date) -> World:
        """The world at the end of a day, with this day's identities. Raises NotKnown before all history."""
        if day not in self._worlds:
            self._received.require(day)
            known = (self._to_look_at, self._canonical_of_parts) if day == self.as_of else (self._copies_on,)
            self._worlds[day] = world_on(self.map, day, self.states, self.versions, self.crosswalks, *known)
        return self._worlds[day]

    @cached_property
    def world(self) -> World:
        return self.world_on(self.as_of)

    @cached_property
    def before(self) -> "Day | None":
        """The last day before this one on which any system spoke, under the same map and decisions.

        It follows from the lake alone, so that the order in which days are run changes nothing.
        """
        named = [(s, o) for s, system in self.map.systems.items() for o in system.objects]
        spoken = [d for s, o in named for d in self.lake.days(s, o) if d < self.as_of]
        return self._beside(self.loaded, max(spoken)) if spoken else None

    def _beside(self, loaded: LoadedMap, as_of: date) -> "Day":
        return Day(loaded, self.home, as_of, self.lake, self.decisions, spread=self.spread, carrying=self.carrying)

    @cached_property
    def stale(self) -> dict[str, date]:
        """Systems that are late, with the last day that they said anything."""
        return late_systems(self.map, self.lake, self.as_of)

    @cached_property
    def late_claims(self) -> pl.DataFrame:
        """Every missed deadline of a system (CLAIM_SCHEMA)."""
        spoken = {n: [d for o in s.objects for d in self.lake.days(n, o)] for n, s in self.map.systems.items()}
        return late_claims(spoken, {name: allowed_silence(self.map, name) for name in spoken}, self.as_of)

    @cached_property
    def stale_note(self) -> str:
        """`billing stale since 2026-11-01`, or nothing."""
        return ", ".join(f"{system} stale since {day}" for system, day in sorted(self.stale.items()))

    def under(self, loaded: LoadedMap) -> "Day":
        """The same day under another map that reads, matches and settles all values alike: its worlds are shared."""
        other = self._beside(loaded, self.as_of)
        other.identities, other.crosswalks = self.identities, self.crosswalks
        other._received, other._worlds = self._received, self._worlds
        return other

    def since(self, entity: str) -> Since:
        """On which earlier day an entity's tables could rest, and why they do not."""
        if entity not in self._since:
            self._since[entity] = Since(self, entity)
        return self._since[entity]

    def carried(self, entity: str) -> Carried | None:
        """An entity of which only what changed is worked out anew; None for one that is worked out whole."""
        if entity not in self._carried:
            since = self.since(entity)
            then = since.then if since.whole_because is None else None
            self._carried[entity] = EntityCarrier(since, then).carried() if then is not None else None
        return self._carried[entity]

    def in_parts(self, entity: str) -> Carried | EntityParts | None:
        """An entity that is put together from parts; None for one that is worked out in one piece."""
        return self.carried(entity) or self.divided.get(entity)

    def _bucketed(self, entity: str) -> EntityParts | None:
        parts = self.in_parts(entity)
        return parts if isinstance(parts, EntityParts) else None

    def _identities_known(self, entity: str) -> Identities | None:
        carried = self.carried(entity)
        return carried.identities if carried else self._linked.get(entity)

    def linked(self, entity: str) -> Identities:
        """Who is who in an entity with linkage, which looks at all its records."""
        if entity not in self._linked:
            copies = copies_for_identity(self._received, entity, self.as_of)
            self._linked[entity] = identities_of(
                self.map, entity, self.as_of, copies, self.crosswalks, self.decisions, self._linker(entity)
            )
        return self._linked[entity]

    def _crosswalk(self, entity: str) -> pl.DataFrame:
        carried = self.carried(entity)
        return carried.crosswalk if carried else self.identities[entity].crosswalk

    @cached_property
    def divided(self) -> Mapping[str, EntityParts]:
        """The entities that are judged in buckets: none, unless the day is spread over several."""
        if self.spread.buckets == 1:
            return {}
        folder = self.home.root / "buckets"
        self._division = Division(self.loaded, self._received, self.as_of, self.crosswalks, self.spread, folder)
        return self._division.entities

    def canonical(self, entity: str) -> pl.DataFrame:
        parts = self.in_parts(entity)
        return parts.canonical if parts else self.world.entities[entity].canonical

    def records_in(self, entity: str, copy: str) -> int | None:
        """How many records a copy holds; None for one that has said nothing."""
        if (parts := self.in_parts(entity)) is not None:
            return parts.records.get(copy)
        known = self.world.entities[entity].copies.get(copy)
        return None if known is None else known.records.height

    def accounting(self, entity: str, copy: str, set_aside: int) -> pl.DataFrame:
        """Where the rows of a copy ended (ROW_ACCOUNTING_SCHEMA); `set_aside`: those that have no key."""
        if (entity, copy) not in self._accounting:
            parts = self.in_parts(entity)
            told = parts.accounting(copy, 0) if parts else copy_accounting(self.world, entity, copy)
            self._accounting[entity, copy] = told
        return self._accounting[entity, copy].with_columns(pl.col("rows", "no_key") + set_aside)

    def rule_findings(self, entity: str, copy: str) -> pl.DataFrame:
        if (parts := self.in_parts(entity)) is not None:
            return parts.rule_findings(copy)
        earlier = None
        if scaled_fields(self.map.entities[entity], copy):
            system = self.map.system_of(copy, self.map.entities[entity].replication[copy])
            earlier = earlier_values(self.map, entity, copy, self.versions(system, self.as_of))
        return rule_findings(self.map, self.world, entity, copy, earlier)

    def drift_findings(self, entity: str, copy: str) -> pl.DataFrame:
        if (parts := self.in_parts(entity)) is not None:
            return parts.drift_findings(copy)
        timed = self.timing(entity).get(copy)
        return drift_findings(self.map, self.world, entity, copy, timed.overdue if timed else None)

    def timing(self, entity: str) -> Mapping[str, CopyTiming]:
        """Claims, lags and what is overdue of every copy of an entity that follows another one."""
        if (parts := self._bucketed(entity)) is not None:
            return parts.timing
        return self._timing.get(entity) or self.timing_under(entity, self.crosswalks[entity])

    def timing_under(self, entity: str, crosswalk: pl.DataFrame) -> Mapping[str, CopyTiming]:
        """The same under a crosswalk that is about to be the day's own."""
        self._timing[entity] = entity_timing(self.map, entity, crosswalk, self.changes, self.as_of)
        return self._timing[entity]

    def changes(self, system: str) -> Mapping[str, pl.DataFrame]:
        """Of each known object of a system the rows that said something new, up to the day."""
        return self._received.changes(system, self.as_of)

    def findings_of(self, entity: str, copy: str) -> pl.DataFrame:
        """Everything found about a copy, as kept in the tables of the day or worked out now."""
        name = f"{entity}_{copy}"
        kept = [("quality", self.rule_findings), ("drift", self.drift_findings)]
        frames = [
            self.tables.read(room, name, self.as_of) if self.tables.has(room, name, self.as_of) else judge(entity, copy)
            for room, judge in kept
        ]
        judged = all_findings(frames)
        raw = self.states(self.map.system_of(copy, self.map.entities[entity].replication[copy]), self.as_of)
        frames = [judged, slipped(self.map, self.tables, entity, copy, self.as_of, judged, raw)]
        late = stale_findings(self.map, self.stale, self.as_of, overdue_systems(self.late_claims))
        mine = late.filter((pl.col("entity") == entity) & (pl.col("copy") == copy))
        return told_once(all_findings([*frames, mine]))

    def verdicts_of(self, entity: str, copy: str, findings: pl.DataFrame) -> pl.DataFrame:
        return verdicts_on(self.map, self.as_of, entity, copy, findings, self.records_in(entity, copy))

    def number(self, name: str) -> NumberResult:
        """A number's figures and bridges on this day, tied out to what departments typed in."""
        if name not in self._results:
            found = result_of_share(self.map, name, self.as_of, self.share(name), self.stale_note)
            tied = tie_outs(self.map, name, found.figures, self.reported, self.as_of, self.world_on)
            self._tie_outs[name] = tied
            self._results[name] = stamped(self.map, found, tied, self.open_inputs)
        return self._results[name]

    def share(self, name: str) -> NumberShare:
        """What all records give to a number: put together, where it adds up over an entity that is in parts."""
        if name not in self._shares:
            entity = shared_entity(self.map, self.map.numbers[name])
            parts = self.in_parts(entity) if entity is not None else None
            share = parts.share(name) if parts else None
            self._shares[name] = share or share_of(self.map, name, self.as_of, self.world_on)
        return self._shares[name]

    def tie_outs(self, name: str) -> pl.DataFrame:
        """A number's reported figures against the recomputed ones (TIE_OUT_SCHEMA)."""
        self.number(name)
        return self._tie_outs[name]

    @cached_property
    def open_inputs(self) -> dict[str, list[str]]:
        """Per entity what it rests on that is late or was never received."""
        return open_inputs(self.map, self.lake, self.stale, self.as_of)

    @cached_property
    def reported(self) -> pl.DataFrame:
        """The figures that departments typed in, as read when the day was run (REPORTED_SCHEMA)."""
        place = (*TYPED_IN, self.as_of)
        return self.tables.read(*place) if self.tables.has(*place) else pl.DataFrame(schema=REPORTED_SCHEMA)

    def ratio(self, name: str) -> RatioResult:
        """A ratio's bridges on this day, from those of its two numbers."""
        ratio = self.map.ratios[name]
        return ratio_result(name, ratio, self.number(ratio.of), self.number(ratio.over))

    def copies(self) -> list[tuple[str, str]]:
        """Every entity and copy of the map, in its order."""
        return [(name, copy) for name, entity in self.map.entities.items() for copy in entity.replication]


def newest_day(home: Home, entity_map: EntityMap) -> date | None:
    """The last day of which any system said anything, or None for an empty lake."""
    lake = Lake(home.lake)
    days = [lake.days(s, o) for s, system in entity_map.systems.items() for o in system.objects]
    return max((found[-1] for found in days if found), default=None)
