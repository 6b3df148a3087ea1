"""What departments typed in, read once a day; tie-outs kept, and told as findings and verdicts."""

from pathlib import Path

import polars as pl

from revrecon.daily.day import TYPED_IN, Day
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.systems import FileSettings
from revrecon.numbers.reported import TypedTable, figure_files, has_reported_figures, reported_figures
from revrecon.numbers.tie_out import TIE_OUT_SCHEMA
from revrecon.numbers.tie_out_findings import tie_out_findings, tie_out_verdicts
from revrecon.sources.contract import UnreadableExtract
from revrecon.sources.files.readers import read_file

_UNREAD = ("reported_figures", "unread")
_PROBLEM_SCHEMA = {"problem": pl.String()}


def read_reported(entity_map: EntityMap, data_root: Path) -> tuple[pl.DataFrame, list[Problem]]:
    """Every typed-in figure (REPORTED_SCHEMA) of the map and of the files below the exports that it names, and what
    cannot be used of them: whole files that are not there or no table, and single rows."""
    tables, problems = [], []
    for name, named_by in figure_files(entity_map).items():
        path = data_root / name
        if not path.is_file():
            hint = f"put it below {data_root.name}/, or take it out of the map"
            problems.append(Problem((name,), None, "there is no such file of reported figures", hint))
            continue
        try:
            rows, rejected = read_file(path, FileSettings(root="."), name)
        except UnreadableExtract as reason:
            problems.append(Problem((name,), None, str(reason)))
            continue
        problems += [Problem((name,), line, reason) for line, reason, _ in rejected.iter_rows()]
        tables.append(TypedTable(name, rows, named_by))
    figures, unread = reported_figures(entity_map, tables)
    return figures, [*problems, *unread]


def make_reported(day: Day, data_root: Path) -> tuple[pl.DataFrame, list[str]]:
    """Read and keep what was typed in, and in sentences what cannot be used of it."""
    figures, problems = read_reported(day.map, data_root)
    told = [str(problem) for problem in problems]
    day.tables.write(*TYPED_IN, day.as_of, figures)
    day.tables.write(*_UNREAD, day.as_of, pl.DataFrame({"problem": told}, schema=_PROBLEM_SCHEMA))
    return figures, told


def unread_figures(day: Day) -> list[str]:
    """What could not be used of the typed-in figures of a day, in sentences."""
    place = (*_UNREAD, day.as_of)
    return day.tables.read(*place)["problem"].to_list() if day.tables.has(*place) else []


def make_tie_outs(day: Day, number: str) -> pl.DataFrame:
    """Work out and keep a number's tie-outs, where the map tells of any reported figure."""
    found = day.tie_outs(number)
    if has_reported_figures(day.map):
        day.tables.write("tie_outs", number, day.as_of, found)
    return found


def all_day_tie_outs(day: Day) -> pl.DataFrame:
    """Every tie-out of the day, as kept."""
    kept = [name for name in day.map.numbers if day.tables.has("tie_outs", name, day.as_of)]
    frames = [day.tables.read("tie_outs", name, day.as_of) for name in kept]
    return pl.concat([pl.DataFrame(schema=TIE_OUT_SCHEMA), *frames])


def all_day_tie_out_findings(day: Day) -> pl.DataFrame:
    """A finding for every reported figure of the day that does not tie."""
    return tie_out_findings(day.map, all_day_tie_outs(day))


def all_day_tie_out_verdicts(day: Day) -> pl.DataFrame:
    """A verdict for every copy of which a figure was reported."""
    return tie_out_verdicts(day.map, all_day_tie_outs(day))
