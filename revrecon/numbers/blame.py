"""Which entity causes the worst disagreement: the bridges' items, gathered by whose records they are about.

A disagreement of a definition is nobody's record, so it stands apart. Of the rest every item counts with its absolute
amount as a share of its number's canonical figure, so that a number in dollars does not drown one of customers.
"""

from decimal import Decimal

import polars as pl

from revrecon.entity_map.model import EntityMap

BLAME_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "score": pl.Float64(),  # sum over bridges of absolute amounts, each as a share of its number's canonical figure
    "gross": pl.Decimal(24, 4),  # money of those in a currency
    "records": pl.Int64(),  # reconciling items
    "findings": pl.Int64(),  # of the day, in all of its copies
    "tickets": pl.Int64(),  # live
}
"""One row per entity, the worst first."""

_OF_RECORDS = ("quality", "hierarchy")


def blamed(
    entity_map: EntityMap, bridges: pl.DataFrame, items: pl.DataFrame, findings: pl.DataFrame, live: dict[str, int]
) -> pl.DataFrame:
    """Every entity with its part in the disagreement (BLAME_SCHEMA). `live`: live tickets per entity.

    Hierarchy items are the account tree's, whatever is added up; quality items are those of the definition's entity.
    Where no bridge tells two entities apart, the one with more findings is worse.
    """
    newest = items.filter(pl.col("period") == pl.col("period").max().over("number", "definition"))
    mine = newest.filter(pl.col("category").is_in(list(_OF_RECORDS)))
    sizes = _sizes(bridges)
    rows = []
    for entity in entity_map.entities:
        about = [_about(entity_map, row, entity) for row in mine.iter_rows(named=True)]
        chosen = mine.filter(pl.Series(about, dtype=pl.Boolean))
        rows.append(
            {
                "entity": entity, "score": _score(chosen, sizes), "gross": _gross(entity_map, chosen),
                "records": chosen["unit_id"].n_unique(),
                "findings": findings.filter(pl.col("entity") == entity).height, "tickets": live.get(entity, 0),
            }
        )  # fmt: skip
    frame = pl.DataFrame(rows, schema=BLAME_SCHEMA)
    return frame.sort("score", "tickets", "findings", "entity", descending=[True, True, True, False])


def _about(entity_map: EntityMap, row: dict[str, object], entity: str) -> bool:
    number = entity_map.numbers.get(str(row["number"]))
    definition = number.definitions.get(str(row["definition"])) if number else None
    if definition is None:
        return False
    if row["category"] == "hierarchy":
        return entity_map.entities[entity].hierarchy is not None
    return definition.entity == entity


def _sizes(bridges: pl.DataFrame) -> dict[tuple[str, str], float]:
    """The canonical figure of every number and period, one at least."""
    rows = bridges.select("number", "period", "closing").unique().iter_rows()
    return {(number, period): max(abs(float(closing)), 1.0) for number, period, closing in rows}


def _score(items: pl.DataFrame, sizes: dict[tuple[str, str], float]) -> float:
    grouped = items.group_by("number", "period").agg(pl.col("amount").abs().sum())
    return sum(float(amount) / sizes.get((number, period), 1.0) for number, period, amount in grouped.iter_rows())


def _gross(entity_map: EntityMap, items: pl.DataFrame) -> Decimal:
    in_money = [name for name, number in entity_map.numbers.items() if len(number.unit) == 3 and number.unit.isupper()]
    return Decimal(items.filter(pl.col("number").is_in(in_money))["amount"].abs().sum())
