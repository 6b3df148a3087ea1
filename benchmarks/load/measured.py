"""Measuring: each deed in a process of its own, by wall time, processor time and the most memory that it held."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """What one deed cost."""

    story: str
    deed: str
    wall: float  # seconds
    processor: float  # seconds, of all threads
    peak: float  # MB, what Python and its packages hold included
    disk: float  # MB below the folder afterwards
    note: str  # what came out


Deed = Callable[[Path], str]
"""Does something in a folder and says what came out."""


def measured(story: str, deed: str, do: Deed, folder: Path) -> Measured:
    """Do it in a process of its own. Raises what it raises."""
    with get_context("spawn").Pool(1) as pool:
        wall, processor, peak, note = pool.apply(_done, (do, folder))
    return Measured(story, deed, wall, processor, peak, size_of(folder), note)


def _done(do: Deed, folder: Path) -> tuple[float, float, float, str]:
    began, used = time.perf_counter(), time.process_time()
    note = do(folder)
    wall, processor = time.perf_counter() - began, time.process_time() - used
    return wall, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, note


def size_of(folder: Path) -> float:
    """MB of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def table(rows: list[Measured]) -> str:
    """What was measured, as a table of Markdown."""
    lines = ["| load | deed | wall s | CPU s | peak MB | disk MB | what came out |", "|---|---|---|---|---|---|---|"]
    lines += [
        f"| {row.story} | {row.deed} | {row.wall:.1f} | {row.processor:.1f} | {row.peak:,.0f} | {row.disk:,.0f} "
        f"| {row.note} |"
        for row in rows
    ]
    return "\n".join(lines)
