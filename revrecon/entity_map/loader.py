"""The way from `entity_map.yaml` to frozen values: every mistake at once, each with its line."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from revrecon.entity_map.document import Document, read_document
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import MapProblems, Problem
from revrecon.entity_map.rules import broken_rules
from revrecon.entity_map.shape import UNKNOWN_KEY, shaped


@dataclass(frozen=True)
class LoadedMap:
    """A valid map, the text that it was read from, and the SHA-256 of that text in UTF-8."""

    map: EntityMap
    text: str
    sha256: str
    path: Path


def load_map(path: Path) -> LoadedMap:
    """The map in a file. Raises MapProblems with everything that is wrong with it."""
    return parse_map(_text_of(path), path)


def parse_map(text: str, path: Path = Path("entity_map.yaml")) -> LoadedMap:
    """The map in a text; `path` is only its name in messages. Raises MapProblems with everything that is wrong."""
    return replace(_parsed(text, path.name), path=path)


@lru_cache(maxsize=8)  # a text of some hundred lines takes a third of a second
def _parsed(text: str, name: str) -> LoadedMap:
    document, problems = read_document(text)
    if document.value is None and problems:
        raise MapProblems(name, problems)
    entity_map, misfits = shaped(document)
    unknown = {misfit.path for misfit in misfits if misfit.message == UNKNOWN_KEY}
    problems = [problem for problem in problems if problem.path not in unknown] + misfits
    if entity_map is None or problems:
        raise MapProblems(name, problems)
    broken = list(_with_lines(document, broken_rules(entity_map)))
    if broken:
        raise MapProblems(name, broken)
    return LoadedMap(entity_map, text, hashlib.sha256(text.encode()).hexdigest(), Path(name))


def _with_lines(document: Document, problems: Iterable[Problem]) -> Iterable[Problem]:
    for problem in problems:
        yield replace(problem, path=document.shortened(problem.path), line=document.line_of(problem.path))


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        hint = f"write one, or name another file than {path}"
        raise MapProblems(path.name, [Problem((), None, "there is no such file", hint)]) from error
    except OSError as error:
        raise MapProblems(path.name, [Problem((), None, f"it cannot be read: {error.strerror}")]) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MapProblems(path.name, [Problem((), line, "this is no UTF-8 text", "save the file as UTF-8")]) from error
