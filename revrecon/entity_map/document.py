"""The map's text as plain values, and the line on which each of its keys stands."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from revrecon.entity_map.problems import PathPart, Problem
from revrecon.entity_map.syntax import syntax_problems

_CORE = "tag:yaml.org,2002:"
_KNOWN_TAGS = {_CORE + kind for kind in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge")}
_DEEPEST = 60


@dataclass(frozen=True)
class Document:
    """A parsed map: its values as dicts, lists and scalars, and where they were written."""

    value: Any
    root: Node | None

    def line_of(self, path: tuple[PathPart, ...]) -> int | None:
        """The line (from 1) of a path's key, or of its nearest ancestor that is written down."""
        found = self.root.start_mark.line + 1 if self.root is not None else None
        for key, _ in _steps(self.root, path):
            found = key.start_mark.line + 1
        return found

    def shortened(self, path: tuple[PathPart, ...]) -> tuple[PathPart, ...]:
        """The path without the parts that a shorthand leaves out; a missing key of a mapping stays."""
        steps = list(_steps(self.root, path))
        last = steps[-1][1] if steps else self.root
        if isinstance(last, MappingNode):
            return path[: len(steps) + 1]
        return path[: len(steps)]


def read_document(text: str) -> tuple[Document, list[Problem]]:
    """The document and what is wrong with its writing: syntax, duplicate keys, keys that are no text, tags, loops."""
    yaml = YAML(typ="safe", pure=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # YAML lets a later anchor take an earlier one's name
            root = yaml.compose(text)
    except (YAMLError, RecursionError) as error:
        return Document(None, None), syntax_problems(text, error)
    problems = list(_writing_problems(root, (), (), set())) if root is not None else []
    if any(problem.hint == _LOOP_HINT for problem in problems):
        return Document(None, root), problems
    return Document(_value(yaml, root, {}), root), problems


def _steps(node: Node | None, path: tuple[PathPart, ...]) -> Iterator[tuple[Node, Node]]:
    """For each part of a path that is written down: the node of its key and the node of its value."""
    for part in path:
        found = _step(node, part)
        if found is None:
            return
        yield found
        node = found[1]


def _step(node: Node | None, part: PathPart) -> tuple[Node, Node] | None:
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    if not isinstance(node, MappingNode):
        return None
    own = [(key, value) for key, value in node.value if key.value == str(part) and not _is_merge(key)]
    merged = (found for key, value in node.value if _is_merge(key) for found in [_in_merged(value, part)] if found)
    return own[-1] if own else next(merged, None)


def _in_merged(node: Node, part: PathPart) -> tuple[Node, Node] | None:
    sources = node.value if isinstance(node, SequenceNode) else [node]
    return next((found for source in sources if (found := _step(source, part))), None)


def _is_merge(key: Node) -> bool:
    return bool(key.tag == _CORE + "merge")


_LONGEST_NUMBER = 18  # digits: what 64 bits hold
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
_LOOP_HINT = "remove the alias that leads back"


def _writing_problems(
    node: Node, path: tuple[PathPart, ...], above: tuple[int, ...], seen: set[int]
) -> Iterator[Problem]:
    line = node.start_mark.line + 1
    if id(node) in above or len(above) > _DEEPEST:
        yield Problem(path[:6], line, "this part contains itself, or is nested too deeply", _LOOP_HINT)
        return
    if id(node) in seen:  # what several aliases share is told of once
        return
    seen.add(id(node))
    if str(node.tag) not in _KNOWN_TAGS:
        yield Problem(path, line, f"the tag '{node.tag}' means nothing here", "remove it")
    if isinstance(node, ScalarNode):
        yield from _scalar_problems(node, path)
    if isinstance(node, MappingNode):
        yield from _key_problems(node, path)
    for part, below in _parts(node):
        yield from _writing_problems(below, (*path, part), (*above, id(node)), seen)


def _scalar_problems(node: ScalarNode, path: tuple[PathPart, ...]) -> Iterator[Problem]:
    """Numbers that nothing can hold, and halves of characters, which no file can."""
    line, text = node.start_mark.line + 1, str(node.value)
    if node.tag == _CORE + "int" and len(text) > _LONGEST_NUMBER:
        yield Problem(path, line, f"a whole number of {len(text):,} digits", "write a smaller one, or put it in quotes")
    half = _HALF_A_CHARACTER.search(text)
    if half is not None:
        yield Problem(path, line, f"U+{ord(half[0]):04X} is half a character and cannot be written", "remove it")


def _parts(node: Node) -> Iterator[tuple[PathPart, Node]]:
    if isinstance(node, SequenceNode):
        yield from enumerate(node.value)
    if isinstance(node, MappingNode):
        yield from ((str(key.value), value) for key, value in node.value)


def _key_problems(node: MappingNode, path: tuple[PathPart, ...]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            yield Problem(path, line, "a key must be text, and not a list or a mapping")
        elif str(key.tag) not in (_CORE + "str", _CORE + "merge"):
            yield Problem((*path, key.value), line, "this key is no text", f"put it in quotes: '{key.value}'")
        elif key.value in first:
            again = f"this key is already there in line {first[key.value]}"
            yield Problem((*path, key.value), line, again, "remove one of the two")
        else:
            first[key.value] = line


def _value(yaml: YAML, node: Node | None, known: dict[int, Any]) -> Any:
    """The plain value of a node; what several aliases share is built once."""
    if node is None:
        return None
    if id(node) not in known:
        known[id(node)] = _built(yaml, node, known)
    return known[id(node)]


def _built(yaml: YAML, node: Node, known: dict[int, Any]) -> Any:
    if isinstance(node, SequenceNode):
        return [_value(yaml, item, known) for item in node.value]
    if isinstance(node, MappingNode):
        own = {str(key.value): _value(yaml, value, known) for key, value in node.value if not _is_merge(key)}
        return _merged(yaml, node, known) | own
    try:
        return yaml.constructor.construct_object(node)
    except (ValueError, YAMLError):  # such as 2026-13-45, or an unknown tag: left as text, and told below
        return node.value


def _merged(yaml: YAML, node: MappingNode, known: dict[int, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key, value in node.value:
        if _is_merge(key):
            given = _value(yaml, value, known)
            for source in reversed(given if isinstance(given, list) else [given]):
                merged |= source if isinstance(source, dict) else {}
    return merged
