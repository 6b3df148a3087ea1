"""What differs between two maps: every changed answer with its old and its new words, and its line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from revrecon.entity_map.document import Document, read_document
from revrecon.entity_map.kinds_of_change import Kind, kind_of, subject_of
from revrecon.entity_map.loader import LoadedMap
from revrecon.entity_map.problems import PathPart

_KEYS: dict[str, tuple[str, ...]] = {
    "thresholds": ("copy", "cause"),
    "corrections": ("child",),
    "history": ("version",),
    "escalation": ("to",),
    "match_keys": ("on",),
    "source_of_truth": ("copy",),
}
"""By which of its values an item of a list is known, so that moving it is no change."""

Path = tuple[PathPart, ...]


@dataclass(frozen=True)
class Change:
    """One changed answer. `old` or `new` is None where there was none, `line` is that of the new map, or of the old one
    for what is gone."""

    kind: Kind
    subject: str
    what: str
    old: str | None
    new: str | None
    line: int | None
    entity: str | None = None
    number: str | None = None
    definition: str | None = None


@dataclass(frozen=True)
class _Found:
    """A difference in the maps' values, with its path in either document."""

    words: tuple[str, ...]
    old_path: Path
    new_path: Path
    old: Any
    new: Any


def differences(old: LoadedMap, new: LoadedMap) -> tuple[Change, ...]:
    """Every changed answer, in the order of the new map's chapters; none for maps that say the same."""
    before, after = old.map.model_dump(mode="json", by_alias=True), new.map.model_dump(mode="json", by_alias=True)
    lines = read_document(old.text)[0], read_document(new.text)[0]
    return tuple(_change(new, found, lines) for found in _walk(before, after, (), (), ()))


def _walk(old: Any, new: Any, words: tuple[str, ...], old_path: Path, new_path: Path) -> Iterator[_Found]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*new, *old]):
            yield from _walk(old.get(key), new.get(key), (*words, key), (*old_path, key), (*new_path, key))
    elif isinstance(old, list) and isinstance(new, list) and words[-1] in _KEYS and _are_keyed(old, new):
        yield from _walk_items(old, new, words, old_path, new_path)
    else:
        yield _Found(words, old_path, new_path, old, new)


def _are_keyed(*lists: Sequence[Any]) -> bool:
    return all(isinstance(item, Mapping) for items in lists for item in items)


def _walk_items(
    old: list[Any], new: list[Any], words: tuple[str, ...], old_path: Path, new_path: Path
) -> Iterator[_Found]:
    before, after = _named(old, words[-1]), _named(new, words[-1])
    for key in dict.fromkeys([*after, *before]):
        there, one = before.get(key, (0, None))
        here, other = after.get(key, (0, None))
        yield from _walk(one, other, (*words, key), (*old_path, there), (*new_path, here))
    if set(before) == set(after) and list(before) != list(after):
        yield _Found((*words, "order"), old_path, new_path, list(before), list(after))


def _named(items: list[Any], kind: str) -> dict[str, tuple[int, Any]]:
    """Each item of a list with its place, under what it is known by; a second one of a name is numbered."""
    found: dict[str, tuple[int, Any]] = {}
    for place, item in enumerate(items):
        name = " ".join(_said(item.get(key)) or "any" for key in _KEYS[kind])
        found[name if name not in found else f"{name} #{place + 1}"] = (place, item)
    return found


def _change(new: LoadedMap, found: _Found, lines: tuple[Document, Document]) -> Change:
    gone = found.new is None
    line = lines[0].line_of(found.old_path) if gone else lines[1].line_of(found.new_path)
    chapter, name = found.words[0], found.words[1] if len(found.words) > 1 else ""
    subject, rest = subject_of(new.map, found.words)
    return Change(
        kind=kind_of(found.words), subject=subject, what=" / ".join(rest) or "as a whole",
        old=_said(found.old), new=_said(found.new), line=line,
        entity=name if chapter == "entities" else None, number=name if chapter == "numbers" else None,
        definition=found.words[3] if found.words[2:3] == ("definitions",) and len(found.words) > 3 else None,
    )  # fmt: skip


def _said(value: Any) -> str | None:
    """A value as the map would write it on a line, without what is left out."""
    if value is None or value in ([], {}, ""):
        return None
    if isinstance(value, Mapping):
        told = [f"{key}: {said}" for key, item in value.items() if (said := _said(item)) is not None]
        return "{" + ", ".join(told) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_said(item) or "" for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
