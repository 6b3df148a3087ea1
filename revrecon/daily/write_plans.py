"""What of a day's clean-up lists and masters would be written into one system, if it were asked to."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import polars as pl

from revrecon.canonical.account_master import entities_with_a_tree
from revrecon.daily.clean_up import changes_of, chosen
from revrecon.daily.day import Day
from revrecon.daily.masters import kept_or_made_master
from revrecon.daily.ticket_desk import TicketDesk
from revrecon.decisions.kinds import FixTheData, ReParent
from revrecon.decisions.standup_register import StandupRegister
from revrecon.decisions.taken import Taken
from revrecon.entity_map.connectors import WrittenSystem
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import did_you_mean
from revrecon.entity_map.systems import FilesSystem
from revrecon.entity_map.write_back import WriteBack
from revrecon.reports.master_files import CANONICAL, PREFIX, system_file
from revrecon.write_back.change import Change
from revrecon.write_back.planning import (
    WISH_SCHEMA,
    Known,
    Plan,
    planned,
    wishes_of,
)
from revrecon.write_back.trouble import WriteRefused

_HIERARCHY = "hierarchy."


@dataclass(frozen=True)
class Wanted:
    """Which of a day's changes: of one entity, named ones, what a decision asks for; `master`: survivors as well."""

    entity: str | None = None
    changes: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    master: bool = False


def permitted(entity_map: EntityMap, name: str) -> tuple[WrittenSystem, WriteBack]:
    """A system that may be written to, and what of it. Raises WriteRefused with the next step."""
    system = entity_map.systems[name]
    load = f"Load its clean-up list by hand: revrecon clean-up --system {name} --raw --to FOLDER."
    if isinstance(system, FilesSystem):
        raise WriteRefused(f"{name} is read from files, so there is nothing to write to. {load}")
    if not isinstance(system, WrittenSystem):
        raise WriteRefused(f"{name} is read through {system.connector}, into which nothing is ever written. {load}")
    permit = system.settings.write_back
    if permit is None:
        first = next(iter(system.objects))
        raise WriteRefused(
            f"The map does not permit anything to be written into {name}. Name what may be, object by object and "
            f"column by column: systems.{name}.settings.write_back: {{objects: {{{first}: [COLUMN, ...]}}}}. "
            f"What is wanted: revrecon clean-up --system {name}."
        )
    return system, permit


def plan_of(day: Day, system: str, wanted: Wanted) -> Plan:
    """What would be written into a system on what a day knows; nothing is asked of it. Raises WriteRefused."""
    _, permit = permitted(day.map, system)
    listed = changes_of(day)
    wishes, by_hand = wishes_of(chosen(listed, system, wanted.entity))
    if wanted.master:
        wishes = pl.concat([wishes, *_master_wishes(day, system, permit, wanted.entity)])
    plan = planned(day.map, system, permit, wishes, _known(day, system))
    plan = replace(plan, left_out=(*by_hand, *plan.left_out))
    if wanted.decisions:
        plan = _asked_for(day, plan, wanted.decisions)
    return _named(plan, wanted.changes) if wanted.changes else plan


def _known(day: Day, system: str) -> Known:
    live = [ticket for ticket in TicketDesk(day.map, day.home, day.as_of).tickets() if ticket.live]
    tickets = {(e, c, cause): one.id for one in live for e, c, cause in [one.key.split("/")]}
    decisions: dict[str, list[str]] = {}
    for one in StandupRegister(day.home.ledger).all():
        if isinstance(one.deed, FixTheData):
            decisions.setdefault(one.deed.ticket, []).append(one.id)
    return Known(day.states(system, day.as_of), tickets, decisions)


def _named(plan: Plan, ids: Collection[str]) -> Plan:
    """Only the changes whose ids begin as one of those named. Raises WriteRefused for one that is none of them."""
    for name in ids:
        if not any(change.id.startswith(name) for change in plan.changes):
            raise WriteRefused(
                f"The plan has no change '{name}'. Its value may be another today: see the plan without --change."
            )
    return replace(plan, changes=tuple(one for one in plan.changes if one.id.startswith(tuple(ids))))


def _asked_for(day: Day, plan: Plan, names: Collection[str]) -> Plan:
    """Only the changes that follow from decisions, each naming the one that it follows from."""
    taken = {one.id: one for one in StandupRegister(day.home.ledger).all()}
    kept: dict[str, Change] = {}
    for name in names:
        decision = taken.get(name)
        if decision is None:
            near = did_you_mean(name, taken) or "see them with revrecon decide follow-up"
            raise WriteRefused(f"No standup took the decision '{name}'; {near}.")
        for one in plan.changes:
            if _follows(day, one, decision):
                told = kept.get(one.id, one)
                kept[one.id] = told.model_copy(
                    update={"decisions": tuple(dict.fromkeys((*told.decisions, decision.id)))}
                )
    return replace(plan, changes=tuple(kept[one.id] for one in plan.changes if one.id in kept))


def _follows(day: Day, change: Change, decision: Taken) -> bool:
    """Whether a decision asks for a change. Raises WriteRefused for a decision that asks for no value."""
    match decision.deed:
        case FixTheData():
            return change.ticket == decision.deed.ticket
        case ReParent():
            hierarchy = day.map.entities[decision.deed.entity].hierarchy
            crosswalk = day.crosswalks[decision.deed.entity]
            child = (pl.col("copy") == (hierarchy.canonical if hierarchy else "")) & (
                pl.col("record_id") == decision.deed.child
            )
            things = crosswalk.filter(child)["canonical_id"].to_list()
            is_parent = (change.cause or "").startswith(_HIERARCHY)
            return is_parent and change.entity == decision.deed.entity and change.canonical_id in things
        case _:
            raise WriteRefused(
                f"{decision.id} ({decision.what}) asks for no value in any system. Decisions that do: fix-data and "
                "re-parent."
            )


def _master_wishes(day: Day, system: str, permit: WriteBack, entity: str | None) -> Iterator[pl.DataFrame]:
    """The surviving values of a system's copies of entities with a tree, and their ids in the master."""
    for name in entities_with_a_tree(day.map):
        if entity in (None, name):
            for copy_name, copy in day.map.entities[name].replication.items():
                is_there = copy_name in day.world.entities[name].copies
                if day.map.system_of(copy_name, copy) == system and is_there and copy.object in permit.objects:
                    yield from _wishes_of_a_copy(day, name, copy_name, permit)


_NO_ALIASES = pl.DataFrame(schema={"canonical_id": pl.String, "aliases": pl.String})


def _wishes_of_a_copy(day: Day, entity: str, copy_name: str, permit: WriteBack) -> Iterator[pl.DataFrame]:
    master = kept_or_made_master(day, entity)
    file = system_file(day.map, entity, copy_name, day.world.entities[entity], master, _NO_ALIASES)
    copy = day.map.entities[entity].replication[copy_name]
    written = permit.objects[copy.object]
    rows = file.frame.rename({file.key: "record_id", CANONICAL: "canonical_id"})
    about = {"object": copy.object, "entity": entity, "copy": copy_name}
    for field, mapping in copy.fields.items():
        column = mapping.column
        if column in written.columns and column in rows.columns and f"{field}__from" in master.columns:
            source = master.select("canonical_id", pl.col(f"{field}__from").alias("_from"))
            told = rows.filter((pl.col(f"{PREFIX}role") == "account") & pl.col(column).is_not_null()).join(
                source, on="canonical_id", how="left"
            )
            why = pl.format("the account master's value, from {}", pl.col("_from").fill_null("no copy"))
            yield _wishes(told, **about, column=column, field=field, to=pl.col(column), why=why)
    if written.master_id:
        why = pl.lit("its id in the account master")
        yield _wishes(rows, **about, column=written.master_id, field=None, to=pl.col("canonical_id"), why=why)


def _wishes(rows: pl.DataFrame, **told: str | pl.Expr | None) -> pl.DataFrame:
    """Rows with `record_id` and `canonical_id` as wishes; what is not told is null."""
    given = {name: one if isinstance(one, pl.Expr) else pl.lit(one) for name, one in told.items()}
    kept = {"record_id": pl.col("record_id"), "canonical_id": pl.col("canonical_id"), **given}
    return rows.select(kept.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in WISH_SCHEMA.items())
