"""A number over an entity that is carried forward: the earlier day's share, less what some records gave then, plus what
they give now.

Below `HOME/carried`, `share_KIND/NUMBER` keeps the share of a day (SHARE_SCHEMAS).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import polars as pl

from revrecon.daily.carrying.conditions import OF_THE_DAY
from revrecon.daily.tables import Tables
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Number
from revrecon.numbers.moments import moment_of, periods
from revrecon.numbers.orders import MAGNITUDE_SCHEMA
from revrecon.numbers.shares import PLACE, SHARE_SCHEMAS, NumberShare, shared_entity, together

_OF_THE_PERIOD = re.compile(r"\bperiod_(start|end)\b", re.IGNORECASE)
_CORNERS = tuple(MAGNITUDE_SCHEMA)


def adds_up(entity_map: EntityMap, number: Number, entity: str, day: date) -> bool:
    """Whether a number is the sum of what the records of an entity give, whatever day it is, and looks at that day."""
    if shared_entity(entity_map, number) != entity:
        return False
    looked_at = {moment_of(one.as_of, day, entity_map.company) for one in number.definitions.values()}
    return looked_at == {day} and not any(OF_THE_DAY.search(told) for told in _formulas(number))


def goes_on(entity_map: EntityMap, number: Number, then: date, day: date) -> bool:
    """Whether what a record gives to a number on one day it gives on another, if neither it nor its timing changed."""
    before, now = (periods(number, one, entity_map.company) for one in (then, day))
    if before == now:
        return True
    same_names = [one.name for one in before] == [one.name for one in now]
    return same_names and not any(_OF_THE_PERIOD.search(told) for told in _formulas(number))


def _formulas(number: Number) -> Iterator[str]:
    for one in number.definitions.values():
        yield one.model_dump_json(include={"conditions", "measure", "own"})


def keep_share(kept: Tables, number: str, day: date, share: NumberShare, basis: str) -> None:
    """Keep the share of a day."""
    for kind in SHARE_SCHEMAS:
        kept.write(f"share_{kind}", number, day, getattr(share, kind), basis)


def kept_share(kept: Tables, number: str, day: date, basis: str) -> NumberShare | None:
    """The share that was kept of a day; None where there is none that rests on the same."""
    if not all(kept.rests_on(f"share_{kind}", number, day) == basis for kind in SHARE_SCHEMAS):
        return None
    return NumberShare(**{kind: kept.read(f"share_{kind}", number, day) for kind in SHARE_SCHEMAS}, not_run=())


def exchanged(before: NumberShare, less: NumberShare, plus: NumberShare) -> NumberShare:
    """The share of all records, some of which gave `less` and now give `plus`: rows of units go, sums shrink."""
    stays = NumberShare(
        figures=before.figures, bridges=before.bridges, pieces=_without(before.pieces, less.pieces),
        lenses=_without(before.lenses, less.lenses.filter(~_of_several())), magnitudes=before.magnitudes,
        labels=_without(before.labels, less.labels), not_run=(),
    )  # fmt: skip
    gone = NumberShare(
        figures=_negated(less.figures, "value", "records"), bridges=_negated(less.bridges, "reported", "closing"),
        pieces=less.pieces.clear(), lenses=_negated(less.lenses.filter(_of_several()), *_CORNERS),
        magnitudes=_negated(less.magnitudes, *_CORNERS), labels=less.labels.clear(), not_run=(),
    )  # fmt: skip
    found = together([stays, gone, plus])
    return replace(
        found,
        lenses=_added(found.lenses, *PLACE, "unit_id", "in_transit"),
        magnitudes=_added(found.magnitudes, *PLACE),
    )


def _of_several() -> pl.Expr:
    """The rows of lenses in which units are added up (`orders.condensed`)."""
    return pl.col("unit_id") == ""


def _without(frame: pl.DataFrame, less: pl.DataFrame) -> pl.DataFrame:
    units = [name for name in (*PLACE, "unit_id") if name in frame.columns]
    return frame.join(less.select(units).unique(), on=units, how="anti", maintain_order="left")


def _negated(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    return frame.with_columns((-pl.col(column)).cast(frame.schema[column]) for column in columns)


def _added(frame: pl.DataFrame, *by: str) -> pl.DataFrame:
    return frame.group_by(by, maintain_order=True).agg(pl.col(_CORNERS).sum()).select(frame.columns)
