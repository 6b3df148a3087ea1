"""The ratchet of a day: what earlier days that were run say was cleaned, and who wrote what breaks it anew."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from revrecon.daily.tables import Tables
from revrecon.entity_map.model import EntityMap
from revrecon.findings import no_findings
from revrecon.quality.ratchet import BROKEN_SCHEMA, GUARDED, ratchets, regressions

LOOKED_BACK = timedelta(days=60)
"""How far back a clean-up is remembered by its days; after that the new level is simply the level."""


def slipped(
    entity_map: EntityMap, tables: Tables, entity: str, copy: str, as_of: date, findings: pl.DataFrame,
    raw: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:  # fmt: skip
    """The regressions of a copy on a day (FINDING_SCHEMA), against the days before it that were run.

    `raw`: the last rows of the objects of the copy's system, by which the map's `changed_by` names the writer.
    """
    history = _history(tables, f"{entity}_{copy}", as_of)
    cleaned = ratchets(history) if history else []
    if not cleaned:
        return no_findings()
    return regressions(findings, cleaned, _writers(entity_map, entity, copy, raw), as_of)


def _history(tables: Tables, name: str, as_of: date) -> dict[date, pl.LazyFrame]:
    """What was broken on each earlier day, from its findings."""
    days = [day for day in tables.days("quality", name) if as_of - LOOKED_BACK <= day < as_of]
    return {day: pl.concat([_broken(tables, room, name, day) for room in ("quality", "drift")]) for day in days}


def _broken(tables: Tables, room: str, name: str, day: date) -> pl.LazyFrame:
    if not tables.has(room, name, day):
        return pl.LazyFrame(schema=BROKEN_SCHEMA)
    found = tables.read(room, name, day, ["cause", *BROKEN_SCHEMA]).lazy()
    return found.filter(pl.col("cause").is_in(list(GUARDED))).select(*BROKEN_SCHEMA)


def _writers(entity_map: EntityMap, entity: str, copy: str, raw: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    answers = entity_map.entities[entity].replication[copy]
    by = entity_map.object_of(copy, answers).changed_by
    rows = raw.get(answers.object)
    if by is None or rows is None or by not in rows.columns:
        return {}
    return {str(key): str(who) for key, who in rows.select("_key", by).drop_nulls().iter_rows()}
