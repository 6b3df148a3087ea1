"""The identity page of a day, gathered from its tables."""

from datetime import date
from pathlib import Path

import polars as pl

from revrecon.daily.day import Day
from revrecon.reports.family import families, troubled_roots
from revrecon.reports.identity.counts import CHANGE_SCHEMA, EntityCount, changes, entity_count
from revrecon.reports.identity.files import write_identity
from revrecon.reports.identity.pairs import shown_records
from revrecon.reports.identity.sheet import VALUE_SCHEMA, EntityIdentities, IdentitySheet, without_personal_values

_FAMILIES_SHOWN = 60
_NEVER_RUN = "crosswalk_of_a_day_never_run"
"""The room of what is carried that holds them."""


def identity_page(day: Day) -> Path:
    """Where the identity page of a day is, or will be."""
    return day.home.reports / "identity" / f"{day.as_of}.html"


def keep_identity(day: Day) -> Path:
    """Write the identity page and the CSV files beside it; the path of the page."""
    entities = tuple(without_personal_values(_identities(day, entity), day.map) for entity in day.map.entities)
    return write_identity(IdentitySheet(day.map, day.loaded.sha256, day.as_of, entities), day.home.reports)


def identity_counts(day: Day) -> list[EntityCount]:
    """Every entity's counts on the day."""
    return [identity_count(day, entity) for entity in day.map.entities]


def identity_count(day: Day, entity: str) -> EntityCount:
    """One entity's counts on the day."""
    found = day.identities[entity]
    return entity_count(entity, found.crosswalk, found.review, moved_since(day, entity)[1])


def moved_since(day: Day, entity: str) -> tuple[date | None, pl.DataFrame]:
    """The last day before this one on which any system spoke, and what changed since (CHANGE_SCHEMA): nothing where
    there is none."""
    then, before = crosswalk_before(day, entity)
    none = pl.DataFrame(schema=CHANGE_SCHEMA)
    return then, none if before is None else changes(day.identities[entity].crosswalk, before)


def crosswalk_before(day: Day, entity: str) -> tuple[date | None, pl.DataFrame | None]:
    """The last day before this one on which any system spoke, and its crosswalk, as kept or worked out.

    Where that day was never run, as before the first of a home, its crosswalk is worked out once and kept for whoever
    asks next, beside what carries days forward: no table of the day is made.
    """
    before = day.before
    if before is None:
        return None, None
    if day.tables.has("crosswalk", entity, before.as_of):
        return before.as_of, day.tables.read("crosswalk", entity, before.as_of)
    basis, place = before.since(entity).basis, (_NEVER_RUN, entity, before.as_of)
    if day.carried_tables.rests_on(*place) != basis:
        day.carried_tables.write(*place, before.crosswalks[entity], basis)
    return before.as_of, day.carried_tables.read(*place)


def _identities(day: Day, entity: str) -> EntityIdentities:
    found = day.identities[entity]
    before_day, moved = moved_since(day, entity)
    roots = troubled_roots(day.map, day.world, entity) if day.map.entities[entity].hierarchy else []
    return EntityIdentities(
        entity=entity,
        crosswalk=found.crosswalk,
        moved=moved,
        before_day=before_day,
        links=found.links,
        review=found.review,
        values=_values(day, entity, shown_records(found.links, found.review)),
        families=tuple(families(day.map, day.world, entity, roots[:_FAMILIES_SHOWN])),
        more_families=max(0, len(roots) - _FAMILIES_SHOWN),
    )


def _values(day: Day, entity: str, shown: pl.DataFrame) -> pl.DataFrame:
    """The fields of the records that are shown (VALUE_SCHEMA), as text."""
    frames = [pl.DataFrame(schema=VALUE_SCHEMA)]
    for name in day.map.entities[entity].replication:
        wanted = shown.filter(pl.col("copy") == name)["record_id"]
        if wanted.is_empty():
            continue
        copy = day.world.entities[entity].copies[name]
        fields = [field for field in day.map.entities[entity].fields if field in copy.records.columns]
        mine = copy.records.filter(pl.col("_id").is_in(wanted.implode()))
        texts = mine.select(
            pl.lit(name).alias("copy"), pl.col("_id").alias("record_id"), pl.col(fields).cast(pl.String)
        )
        frames.append(texts.unpivot(index=["copy", "record_id"], variable_name="field", value_name="value"))
    return pl.concat(frames)
