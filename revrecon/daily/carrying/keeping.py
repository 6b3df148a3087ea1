"""What a day keeps of an entity: its tables, whole or as a change of an earlier day's, and what later days rest on."""

from collections.abc import Callable

import polars as pl

from revrecon.canonical.identity.decisions import standing
from revrecon.canonical.world import copies_resolved
from revrecon.daily.across import seen_across
from revrecon.daily.carrying.conditions import whole_because
from revrecon.daily.carrying.kept import COUNTED_SCHEMA, is_scaled
from revrecon.daily.carrying.shares import adds_up, keep_share
from revrecon.daily.carrying.ties import pointers_of, ties_of
from revrecon.daily.day import Day
from revrecon.numbers.shares import shared_entity
from revrecon.quality.drift import no_overdue
from revrecon.quality.scale import earlier_values


def keep_table(day: Day, entity: str, room: str, name: str, made: Callable[[], pl.DataFrame]) -> None:
    """Keep a table of an entity: as `made`, or where the entity is carried forward, as what changed."""
    carried, basis = day.carried(entity), day.since(entity).basis
    if carried and not carried.is_kept_whole(room):
        day.tables.write_over(room, name, day.as_of, carried.since, carried.change(room, name), basis)
    else:
        day.tables.write(room, name, day.as_of, made(), basis)


def is_kept_for_later(day: Day, entity: str) -> bool:
    """Whether later days could rest on this one: the entity is large enough, and can be carried forward at all."""
    if day.spread.buckets > 1 or whole_because(day.map, entity) is not None:
        return False
    return bool(day.carried(entity)) or day.crosswalks[entity].height >= day.carrying.least


def keep_ties(day: Day, entity: str) -> None:
    """Keep what ties an entity's records together, and where their references lead."""
    basis = day.since(entity).basis
    if carried := day.carried(entity):
        for room in ("ties", "pointers"):
            day.carried_tables.write_over(room, entity, day.as_of, carried.since, carried.change(room, entity), basis)
    elif is_kept_for_later(day, entity):
        copies = copies_resolved(day.map, entity, day.copies_of(entity), day.crosswalks)
        held = standing(day.decisions, entity, day.as_of)
        ties, pointers = ties_of(day.map.entities[entity], copies, held), pointers_of(day.map, entity, copies)
        day.carried_tables.write("ties", entity, day.as_of, ties, basis)
        day.carried_tables.write("pointers", entity, day.as_of, pointers, basis)


def keep_seen_across(day: Day, entity: str, copy: str) -> None:
    """Keep what rules over all records look at in a copy, where scale is watched."""
    rules = day.map.entities[entity]
    if not is_scaled(rules) or not is_kept_for_later(day, entity):
        return
    name, basis, carried = f"{entity}_{copy}", day.since(entity).basis, day.carried(entity)
    if carried and copy in carried.records:
        for room in ("across", "earlier"):
            change = carried.change(room, name)
            day.carried_tables.write_over(room, name, day.as_of, carried.since, change, basis)
        return
    known = day.world.entities[entity].copies.get(copy) if not carried else None
    seen = seen_across(rules, known).sort("_id") if known else pl.DataFrame(schema={"_id": pl.String})
    day.carried_tables.write("across", name, day.as_of, seen, basis)
    said = day.versions(day.map.system_of(copy, rules.replication[copy]), day.as_of)
    earlier = earlier_values(day.map, entity, copy, said).sort("_id", "field")
    day.carried_tables.write("earlier", name, day.as_of, earlier, basis)


def keep_number(day: Day, number: str) -> None:
    """Keep what all records give to a number, where it adds up over an entity that later days can carry forward."""
    told = day.map.numbers[number]
    entity = shared_entity(day.map, told)
    if entity is None or not is_kept_for_later(day, entity) or not adds_up(day.map, told, entity, day.as_of):
        return
    share = day.share(number)
    if not share.not_run:
        keep_share(day.carried_tables, number, day.as_of, share, day.since(entity).basis)


def keep_overdue(day: Day, entity: str, copy: str) -> None:
    """Keep what timing does not excuse in a copy."""
    if is_kept_for_later(day, entity):
        timed = day.timing(entity).get(copy)
        overdue = timed.overdue if timed else no_overdue()
        day.carried_tables.write("overdue", f"{entity}_{copy}", day.as_of, overdue, day.since(entity).basis)


def keep_counts(day: Day) -> None:
    """Keep how many records each copy holds, and where they end."""
    for entity in day.map.entities:
        if is_kept_for_later(day, entity):
            day.carried_tables.write("counted", entity, day.as_of, _counted(day, entity), day.since(entity).basis)


def _counted(day: Day, entity: str) -> pl.DataFrame:
    """The accounting of every copy that has said anything, and how many records it holds (COUNTED_SCHEMA)."""
    found = [pl.DataFrame(schema=COUNTED_SCHEMA)]
    for copy in day.map.entities[entity].replication:
        if (records := day.records_in(entity, copy)) is not None:
            told = day.accounting(entity, copy, 0)
            found.append(told.with_columns(pl.lit(records, pl.Int64).alias("records")))
    return pl.concat(found)


def worked_out(day: Day, entity: str) -> str:
    """How an entity was worked out, in a sentence for people."""
    carried = day.carried(entity)
    if carried is None:
        return f"whole: {day.since(entity).whole_because or 'too much of it hangs together with what changed'}"
    return f"{carried.keys.height:,} records anew, all others carried forward from {carried.since}"


def carried_entities(day: Day) -> list[str]:
    """A line for each entity that was carried forward."""
    return [
        f"{name}: {worked_out(day, name)} (--full: everything anew)" for name in day.map.entities if day.carried(name)
    ]
