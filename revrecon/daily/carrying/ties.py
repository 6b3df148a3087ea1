"""Ties: what makes one record's answer depend on another's. Records without a common tie know nothing of each other."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.identity.decisions import Decision
from revrecon.canonical.identity.nodes import nodes_of
from revrecon.canonical.world import referenced_copy
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.model import EntityMap
from revrecon.quality.rules import unique_fields

TIE_SCHEMA: dict[str, pl.DataType] = {
    "tie": pl.UInt64(),  # a hash of what ties: two records with the same one hang together
    "copy": pl.String(),
    "record_id": pl.String(),
}
"""One row per record and tie."""

POINTER_SCHEMA: dict[str, pl.DataType] = {
    "target": pl.String(),  # the entity that is pointed to
    "through": pl.String(),  # the copy of it in which the key is one
    "key": pl.String(),
    "copy": pl.String(),
    "record_id": pl.String(),
}
"""One row per reference of a record to a record of another entity."""


def ties_of(entity: Entity, copies: Mapping[str, CopyRecords], decisions: Sequence[Decision]) -> pl.DataFrame:
    """The ties of some records of an entity, resolved copies (TIE_SCHEMA).

    By cross-references, by the fields of exact keys in standard form, by values that must be unique, and by decisions.
    """
    nodes = nodes_of(entity, copies)
    found = [*_by_reference(nodes), *_by_keys(entity, nodes), *_by_unique(entity, copies), _by_decisions(decisions)]
    return pl.concat([pl.DataFrame(schema=TIE_SCHEMA), *found])


def _tie(kind: str, *values: pl.Expr) -> pl.Expr:
    return pl.struct(pl.lit(kind).alias("kind"), *values).hash(seed=11).alias("tie")


def _by_reference(nodes: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A record that names another one's key, and the one that is named."""
    for column in (name for name in nodes.columns if name.startswith("_xref__")):
        target = column.removeprefix("_xref__")
        who = (pl.col("copy"), pl.col("_id").alias("record_id"))
        yield nodes.filter(pl.col(column).is_not_null()).select(_tie(column, pl.col(column).alias("key")), *who)
        yield nodes.filter(pl.col("copy") == target).select(_tie(column, pl.col("_id").alias("key")), *who)


def _by_keys(entity: Entity, nodes: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for key in entity.reconciliation.match_keys:
        fields = [name for name in key.on if name in nodes.columns]
        if len(fields) == len(key.on):
            keyed = nodes.filter(pl.all_horizontal(pl.col(fields).is_not_null()))
            yield keyed.select(_tie("+".join(fields), *map(pl.col, fields)), "copy", pl.col("_id").alias("record_id"))


def _by_unique(entity: Entity, copies: Mapping[str, CopyRecords]) -> Iterator[pl.DataFrame]:
    for name, copy in copies.items():
        for field in unique_fields(entity, name):
            held = copy.records.filter(pl.col(field).is_not_null())
            tie = _tie(f"unique {name}", pl.col(field).alias(field))
            yield held.select(tie, pl.lit(name).alias("copy"), pl.col("_id").alias("record_id"))


def _by_decisions(decisions: Sequence[Decision]) -> pl.DataFrame:
    rows = [(str(one.pair), *record) for one in decisions for record in one.pair]
    named = pl.DataFrame(rows, schema=["pair", "copy", "record_id"], orient="row")
    return named.select(_tie("decision", pl.col("pair")), "copy", "record_id").cast(pl.Schema(TIE_SCHEMA))


def pointers_of(entity_map: EntityMap, entity_name: str, copies: Mapping[str, CopyRecords]) -> pl.DataFrame:
    """Where the references of some records lead (POINTER_SCHEMA); deleted records point, too."""
    found = [pl.DataFrame(schema=POINTER_SCHEMA)]
    fields = entity_map.entities[entity_name].fields
    for name, copy in copies.items():
        for field in entity_map.entities[entity_name].replication[name].fields:
            if fields[field].type == "reference":
                target, through = referenced_copy(entity_map, entity_name, name, field)
                found += [_pointers(records, field, target, through, name) for records in (copy.records, copy.gone)]
    return pl.concat(found)


def _pointers(records: pl.DataFrame, field: str, target: str, through: str, copy: str) -> pl.DataFrame:
    return records.select(
        pl.lit(target).alias("target"), pl.lit(through).alias("through"), pl.col(f"{field}__key").alias("key"),
        pl.lit(copy).alias("copy"), pl.col("_id").alias("record_id"),
    ).drop_nulls("key")  # fmt: skip
