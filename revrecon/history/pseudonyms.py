"""Pseudonyms: what stands in the place of a person's values, the same for the same value, so that counts stay."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

_TOO_SHORT_INSIDE = 5
"""Shorter values are replaced only where they are a whole cell: inside a text they would hit others."""


@dataclass(frozen=True)
class Pseudonyms:
    """Values as they may be written, in lower case, each with its pseudonym."""

    of: Mapping[str, str]

    @cached_property
    def _inside(self) -> re.Pattern[str]:
        long = sorted((one for one in self.of if len(one) >= _TOO_SHORT_INSIDE), key=len, reverse=True)
        return re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in long) or r"(?!)", re.IGNORECASE)

    def text(self, told: str) -> str:
        """A text in which every value is replaced, wherever it is a word or more."""
        whole = self.of.get(told.strip().lower())
        return whole or self._inside.sub(lambda found: self.of[found[0].lower()], told)

    def frame(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
        """A frame in which every text is replaced, lists of texts too, and how many rows that changes."""
        texts = [name for name, dtype in frame.schema.items() if dtype in (pl.String, pl.List(pl.String))]
        changed = frame.with_columns(self._column(frame[name]) for name in texts)
        differs = [changed[name].ne_missing(frame[name]) for name in texts]
        rows = pl.select(pl.any_horizontal(differs)).to_series().sum() if differs and frame.height else 0
        return changed, int(rows)

    def _column(self, column: pl.Series) -> pl.Series:
        texts = column.explode() if column.dtype == pl.List(pl.String) else column
        mapping = {one: new for one in texts.drop_nulls().unique().to_list() if (new := self.text(one)) != one}
        if not mapping:
            return column
        if column.dtype == pl.List(pl.String):
            return pl.select(pl.lit(column).list.eval(pl.element().replace(mapping))).to_series().alias(column.name)
        return column.replace(mapping)
