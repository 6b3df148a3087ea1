"""A world: every copy, every canonical record and every tree as they stood at the end of one day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import polars as pl

from revrecon.canonical.conversion import Conversion
from revrecon.canonical.copies import CopyRecords, copy_records
from revrecon.canonical.former import Former, former_values
from revrecon.canonical.hierarchy import canonical_tree, own_tree
from revrecon.canonical.identity.decisions import Decision
from revrecon.canonical.identity.door import Linker, identities
from revrecon.canonical.identity.frames import CROSSWALK_SCHEMA, Identities
from revrecon.canonical.lazily import Lazily
from revrecon.canonical.rates import RATE_SCHEMA, Rates, rates_known
from revrecon.canonical.survivorship import kept_of, survivors, with_ids
from revrecon.entity_map.entities import FieldMapping
from revrecon.entity_map.model import EntityMap

States = Callable[[str, date], Mapping[str, pl.DataFrame]]
"""Given a system and a day: the raw state of each of its objects at the end of that day, those that are known."""


@dataclass(frozen=True)
class EntityWorld:
    """One entity on one day: its copies (with `canonical_id`), canonical records and trees.

    `is_part`: only some of its records are here, so that having none says nothing about the entity.
    """

    copies: Mapping[str, CopyRecords]
    crosswalk: pl.DataFrame
    canonical: pl.DataFrame
    former: Former
    tree: pl.DataFrame
    own_trees: Mapping[str, pl.DataFrame]
    is_part: bool = False


@dataclass(frozen=True)
class World:
    """All entities on one day, amounts as their systems write them; or, by a `conversion`, in the company's currency.

    `given` is what a converted world was made from, `conversions` those that were made of it, `called` what people
    call its records, once it was asked for.
    """

    as_of: date
    moment: datetime
    entities: Mapping[str, EntityWorld]
    rates: Rates = made(default_factory=lambda: Rates(pl.DataFrame(schema=RATE_SCHEMA)))
    given: "World | None" = None
    conversion: Conversion | None = None
    conversions: "dict[Conversion, World]" = made(default_factory=dict, init=False, repr=False, compare=False)
    called: "dict[str, pl.DataFrame]" = made(default_factory=dict, init=False, repr=False, compare=False)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a day in a time zone, in UTC: the moment of an as-of day."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


CopiesOn = Callable[[str, date], Mapping[str, CopyRecords]]
"""Given an entity and a day: the copies that had said anything by then, as `copies_on` reads them."""


def copies_on(entity_map: EntityMap, entity_name: str, states: States, as_of: date) -> dict[str, CopyRecords]:
    """The copies of an entity that have said anything by a day, references still as their systems' keys."""
    known = {}
    for copy_name, copy in entity_map.entities[entity_name].replication.items():
        raw = states(entity_map.system_of(copy_name, copy), as_of)
        if copy.object in raw:
            known[copy_name] = copy_records(entity_map, entity_name, copy_name, raw)
    return known


def referenced_copy(entity_map: EntityMap, entity_name: str, copy_name: str, field: str) -> tuple[str, str]:
    """The entity and the copy that a reference field of a copy points to: `through`, or the one of its own system."""
    entity = entity_map.entities[entity_name]
    copy = entity.replication[copy_name]
    target = str(entity.fields[field].to)
    mapping: FieldMapping = copy.fields[field]
    if mapping.through:
        return target, mapping.through
    system = entity_map.system_of(copy_name, copy)
    others = entity_map.entities[target].replication
    if target == entity_name:
        return target, copy_name
    return target, next(name for name, other in others.items() if entity_map.system_of(name, other) == system)


def with_references(entity_map: EntityMap, copy: CopyRecords, crosswalks: Mapping[str, pl.DataFrame]) -> CopyRecords:
    """The same copy, its reference fields holding canonical ids (null where the key is unknown).

    A key of a deleted record leads to what that record stands for, as long as any living record does too.
    """
    records, gone = copy.records, copy.gone
    entity = entity_map.entities[copy.entity]
    for field in entity.replication[copy.copy].fields:
        if entity.fields[field].type != "reference" or field not in records.columns:
            continue
        target, through = referenced_copy(entity_map, copy.entity, copy.copy, field)
        if target in crosswalks:
            ids = _living_ids(crosswalks[target], through, field)
            records, gone = _resolved(records, ids, field), _resolved(gone, ids, field)
    return replace(copy, records=records, gone=gone)


def _living_ids(crosswalk: pl.DataFrame, copy_name: str, field: str) -> pl.DataFrame:
    living = crosswalk.filter(~pl.col("gone"))["canonical_id"].unique()
    ids = crosswalk.filter(pl.col("copy") == copy_name, pl.col("canonical_id").is_in(living.implode()))
    return ids.select(pl.col("record_id").alias(f"{field}__key"), pl.col("canonical_id").alias("_resolved"))


def _resolved(records: pl.DataFrame, ids: pl.DataFrame, field: str) -> pl.DataFrame:
    found = records.join(ids, on=f"{field}__key", how="left", maintain_order="left")
    return found.with_columns(pl.col("_resolved").alias(field)).drop("_resolved")


Linkers = Callable[[str], Linker | None]
"""Given an entity's name: what scores its pairs, or None where likeness is not looked at."""


def no_linkage(_entity: str) -> None:
    """Likeness is looked at for no entity."""
    return


def copies_resolved(
    entity_map: EntityMap, entity_name: str, copies: Mapping[str, CopyRecords], crosswalks: Mapping[str, pl.DataFrame]
) -> dict[str, CopyRecords]:
    """The copies of an entity with canonical ids of the other entities that they point to."""
    fields = entity_map.entities[entity_name].fields.values()
    pointed = {str(rule.to) for rule in fields if rule.type == "reference" and rule.to != entity_name}
    others = {name: crosswalks[name] for name in pointed}
    return {name: with_references(entity_map, copy, others) for name, copy in copies.items()}


def entity_world(
    entity_map: EntityMap, entity_name: str, copies: Mapping[str, CopyRecords], crosswalks: Mapping[str, pl.DataFrame],
    as_of: date, versions: Mapping[str, Mapping[str, pl.DataFrame]] | None = None,
    canonical: pl.DataFrame | None = None,
) -> EntityWorld:  # fmt: skip
    """One entity on one day, from its copies, each looked at when it is asked for, and the crosswalks (its own too).

    `versions`: per system and object every row ever received, where stale copies shall be told from wrong ones.
    `canonical`: its canonical records, where they are known already.
    """
    entity = entity_map.entities[entity_name]
    mine = crosswalks.get(entity_name, pl.DataFrame(schema=CROSSWALK_SCHEMA))
    resolved = partial(with_references, entity_map, crosswalks=crosswalks)
    named = Lazily(copies, lambda name: with_ids(resolved(copies[name]), mine))
    canonical = survivors(entity, named, mine) if canonical is None else canonical
    own_trees = {}
    if entity.hierarchy is not None:
        for name, copy in named.items():
            kept = kept_of(entity, copy)
            own_trees[name] = own_tree(entity, name, copy.records, kept)
    former = partial(former_values, entity_map, entity_name, versions or {}, mine)
    return EntityWorld(named, mine, canonical, former, canonical_tree(entity, canonical, mine, as_of), own_trees)


def world_on(
    entity_map: EntityMap,
    as_of: date,
    states: States,
    versions: States,
    crosswalks: Mapping[str, pl.DataFrame],
    copies: CopiesOn | None = None,
    canonical: Callable[[str], pl.DataFrame | None] = lambda _entity: None,
) -> World:
    """The world at the end of a day under given identities; each entity is worked out when first looked at.

    `copies`: where the copies of a day were read already. `canonical`: the canonical records of an entity, where they
    are known already.
    """
    ever = Lazily(entity_map.systems, lambda system: versions(system, as_of))

    def made(name: str) -> EntityWorld:
        here = copies(name, as_of) if copies else copies_on(entity_map, name, states, as_of)
        return entity_world(entity_map, name, here, crosswalks, as_of, ever, canonical(name))

    rates = rates_known(entity_map, lambda system: states(system, as_of))
    return World(as_of, end_of(as_of, entity_map.company.zone), Lazily(entity_map.entities, made), rates)


class LooksBeyondItsPart(Exception):
    """A judge of some records of one entity asked for another entity's."""


def lone_world(
    entity_map: EntityMap, entity_name: str, as_of: date, states: States, versions: States,
    crosswalks: Mapping[str, pl.DataFrame], copies: Mapping[str, CopyRecords],
) -> World:  # fmt: skip
    """A world of some records of one entity, from their copies; it raises LooksBeyondItsPart for any other entity."""

    def here(name: str, _day: date) -> Mapping[str, CopyRecords]:
        if name != entity_name:
            raise LooksBeyondItsPart(
                f"A judge of a part of {entity_name} asked for {name}. Run with --full --buckets 1, and tell."
            )
        return copies

    world = world_on(entity_map, as_of, states, versions, crosswalks, here)
    parts = Lazily(world.entities, lambda name: replace(world.entities[name], is_part=True))
    return replace(world, entities=parts)


def identities_of(
    entity_map: EntityMap, name: str, as_of: date, copies: Mapping[str, CopyRecords],
    crosswalks: Mapping[str, pl.DataFrame], decisions: Sequence[Decision], linker: Linker | None,
) -> Identities:  # fmt: skip
    """Who is who in one entity on a day, from its copies and from who is who in those that it points to."""
    resolved = copies_resolved(entity_map, name, copies, crosswalks)
    return identities(name, entity_map.entities[name], resolved, decisions, as_of, linker)


def identities_on(
    entity_map: EntityMap, as_of: date, states: States, decisions: Sequence[Decision] = (),
    linkers: Linkers = no_linkage, copies: CopiesOn | None = None,
    known: Callable[[str], Identities | None] = lambda _entity: None,
) -> Mapping[str, Identities]:  # fmt: skip
    """Who is who in every entity on a day, each worked out when first asked for.

    `copies`: where the copies of a day were read already. `known`: what is known of an entity without that.
    """

    def made(name: str) -> Identities:
        if (found := known(name)) is not None:
            return found
        here = copies(name, as_of) if copies else copies_on(entity_map, name, states, as_of)
        return identities_of(entity_map, name, as_of, here, crosswalks, decisions, linkers(name))

    found: Lazily[Identities] = Lazily(entity_map.entities, made)
    crosswalks = crosswalks_in(found)
    return found


def crosswalks_in(found: Mapping[str, Identities]) -> Mapping[str, pl.DataFrame]:
    """The crosswalk of every entity (CROSSWALK_SCHEMA)."""
    return Lazily(found, lambda name: found[name].crosswalk)


def crosswalks_on(entity_map: EntityMap, as_of: date, states: States) -> Mapping[str, pl.DataFrame]:
    """The crosswalk of every entity on a day by cross-references and exact keys alone."""
    return crosswalks_in(identities_on(entity_map, as_of, states))
