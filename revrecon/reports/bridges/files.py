"""Bridges as files: a workbook that foots, CSV, Markdown, or the picture. The suffix says which."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from revrecon.history.atomic import write_text
from revrecon.reports.bridges.markdown import bridges_markdown
from revrecon.reports.bridges.taken import TakenBridge
from revrecon.reports.bridges.workbook.door import write_workbook
from revrecon.reports.files import spreadsheet_safe_csv
from revrecon.reports.titles import CANONICAL
from revrecon.reports.waterfall import waterfall_svg


class NoSuchForm(Exception):
    """A file whose suffix names no form of a bridge."""


def save_bridges(bridges: Sequence[TakenBridge], as_of: date, path: Path) -> list[Path]:
    """Write bridges in the form that the suffix of `path` names; the paths written. Raises NoSuchForm, TooManyRecords.

    A picture holds one bridge: several become one file each, named after them.
    """
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise NoSuchForm(f"'{path.name}' ends in no form of a bridge: end it in {', '.join(FORMS)}.")
    return form(bridges, as_of, path)


def _workbook(bridges: Sequence[TakenBridge], as_of: date, path: Path) -> list[Path]:
    return [write_workbook(bridges, as_of, path)]


def _csv(bridges: Sequence[TakenBridge], _as_of: date, path: Path) -> list[Path]:
    write_text(spreadsheet_safe_csv(pl.concat([bridge.items for bridge in bridges], how="diagonal")), path)
    return [path]


def _markdown(bridges: Sequence[TakenBridge], as_of: date, path: Path) -> list[Path]:
    write_text(bridges_markdown(bridges, as_of), path)
    return [path]


def _pictures(bridges: Sequence[TakenBridge], _as_of: date, path: Path) -> list[Path]:
    paths = []
    for bridge in bridges:
        name = f"{path.stem}_{bridge.view.definition}_{bridge.view.period}".rstrip("_")
        own = path if len(bridges) == 1 else path.with_stem(name)
        write_text(bridge_svg(bridge), own)
        paths.append(own)
    return paths


def bridge_svg(bridge: TakenBridge) -> str:
    """The waterfall of a bridge."""
    view = bridge.view
    ends = view.closing_title if view.closing_title == CANONICAL else f"{view.closing_title} reports"
    steps = [(step.title, step.amount, step.category) for step in view.steps]
    return waterfall_svg(f"{view.department} reports", view.reported, steps, ends, view.closing, view.unit)


FORMS: dict[str, Callable[[Sequence[TakenBridge], date, Path], list[Path]]] = {
    ".xlsx": _workbook,
    ".csv": _csv,
    ".md": _markdown,
    ".svg": _pictures,
}
"""The forms in which a bridge is saved, by suffix."""
