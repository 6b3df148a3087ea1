"""A file of decisions: a YAML list, each item with what was decided, on which day, by whom and why."""

from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from revrecon.decisions.kinds import DEED
from revrecon.decisions.taken import Taken, taken
from revrecon.entity_map.document import Document, read_document

_AROUND = ("on", "by", "why")


class DecisionsFileRefused(Exception):
    """A file of decisions has mistakes; nothing of it was taken."""


def decisions_of_file(path: Path, on: date) -> list[Taken]:
    """Every decision of a file, in its order; those without `on` are of the day given here.

    Raises DecisionsFileRefused with every mistake and its line.
    """
    document, problems = read_document(_text_of(path))
    mistakes = [str(problem) for problem in problems]
    if not mistakes and not isinstance(document.value, list):
        mistakes = ["it is no list of decisions; write each as '- {on: DATE, by: NAME, why: ..., kind: ...}'"]
    found: list[Taken] = []
    for at, item in enumerate(document.value if not mistakes else []):
        try:
            found.append(_decision(item, on))
        except ValidationError as error:
            mistakes += _told(document, at, error)
        except (KeyError, TypeError, ValueError) as error:
            mistakes.append(f"line {document.line_of((at,))}: {_plain(error)}")
    if mistakes:
        raise DecisionsFileRefused("\n  ".join([f"{path} was not taken:", *mistakes]))
    return found


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DecisionsFileRefused(f"{path} cannot be read ({error.strerror}). Name another file.") from error
    except UnicodeDecodeError as error:
        raise DecisionsFileRefused(f"{path} is no UTF-8 text ({error.reason}). Save it as UTF-8.") from error


def _decision(item: Any, on: date) -> Taken:
    if not isinstance(item, dict):
        raise TypeError("a decision is written with keys: on, by, why, kind and what belongs to it")
    deed = DEED.validate_python({name: value for name, value in item.items() if name not in _AROUND})
    day = item.get("on", on)
    if not isinstance(day, date):
        raise TypeError(f"'on' is the day of the standup, such as 2026-07-21, and not '{day}'")
    return taken(deed, day, str(item["by"]), str(item["why"]))


def _plain(error: Exception) -> str:
    return f"the key {error} is missing" if isinstance(error, KeyError) else str(error)


def _told(document: Document, at: int, error: ValidationError) -> list[str]:
    """Each mistake of one decision, with its line; the names of variants are left out of its place."""
    kinds = {"bridge", "copy", *(str(one["ctx"].get("tag", "")) for one in error.errors() if "ctx" in one)}
    told = []
    for one in error.errors(include_url=False):
        place = tuple(part for number, part in enumerate(one["loc"]) if number > 0 and part not in kinds)
        line = document.line_of((at, *place))
        name = ".".join(map(str, place)) or "kind"
        told.append(f"line {line}: {name}: {one['msg'].lower()}")
    return told
