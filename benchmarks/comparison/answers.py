"""What a comparison must find, and how a runner says it: counts per field and sums of record numbers, so that an answer
is right only if it names the right cells of the right records."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.process import peak_memory


@dataclass
class Counted:
    """How many records, and the sum of their numbers."""

    count: int = 0
    total: int = 0

    def add(self, numbers: np.ndarray[Any, Any]) -> None:
        self.count += len(numbers)
        self.total += int(numbers.sum())


@dataclass
class Answer:
    """Mismatching cells per field, rows that the copy lacks, rows that only the copy has."""

    cells: dict[str, Counted]
    missing: Counted = field(default_factory=Counted)
    extra: Counted = field(default_factory=Counted)


def counted(keys: pl.Series) -> Counted:
    """Records by their keys (`R0000000042`)."""
    found = Counted()
    found.add(keys.str.slice(1).cast(pl.Int64).to_numpy())
    return found


def answer_of(cells: pl.DataFrame, fields: Mapping[str, object], missing: pl.Series, extra: pl.Series) -> Answer:
    """From mismatching cells in one frame (`id`, `field`, whatever else) and the keys of lonely rows."""
    by_field = {str(key[0]): counted(rows["id"]) for key, rows in cells.partition_by("field", as_dict=True).items()}
    return Answer({name: by_field.get(name, Counted()) for name in fields}, counted(missing), counted(extra))


def write_truth(folder: Path, answers: list[Answer]) -> None:
    """Keep what was planted, one answer per copy."""
    (folder / "truth.json").write_text(json.dumps([asdict(answer) for answer in answers]), encoding="utf-8")


def differs_from_truth(folder: Path, said: object) -> str:
    """In what the answers of a runner differ from what was planted; empty where they are right."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    answers = said if isinstance(said, list) else [said]
    for copy, (want, have) in enumerate(zip(truth, answers, strict=False), start=1):
        if want != have:
            wrong = [n for n in want["cells"] if want["cells"][n] != have["cells"].get(n)]
            wrong += [n for n in ("missing", "extra") if want[n] != have[n]]
            return f"copy_{copy} has other {', '.join(wrong)} than what was planted"
    return ""


def said(work: Callable[[Path], Answer | list[Answer]]) -> None:
    """Do a runner's work on the folder of the first argument; print its answer, seconds after imports, peak in kB."""
    begun = time.perf_counter()
    found = work(Path(sys.argv[1]))
    seconds = time.perf_counter() - begun
    answers = [asdict(one) for one in (found if isinstance(found, list) else [found])]
    sys.stdout.write(json.dumps({"answers": answers, "seconds": seconds, "peak": peak_memory()}) + "\n")
