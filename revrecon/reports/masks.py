"""Personal data as it may leave the warehouse."""

import polars as pl

from revrecon.entity_map.model import EntityMap

_DOTS = "•••"


def personal_fields(entity_map: EntityMap) -> set[tuple[str, str]]:
    """Entity and field of everything that the map flags as personal."""
    return {
        (name, field)
        for name, entity in entity_map.entities.items()
        for field, rule in entity.fields.items()
        if rule.personal
    }


def masked(column: str) -> pl.Expr:
    """First letter and dots, of an address both sides: `a•••@•••`; values below three letters show nothing at all."""
    value = pl.col(column)
    first = value.str.slice(0, 1)
    long = pl.when(value.str.contains("@", literal=True)).then(first + f"{_DOTS}@{_DOTS}").otherwise(first + _DOTS)
    return pl.when(value.str.len_chars() < 3).then(pl.lit(_DOTS)).otherwise(long)


def without_personal_data(findings: pl.DataFrame, entity_map: EntityMap) -> pl.DataFrame:
    """Findings (FINDING_SCHEMA) with `expected` and `observed` of personal fields masked; a scale's reason, which holds
    the value, is left out."""
    flagged = [
        (pl.col("entity") == entity) & (pl.col("field") == field)
        for entity, field in sorted(personal_fields(entity_map))
    ]
    if not flagged:
        return findings
    personal = pl.any_horizontal(flagged).fill_null(False)
    told = pl.when(~(personal & pl.col("why").str.starts_with("probably ").fill_null(False))).then("why")
    return findings.with_columns(
        told.alias("why"),
        *(pl.when(personal).then(masked(n)).otherwise(pl.col(n)).alias(n) for n in ("expected", "observed")),
    )
