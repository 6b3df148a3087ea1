"""What a changed answer of a map is about, and what it can move: figures, verdicts, or only people and words."""

from typing import Literal

from revrecon.entity_map.model import EntityMap

Kind = Literal[
    "definition", "tree", "survivorship", "identity", "mapping", "calendar", "quality", "tolerance", "threshold",
    "owner", "words", "people", "rhythm", "version",
]  # fmt: skip

MOVES_FIGURES: frozenset[Kind] = frozenset(
    {"definition", "tree", "survivorship", "identity", "mapping", "calendar"}
)  # fmt: skip
"""Changes after which a figure can come out otherwise."""

MOVES_VERDICTS: frozenset[Kind] = (MOVES_FIGURES - {"definition"}) | {"quality", "tolerance", "threshold"}
"""Changes after which a check of a copy can come out otherwise."""

_QUESTIONS = {
    "definition": "1 definition",
    "canonical_system": "2 canonical system",
    "replication": "3 replication",
    "hierarchy": "4 hierarchy",
    "quality": "5 quality",
    "reconciliation": "6 reconciliation",
}
_OF_AN_ENTITY: dict[tuple[str, ...], Kind] = {
    ("canonical_system",): "survivorship",
    ("replication",): "mapping",
    ("hierarchy",): "tree",
    ("reconciliation", "owner"): "owner",
    ("reconciliation", "match_keys"): "identity",
    ("reconciliation", "linkage"): "identity",
    ("reconciliation", "compare"): "tolerance",
    ("reconciliation", "amount"): "tolerance",
    ("reconciliation", "thresholds"): "threshold",
    ("quality",): "quality",
}
_OF_A_FIELD: dict[str, Kind] = {
    "source_of_truth": "survivorship", "derived": "survivorship", "type": "mapping", "to": "mapping",
    "standard": "identity", "text": "words", "input_control": "words",
}  # fmt: skip
_OF_A_CHAPTER: dict[str, Kind] = {
    "map": "version", "rhythms": "rhythm", "agreed_differences": "threshold", "retention": "words", "links": "words",
}  # fmt: skip
_OF_A_COPY: dict[str, Kind] = {"kept_fresh": "words", "freshness": "tolerance", "expected_when": "tolerance"}


def kind_of(path: tuple[str, ...]) -> Kind:
    """What the answer at a path of the map is about."""
    chapter, rest = path[0], path[2:]
    if chapter == "entities":
        return _of_an_entity(rest)
    if chapter == "numbers":
        return _of_a_number(rest)
    if chapter == "systems":
        if rest[:1] == ("representative",):
            return "owner"
        return "words" if rest[:1] in (("title",), ("clock",)) else "mapping"
    if chapter == "company":
        return "words" if path[1:] == ("name",) else "calendar"
    if chapter == "currencies":
        return "mapping"
    return _OF_A_CHAPTER.get(chapter, "people")


def _of_an_entity(rest: tuple[str, ...]) -> Kind:
    if rest[:2] == ("quality", "fields") and len(rest) > 3:
        return _OF_A_FIELD.get(rest[3], "quality")
    if rest[:1] == ("replication",) and len(rest) > 2 and rest[2] in _OF_A_COPY:
        return _OF_A_COPY[rest[2]]
    if not rest:
        return "mapping"
    fitting = [kind for start, kind in _OF_AN_ENTITY.items() if rest[: len(start)] == start]
    return fitting[0] if fitting else "words"


def _of_a_number(rest: tuple[str, ...]) -> Kind:
    if rest[:1] == ("owner",):
        return "owner"
    if rest[:1] in (("materiality",), ("tie_out",)):
        return "threshold"
    if rest[:1] == ("definitions",) and rest[2:3] in (("reported",), ("signed_off",)):
        return "words"  # what a department typed in or signed moves no figure that is recomputed
    if rest[:1] in (("publish",), ("title",), ("text",), ("decimals",)):
        return "words"
    return "words" if rest[:1] == ("definitions",) and rest[-1:] == ("text",) else "definition"


def subject_of(entity_map: EntityMap, path: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What a person would call the place of an answer, and the rest of its path."""
    chapter, name = path[0], path[1] if len(path) > 1 else ""
    if chapter == "entities" and name:
        entity = entity_map.entities.get(name)
        title = entity.title if entity else name
        question = _QUESTIONS.get(path[2], path[2]) if len(path) > 2 else ""
        return f"{title}: {question}".removesuffix(": "), path[3:]
    if chapter == "numbers" and name:
        number = entity_map.numbers.get(name)
        return (number.title if number else name), path[2:]
    if chapter == "systems" and name:
        system = entity_map.systems.get(name)
        return f"System {system.title if system else name}", path[2:]
    return chapter.capitalize(), path[1:]
