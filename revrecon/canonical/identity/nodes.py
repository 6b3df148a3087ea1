"""Nodes: every record that any copy of an entity ever held, in standard forms, in an order that nothing changes."""

from collections.abc import Mapping

import polars as pl

from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.standard_forms import standardised
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.formulas import FIELD_TYPES, holds

NODE_COLUMNS: dict[str, pl.DataType] = {
    "_node": pl.Int64(),  # 0, 1, 2 ... in the order of copy and key
    "copy": pl.String(),
    "system": pl.String(),
    "object": pl.String(),
    "_id": pl.String(),
    "_created": pl.Datetime("us", "UTC"),
    "_first_seen": pl.Date(),
    "_gone": pl.Boolean(),  # deleted in its system: it keeps its last values, and the identity together
    "_excluded": pl.Boolean(),  # stands for nothing, by a named reason of the map
    "_reason": pl.String(),
    "_parent": pl.String(),  # key of its parent in its own system; null for contract entities
}
"""Columns of the nodes frame beside `_xref__COPY` and one column per field of the entity."""


def nodes_of(entity: Entity, copies: Mapping[str, CopyRecords]) -> pl.DataFrame:
    """All records of an entity's copies, deleted ones too (NODE_COLUMNS, cross-references and the fields looked at).

    Fields are in standard form where the map names one, references hold canonical ids of other entities.
    """
    if not copies:
        return pl.DataFrame(schema={**NODE_COLUMNS, **_field_types(entity)})
    ordered = [_in_order(entity, copies[name]) for name in sorted(copies)]
    records = pl.concat(ordered, how="diagonal_relaxed", rechunk=True)
    types = {**{n: t for n, t in NODE_COLUMNS.items() if n != "_node"}, **_field_types(entity)}
    references = sorted(c for c in records.columns if c.startswith("_xref__"))
    shaped = [
        (pl.col(name) if name in records.columns else pl.lit(None)).cast(dtype, strict=False).alias(name)
        for name, dtype in types.items()
    ]
    return records.select(*shaped, *references).with_row_index("_node").with_columns(pl.col("_node").cast(pl.Int64))


def _in_order(entity: Entity, copy: CopyRecords) -> pl.DataFrame:
    """A copy's records by key; those of a day without deletions are in order already."""
    both = [_of_copy(entity, copy, gone) for gone in (False, True)]
    every = pl.concat([one for one in both if not one.is_empty()] or both[:1], how="diagonal_relaxed")
    return every if every["_id"].is_sorted() else every.sort("_id")


def fields_looked_at(entity: Entity) -> set[str]:
    """The fields by which identities are found: linkage looks at every field, exact keys at their own."""
    if entity.reconciliation.linkage is not None:
        return set(entity.fields)
    return {name for key in entity.reconciliation.match_keys for name in key.on}


def _field_types(entity: Entity) -> dict[str, pl.DataType]:
    return {
        name: FIELD_TYPES[rule.type]
        for name, rule in entity.fields.items()
        if name in fields_looked_at(entity) and any(name in copy.fields for copy in entity.replication.values())
    }


def _of_copy(entity: Entity, copy: CopyRecords, gone: bool) -> pl.DataFrame:
    records = copy.gone if gone else copy.records
    seen = fields_looked_at(entity) & set(records.columns)
    fields = [standardised(name, rule.standard) for name, rule in entity.fields.items() if name in seen]
    references = [c for c in records.columns if c.startswith("_xref__")]
    return records.select(
        "_id", "_created", "_first_seen", pl.col("_excluded").alias("_reason"),
        pl.col("_excluded").is_not_null().alias("_excluded"), pl.lit(gone).alias("_gone"),
        pl.lit(copy.copy).alias("copy"), pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object"),
        _parents(entity, copy, records).alias("_parent"), *references, *fields,
    )  # fmt: skip


def _parents(entity: Entity, copy: CopyRecords, records: pl.DataFrame) -> pl.Series:
    """Each record's parent by its own system; a contract entity beside its company has none."""
    nothing = pl.repeat(None, records.height, dtype=pl.String, eager=True)
    if entity.hierarchy is None or f"{entity.hierarchy.parent_field}__key" not in records.columns:
        return nothing
    parents = records[f"{entity.hierarchy.parent_field}__key"]
    contract = entity.hierarchy.contract_entities.get(copy.copy)
    if contract is None or records.is_empty():
        return parents
    return pl.select(pl.when(~holds(records, {"contract": contract})["contract"]).then(parents)).to_series()
