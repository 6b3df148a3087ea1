"""Edits of a map's text that leave everything else as it was written: comments, order, quotes and layout.

A map is signed by people and read by people. It is never written anew from its values: the place of a change is found
in the parsed document, and only the letters that stand there are replaced.
"""

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from revrecon.entity_map.problems import PathPart, written

Path = tuple[PathPart, ...]
Value = str | int | float | bool | date | None | Sequence["Value"] | Mapping[str, "Value"]
"""What an answer of a map is made of."""

_STEP = 2


class NoPlace(Exception):
    """A change has no place in the text: what it belongs to is not written down there."""


@dataclass(frozen=True)
class MapText:
    """The text of a map; every edit gives another one."""

    text: str

    @staticmethod
    def line(name: str, value: Value) -> str:
        """An answer on a line of its own: `cause: definition.measure`."""
        return f"{flow(name)}: {flow(value)}"

    @cached_property
    def root(self) -> Node:
        root: Node = YAML(typ="safe", pure=True).compose(self.text)
        return root

    def has(self, path: Path) -> bool:
        """Whether something is written at a path."""
        return self._found(path) is not None

    def source(self, path: Path) -> str:
        """The letters of a value, as written; those of a block without its indent. Raises NoPlace."""
        node = self._node(path)
        start = node.start_mark.index
        return _dedented(" " * node.start_mark.column + self.text[start : self._end(node)])

    def replaced(self, path: Path, value: Value) -> "MapText":
        """Another value at a path that is written down, on one line. Raises NoPlace."""
        node = self._node(path)
        if _is_block(node) and isinstance(path[-1], str):
            key, _ = self._entry(path)
            return self._put(self._after(key), self._end(node), f": {flow(value)}")
        return self._put(node.start_mark.index, self._end(node), flow(value))

    def replaced_by_block(self, path: Path, value: Mapping[str, Value]) -> "MapText":
        """Another mapping at a path that is written down, an answer per line below its key. Raises NoPlace."""
        key, node = self._entry(path)
        if not value or not _is_block(self._node(path[:-1])):
            return self.replaced(path, value)
        indent = " " * (key.start_mark.column + _STEP)
        lines = "".join(f"\n{indent}{self.line(name, one)}" for name, one in value.items())
        return self._put(self._after(key), self._end(node), f":{lines}")

    def with_answer(self, path: Path, value: Value) -> "MapText":
        """Another value at a path, written down as the last answer of its mapping where it was not there.

        Raises NoPlace where the mapping is not there either.
        """
        return self.replaced(path, value) if self.has(path) else self.with_lines(path, [flow(value)])

    def with_lines(self, path: Path, lines: Sequence[str]) -> "MapText":
        """A new answer at the end of a mapping: one line behind its key, or several, indented, below it."""
        mapping, name = self._node(path[:-1]), flow(str(path[-1]))
        if not isinstance(mapping, MappingNode):
            raise NoPlace(f"{written(path[:-1])} holds no answers, so that {path[-1]} has no place.")
        if not _is_block(mapping):
            return self._put_before_bracket(mapping, f"{name}: {' '.join(lines)}", bool(mapping.value))
        indent = " " * mapping.start_mark.column
        below = "".join(f"\n{indent}{' ' * _STEP}{line}" for line in lines)
        return self._put_line_after(mapping, f"{indent}{name}:{below if len(lines) > 1 else ' ' + lines[0]}")

    def with_item(self, path: Path, value: Value, at: int | None = None) -> "MapText":
        """A new item of a list on a line of its own, before the one at a place or last; the list is made if need be."""
        return self.with_item_lines(path, [flow(value)], at)

    def with_item_lines(self, path: Path, lines: Sequence[str], at: int | None = None) -> "MapText":
        """The same for an item that is written on several lines, the first behind its dash."""
        told = [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]
        if not self.has(path):
            return self._with_list(path, told)
        found = self._node(path)
        if not isinstance(found, SequenceNode):
            raise NoPlace(f"{written(path)} is no list.")
        if not _is_block(found):
            return self._with_flow_item(path, found, lines, at)
        indent = " " * found.start_mark.column
        block = "\n".join(f"{indent}{line}" for line in told)
        if at is None or at >= len(found.value):
            return self._put_line_after(found, block)
        start = self._line_start(found.value[at].start_mark.index)
        return self._put(start, start, block + "\n")

    def without(self, path: Path) -> "MapText":
        """Without the item of a list or the answer of a mapping at a path. Raises NoPlace."""
        parent, (key, node) = self._node(path[:-1]), self._entry(path)
        if _is_block(parent) and len(parent.value) > 1:
            start = self._line_start(key.start_mark.index)
            end = self._line_end(self._end(node))
            return self._put(start, min(end + 1, len(self.text)), "")
        kept: Value = [x for at, x in enumerate(self.value(path[:-1])) if at != path[-1]] if isinstance(
            path[-1], int
        ) else {name: x for name, x in self.value(path[:-1]).items() if name != path[-1]}  # fmt: skip
        return self.replaced(path[:-1], kept)

    def block_without(self, path: Path, *names: str) -> list[str]:
        """The lines of a mapping in block form, its own indent taken off, without some of its answers."""
        mapping = self._node(path)
        start, end = self._line_start(mapping.start_mark.index), self._line_end(self._end(mapping))
        left = [(key, node) for key, node in mapping.value if key.value in names]
        cuts = [(self._line_start(key.start_mark.index), self._line_end(self._end(node)) + 1) for key, node in left]
        kept, at = "", start
        for first, last in sorted(cuts):
            kept, at = kept + self.text[at:first], last
        return _dedented(kept + self.text[at:end]).rstrip("\n").split("\n")

    def is_block(self, path: Path) -> bool:
        """Whether what stands at a path is written over lines, without brackets. Raises NoPlace."""
        return _is_block(self._node(path))

    def value(self, path: Path) -> Any:
        """The plain value at a path. Raises NoPlace."""
        found = _read(self.text)
        self._node(path)
        for part in path:
            found = found[part]
        return found

    def with_chapter(self, name: str, comment: str, lines: Sequence[str]) -> "MapText":
        """A new chapter at the end of the document, below a comment that says what it holds."""
        rest = self.text.rstrip("\n")
        block = "\n".join([f"# {comment}", f"{name}:", *(f"{' ' * _STEP}{line}" for line in lines)])
        return MapText(f"{rest}\n\n{block}\n")

    def _with_list(self, path: Path, lines: Sequence[str]) -> "MapText":
        parent = self._node(path[:-1])
        if not _is_block(parent):
            return self.with_lines(path, [flow(_read("\n".join(lines)))])
        indent = " " * parent.start_mark.column
        below = "".join(f"\n{indent}{' ' * _STEP}{line}" for line in lines)
        return self._put_line_after(parent, f"{indent}{flow(str(path[-1]))}:{below}")

    def _with_flow_item(self, path: Path, found: SequenceNode, lines: Sequence[str], at: int | None) -> "MapText":
        item = flow(_read("\n".join(lines)))
        if at is None or at >= len(found.value):
            return self._put_before_bracket(found, item, bool(found.value))
        start = found.value[at].start_mark.index
        return self._put(start, start, f"{item}, ")

    def _put_before_bracket(self, node: Node, told: str, has_others: bool) -> "MapText":
        bracket = node.end_mark.index - 1
        end = len(self.text[:bracket].rstrip()) if has_others else bracket
        return self._put(end, end, f", {told}" if has_others else told)

    def _put_line_after(self, node: Node, line: str) -> "MapText":
        end = self._line_end(self._end(node))
        return self._put(end, end, "\n" + line)

    def _put(self, start: int, end: int, told: str) -> "MapText":
        return MapText(self.text[:start] + told + self.text[end:])

    def _after(self, key: Node) -> int:
        return int(key.end_mark.index)

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        found = self.text.find("\n", index)
        return len(self.text) if found < 0 else found

    def _end(self, node: Node) -> int:
        """Where a value's last letter ends; a block ends with its last value, not with the comments behind it."""
        if _is_block(node):
            last = node.value[-1]
            return self._end(last[1] if isinstance(node, MappingNode) else last)
        end = int(node.end_mark.index)
        return max(len(self.text[:end].rstrip()), int(node.start_mark.index))

    def _node(self, path: Path) -> Node:
        return self._entry(path)[1]

    def _entry(self, path: Path) -> tuple[Node, Node]:
        found = self._found(path)
        if found is None:
            raise NoPlace(f"{written(path)} is not written down in the map.")
        return found

    def _found(self, path: Path) -> tuple[Node, Node] | None:
        found = (self.root, self.root)
        for part in path:
            step = next(_steps(found[1], part), None)
            if step is None:
                return None
            found = step
        return found


def flow(value: Value) -> str:
    """A value on one line, as YAML reads it back; text is quoted only where it must be."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(name)}: {flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(flow, value)) + "]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _text(value: str) -> str:
    if _is_plain(value):
        return value
    told = json.dumps(value, ensure_ascii=False)
    return told if "\\" in told or not value.isprintable() else "'" + value.replace("'", "''") + "'"


def _is_plain(value: str) -> bool:
    """Whether text without quotes is read back as that text, as a key and as a value between brackets."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ReusedAnchorWarning)  # `&` named something, twice
            return bool(_read(f"{{{value}: {value}}}") == {value: value} and _read(f"a: {value}") == {"a": value})
    except (YAMLError, ValueError, ReusedAnchorWarning):
        return False


def _read(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def _steps(node: Node, part: PathPart) -> Iterator[tuple[Node, Node]]:
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        yield node.value[part], node.value[part]
    if isinstance(node, MappingNode):
        yield from ((key, value) for key, value in node.value if key.value == str(part))


def _is_block(node: Node) -> bool:
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style and bool(node.value)


def _dedented(block: str) -> str:
    lines = block.split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    return "\n".join(line[indent:] if line[:indent].isspace() else line.lstrip(" ") for line in lines)
