"""The spool: pages of an extract that is under way, kept on disk so that one that was cut off goes on where it was.

Layout: numbered Parquet parts, and `progress.json`, written after each part; a part that no progress names was never
finished. The spool goes away once the lake has taken the extract in.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from revrecon.history.atomic import write_parquet, write_text
from revrecon.sources.live.contract import Asked, Page

_PROGRESS = "progress.json"


@dataclass
class Spool:
    """The pages of one object's extract of one day; `rows_a_part` bounds what is held in memory."""

    folder: Path
    rows_a_part: int = 20_000
    _waiting: list[pl.DataFrame] = field(default_factory=list)
    _gone: list[str] = field(default_factory=list)
    _parts: int = 0
    _question: str = ""

    def begun(self, asked: Asked) -> str | None:
        """Where an extract of the very same question goes on; None where it begins anew."""
        self._question = hashlib.sha256(repr(asked).encode()).hexdigest()
        told = self._progress()
        if told.get("question") != self._question or told.get("after") is None:
            self.cleared()
            return None
        self._parts, self._gone = told["parts"], told["gone"]
        return str(told["after"])

    def add(self, page: Page) -> None:
        """Keep a page; it is surely kept once enough rows have come together."""
        self._waiting.append(page.rows)
        self._gone += page.gone
        if sum(rows.height for rows in self._waiting) >= self.rows_a_part:
            self._flush(page.after)

    def rows(self, columns: Sequence[str]) -> tuple[pl.DataFrame, list[str]]:
        """Every row that was kept, in the order in which it came, and the keys that are gone."""
        parts = [pl.read_parquet(self._part(number)) for number in range(self._parts)]
        nothing = pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
        return pl.concat([nothing, *parts, *self._waiting], how="vertical"), list(self._gone)

    def cleared(self) -> None:
        """Forget everything."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._waiting, self._gone, self._parts = [], [], 0

    def _flush(self, after: str | None) -> None:
        write_parquet(pl.concat(self._waiting), self._part(self._parts))
        self._waiting, self._parts = [], self._parts + 1
        progress = {"question": self._question, "parts": self._parts, "after": after, "gone": self._gone}
        write_text(json.dumps(progress), self.folder / _PROGRESS)

    def _part(self, number: int) -> Path:
        return self.folder / f"{number:06d}.parquet"

    def _progress(self) -> dict[str, Any]:
        """What is surely kept; nothing where a file of it is not whole."""
        try:
            told = json.loads((self.folder / _PROGRESS).read_text(encoding="utf-8"))
            for number in range(told["parts"]):
                pl.read_parquet_schema(self._part(number))
        except (OSError, ValueError, TypeError, KeyError, pl.exceptions.PolarsError):
            return {}
        return dict(told)
