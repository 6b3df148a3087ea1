"""What a full extract says that those before it did not: rows that are new or other, and keys that it lacks.

A system that exports everything every day says the same of nearly all its records. Beside such an extract, if it is
large, stands `v=….news.parquet`: its rows that differ from what stood before, and by their keys alone (`_lacking`) the
records that were there and are not. What an object ever said is then as large as what ever changed. News follow from
the extracts since the full one before; where these are others by now, the extract is read whole.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from revrecon.history.atomic import write_parquet
from revrecon.history.kept import CorruptExtract, Kept, file_sha256, from_last_full
from revrecon.history.prints import WORTH_KEEPING, printed, standing_prints

LACKING = "_lacking"
"""The column by which a row says no more than that a full extract does not hold the key any more."""


@dataclass(frozen=True)
class Said:
    """How one extract is read: whole, or only what it says anew."""

    kept: Kept
    is_news: bool

    @property
    def day(self) -> date:
        """The day of the extract."""
        return self.kept.day

    @property
    def is_full(self) -> bool:
        """Whether the extract holds every record that its system knows."""
        return self.kept.contents == "full"

    @property
    def is_complete(self) -> bool:
        """Whether what is read of it holds every record that its system knows."""
        return self.is_full and not self.is_news

    @property
    def path(self) -> Path:
        """Where what is read of it stands."""
        return news_beside(self.kept.path) if self.is_news else self.kept.path

    @property
    def here(self) -> Path:
        """The same, to be read."""
        return self.kept.storage.there(self.path)


def news_beside(extract: Path) -> Path:
    """Where the news of an extract are."""
    return extract.with_name(extract.stem + ".news.parquet")


def keep_news(rows: pl.DataFrame, extract: Kept, before: Sequence[Kept]) -> Kept:
    """Write the news of a full extract beside it if it is large, and say so. Raises NotWritten.

    `before` are the extracts of earlier days, ascending. Where one of them is damaged there are no news: the extract
    is taken in, and whoever reads the damaged one says so.
    """
    if extract.contents != "full" or rows.height < WORTH_KEEPING or not before:
        return extract
    try:
        standing = standing_prints(before)
    except CorruptExtract:
        return extract
    beside = news_beside(extract.path)
    write_parquet(_news(rows, standing), beside)
    return replace(extract, news=file_sha256(beside), news_after=_after(before))


def said_by(kept: Sequence[Kept]) -> list[Said]:
    """How each of an object's extracts, ascending, is read."""
    return [Said(one, _has_news(one, kept[:place])) for place, one in enumerate(kept)]


def lacking(rows: pl.DataFrame) -> pl.Expr:
    """Whether a row only says that a full extract does not hold the key."""
    return pl.col(LACKING).fill_null(False) if LACKING in rows.columns else pl.lit(False)


def not_lacking(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that say something."""
    return rows.filter(~lacking(rows)).drop(LACKING) if LACKING in rows.columns else rows


def _news(rows: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    mine = printed(rows)
    known = mine.join(standing.with_columns(_known=True), on=["_key", "_print"], how="left", maintain_order="left")
    anew = rows.filter(known["_known"].is_null()).with_columns(pl.lit(False).alias(LACKING))
    gone = standing.join(mine, on="_key", how="anti").select("_key", pl.lit(True).alias(LACKING))
    return pl.concat([anew, gone], how="diagonal")


def _has_news(kept: Kept, before: Sequence[Kept]) -> bool:
    """Whether there are news of an extract that follow from those before it, as they were written."""
    if not kept.news or not before or kept.news_after != _after(before):
        return False
    beside = kept.storage.there(news_beside(kept.path))
    return beside.exists() and file_sha256(beside) == kept.news


def _after(before: Sequence[Kept]) -> str:
    """One word for the extracts from which news follow, by their names."""
    names = [one.path.name for one in from_last_full(before)]
    return hashlib.blake2b("\n".join(names).encode(), digest_size=16).hexdigest()
