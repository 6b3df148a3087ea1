"""Our values as a system writes them: the map's mapping turned round, where that can be done without guessing."""

import polars as pl

from revrecon.entity_map.entities import FieldMapping, FieldRule
from revrecon.entity_map.systems import Formats


def written_back(name: str, rule: FieldRule, mapping: FieldMapping, formats: Formats) -> pl.Expr | None:
    """A column of our values as a system's text, or None where its mapping cannot be turned round.

    References are written as they stand: what the system calls the other record is for the caller to know.
    """
    if mapping.column is None or rule.type == "timestamp":
        return None
    if mapping.translate:
        back = {ours: theirs for theirs, ours in mapping.translate.items()}
        one_to_one = len(back) == len(mapping.translate)
        return pl.col(name).replace_strict(back, default=None, return_dtype=pl.String) if one_to_one else None
    if mapping.unit == "cents":
        return (pl.col(name) * 100).cast(pl.Int64).cast(pl.String)
    if mapping.unit is not None:
        return None
    if rule.type == "date":
        return pl.col(name).dt.strftime((mapping.format or formats.date)[0])
    if rule.type == "boolean":
        yes, no = formats.true_values[0], formats.false_values[0]
        return pl.when(pl.col(name)).then(pl.lit(yes)).when(~pl.col(name)).then(pl.lit(no))
    text = pl.col(name).cast(pl.String)
    decimal = rule.type in ("money", "decimal") and formats.decimal_comma
    return text.str.replace(".", ",", literal=True) if decimal else text
