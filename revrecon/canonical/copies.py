"""One copy of one entity: a system's raw rows, renamed and typed into the map's fields."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made
from functools import partial

import polars as pl

from revrecon.canonical.conversion import currencies_read, currency_columns_named
from revrecon.canonical.typing_values import read_clock, read_text
from revrecon.entity_map.entities import Copy, Entity, FieldMapping, FieldRule
from revrecon.entity_map.formulas import FIELD_TYPES, columns_in, evaluate, holds
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import did_you_mean
from revrecon.entity_map.systems import Formats

RECORD_COLUMNS: dict[str, pl.DataType] = {
    "_id": pl.String(),  # the record's key in its system
    "_created": pl.Datetime("us", "UTC"),
    "_changed": pl.Datetime("us", "UTC"),
    "_observed_on": pl.Date(),  # the day whose extract said so
    "_first_seen": pl.Date(),  # the first extract that held the key
    "_excluded": pl.String(),  # the map's named reason why it stands for nothing, or null
}
"""Columns of every copy beside the entity's fields; `FIELD__key` per reference, `_xref__COPY` per cross-reference,
`FIELD__currency` per amount that can be in several."""

UNREADABLE_SCHEMA: dict[str, pl.DataType] = {"_id": pl.String(), "field": pl.String(), "observed": pl.String()}


class ColumnsMissing(Exception):
    """The map names columns that the export does not have."""


@dataclass(frozen=True)
class CopyRecords:
    """The live records of one copy on a day, those deleted in their system, and the values that could not be read.

    Deleted records keep their last values: they hold identities together, and stand in no figure.
    """

    entity: str
    copy: str
    system: str
    object: str
    records: pl.DataFrame
    unreadable: pl.DataFrame
    gone: pl.DataFrame
    chosen: dict[str, pl.DataFrame] = made(default_factory=dict, init=False, repr=False, compare=False)
    """What `survivorship.kept_of` chose from the records, once it was asked for."""


def copy_records(
    entity_map: EntityMap,
    entity_name: str,
    copy_name: str,
    states: Mapping[str, pl.DataFrame],
    only: Collection[str] | None = None,
) -> CopyRecords:
    """A copy's records on a day, from the raw states of its system's objects (by object name).

    Rows outside the copy's `where` are left out, deleted ones stand apart as `gone`. `only` names the fields that are
    read, all if it is None. Raises ColumnsMissing when the map names columns that the export does not have,
    FormulaError when one of the map's expressions fails on the data.
    """
    entity = entity_map.entities[entity_name]
    copy = entity.replication[copy_name]
    raw = states[copy.object]
    require_columns(entity_map, entity_name, copy_name, raw.columns, only)
    wanted = _wanted(copy, raw)
    deleted = _is_deleted(entity_map, copy_name, copy, wanted)
    read = partial(_records, entity_map, entity_name, copy_name, states=states, only=only)
    if not deleted.any():
        return read(wanted)
    return replace(read(wanted.filter(~deleted)), gone=read(wanted.filter(deleted)).records)


def _records(
    entity_map: EntityMap,
    entity_name: str,
    copy_name: str,
    raw: pl.DataFrame,
    states: Mapping[str, pl.DataFrame],
    only: Collection[str] | None,
) -> CopyRecords:
    entity = entity_map.entities[entity_name]
    copy = entity.replication[copy_name]
    system_name = entity_map.system_of(copy_name, copy)
    formats = entity_map.systems[system_name].formats
    fields = {name: entity.fields[name] for name in copy.fields if only is None or name in only}
    given = {name: _as_given(raw, copy.fields[name], states) for name in fields}
    values = {name: _read(given[name], rule, copy.fields[name], formats, entity_map) for name, rule in fields.items()}
    records = pl.DataFrame(
        _clocks(entity_map, copy_name, copy, raw).get_columns()
        + [_excluded(copy, raw)]
        + [values[name].alias(name) for name in values]
        + [values[name].alias(f"{name}__key") for name in values if fields[name].type == "reference"]
        + currencies_read(entity_map, entity_name, copy_name, raw)
        + [_reference(raw, column, target) for target, column in copy.cross_references.items()]
    ).rechunk()  # columns that lie in unlike pieces are laid alike anew for each question
    return CopyRecords(
        entity=entity_name,
        copy=copy_name,
        system=system_name,
        object=copy.object,
        records=records,
        unreadable=_unreadable(records, given, values, copy, formats),
        gone=records.clear(),
    )


def _wanted(copy: Copy, raw: pl.DataFrame) -> pl.DataFrame:
    return raw.filter(holds(raw, {"kept": copy.where})["kept"]) if copy.where and not raw.is_empty() else raw


def _is_deleted(entity_map: EntityMap, copy_name: str, copy: Copy, raw: pl.DataFrame) -> pl.Series:
    """Whether a row is deleted by the system's flag, or because it was found to be gone."""
    lacking = raw["_gone"] if "_gone" in raw.columns else pl.repeat(False, raw.height, eager=True)
    flag = entity_map.object_of(copy_name, copy).deleted
    return lacking | holds(raw, {"deleted": flag})["deleted"] if flag and not raw.is_empty() else lacking


def _as_given(raw: pl.DataFrame, mapping: FieldMapping, states: Mapping[str, pl.DataFrame]) -> pl.Series:
    if mapping.column is not None:
        return raw[mapping.column]
    if mapping.sql is not None:
        return evaluate(raw, {"value": mapping.sql})["value"]
    if mapping.exists_in is not None:
        others = _not_gone(states.get(mapping.exists_in))
        present = others[str(mapping.by)].unique() if others is not None else pl.Series([], dtype=pl.String)
        return raw["_key"].is_in(present.to_list())
    return pl.Series([mapping.constant] * raw.height, dtype=None if raw.height else pl.String)


def _not_gone(raw: pl.DataFrame | None) -> pl.DataFrame | None:
    return raw.filter(~pl.col("_gone")) if raw is not None and "_gone" in raw.columns else raw


def _read(
    given: pl.Series, rule: FieldRule, mapping: FieldMapping, formats: Formats, entity_map: EntityMap
) -> pl.Series:
    dtype = FIELD_TYPES[rule.type]
    if given.dtype == pl.String:
        return read_text(given, rule.type, mapping, formats, entity_map.company.zone)
    if mapping.unit == "cents":
        given = given.cast(pl.Decimal(24, 2)) * pl.Series([1], dtype=pl.Int64) / 100
    if dtype == pl.String():
        return given.cast(pl.String)
    return given.cast(dtype, strict=False)


def _clocks(entity_map: EntityMap, copy_name: str, copy: Copy, raw: pl.DataFrame) -> pl.DataFrame:
    spec = entity_map.object_of(copy_name, copy)
    formats = entity_map.systems[entity_map.system_of(copy_name, copy)].formats
    zone = entity_map.company.zone
    nothing = pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    created = read_clock(spec.created, formats, zone) if spec.created else nothing
    changed = read_clock(spec.changed, formats, zone) if spec.changed else created
    return raw.select(
        pl.col("_key").alias("_id"),
        created.alias("_created"),
        pl.coalesce(changed, created).alias("_changed"),
        pl.col("_observed_on"),
        pl.col("_first_seen"),
    )


def _excluded(copy: Copy, raw: pl.DataFrame) -> pl.Series:
    if not copy.stands_for_nothing or raw.is_empty():
        return pl.repeat(None, raw.height, dtype=pl.String, eager=True).alias("_excluded")
    reasons = holds(raw, copy.stands_for_nothing)
    first = pl.coalesce(*(pl.when(pl.col(name)).then(pl.lit(name)) for name in reasons.columns))
    return reasons.select(first.alias("_excluded")).to_series()


def _reference(raw: pl.DataFrame, column: str, target: str) -> pl.Series:
    tidy = pl.col(column).str.strip_chars()
    return raw.select(pl.when(tidy != "").then(tidy).alias(f"_xref__{target}")).to_series()


def _unreadable(
    records: pl.DataFrame,
    given: Mapping[str, pl.Series],
    values: Mapping[str, pl.Series],
    copy: Copy,
    formats: Formats,
) -> pl.DataFrame:
    found = [pl.DataFrame(schema=UNREADABLE_SCHEMA)]
    for name, series in given.items():
        if series.dtype != pl.String or copy.fields[name].constant is not None:
            continue
        if values[name].null_count() == series.null_count():
            continue
        lost = values[name].is_null() & ~series.str.strip_chars().is_in([*formats.null_values, ""]).fill_null(True)
        if lost.any():
            rows = pl.DataFrame({"_id": records["_id"], "observed": series}).filter(lost)
            found.append(rows.select("_id", pl.lit(name).alias("field"), "observed"))
    return pl.concat(found)


def columns_read(
    entity_map: EntityMap, entity_name: str, copy_name: str, only: Collection[str] | None = None
) -> frozenset[str]:
    """The columns of its system's object that reading a copy looks at, `_key` and what the lake tells left out."""
    entity = entity_map.entities[entity_name]
    spec = entity_map.object_of(copy_name, entity.replication[copy_name])
    named = {column for _, column in _columns_named(entity, copy_name, only)}
    clocks = {clock for clock in (spec.created, spec.changed) if clock}
    return frozenset(named | clocks | (columns_in(spec.deleted) if spec.deleted else set()))


def require_columns(
    entity_map: EntityMap,
    entity_name: str,
    copy_name: str,
    columns: Collection[str],
    only: Collection[str] | None = None,
) -> None:
    """Raise ColumnsMissing where the map names columns for a copy that are not among those of its export."""
    entity = entity_map.entities[entity_name]
    copy = entity.replication[copy_name]
    missing = []
    for place, column in _columns_named(entity, copy_name, only):
        if column not in columns:
            near = did_you_mean(column, columns)
            hint = f"; {near}" if near else ""
            missing.append(f"entities.{entity_name}.replication.{copy_name}.{place} names column '{column}'{hint}")
    if missing:
        where = f"{entity_map.system_of(copy_name, copy)}/{copy.object}"
        raise ColumnsMissing(
            f"{where} lacks {len(missing)} column(s) that the map names:\n  "
            + "\n  ".join(missing)
            + f"\n  It has: {', '.join(c for c in columns if not c.startswith('_'))}."
        )


def _columns_named(entity: Entity, copy_name: str, only: Collection[str] | None) -> list[tuple[str, str]]:
    copy = entity.replication[copy_name]
    named = [(f"cross_references.{target}", column) for target, column in copy.cross_references.items()]
    for name, mapping in copy.fields.items():
        if only is not None and name not in only:
            continue
        if mapping.column is not None:
            named.append((f"fields.{name}", mapping.column))
        if mapping.sql is not None:
            named += [(f"fields.{name}.sql", column) for column in sorted(columns_in(mapping.sql))]
    for reason, sql in copy.stands_for_nothing.items():
        named += [(f"stands_for_nothing.{reason}", column) for column in sorted(columns_in(sql))]
    named += currency_columns_named(entity, copy_name)
    return named + [("where", column) for column in sorted(columns_in(copy.where) if copy.where else [])]
