"""Rules about formulas: each is one scalar expression over what it can see, and gives what it is asked for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from revrecon.entity_map.entities import Copy, Entity, FieldType
from revrecon.entity_map.formulas import FormulaError, columns_in, type_of
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition, Measure
from revrecon.entity_map.problems import Problem, did_you_mean
from revrecon.entity_map.rules.found import Path, Rule, broken
from revrecon.entity_map.rules.numbers import definitions

_CONDITION, _NUMBER, _ANYTHING = "a condition", "a number", "anything"
_NUMERIC = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)")
_GIVES: dict[str, tuple[re.Pattern[str], str]] = {
    _CONDITION: (re.compile("BOOLEAN"), "a condition must be true or false"),
    _NUMBER: (_NUMERIC, "an amount must be a number"),
    _ANYTHING: (re.compile(".*"), ""),
    "text": (re.compile("VARCHAR"), "the field is text"),
    "reference": (re.compile("VARCHAR"), "the field is a reference"),
    "integer": (_NUMERIC, "the field is an integer"),
    "decimal": (_NUMERIC, "the field is a decimal"),
    "money": (_NUMERIC, "the field is money"),
    "boolean": (re.compile("BOOLEAN"), "the field is true or false"),
    "date": (re.compile("DATE|TIMESTAMP.*"), "the field is a date"),
    "timestamp": (re.compile("TIMESTAMP.*"), "the field is a timestamp"),
}
"""The DuckDB types that serve each purpose, and what a formula of another type is told."""

_AS_OF: dict[str, FieldType] = {"as_of": "date"}
_DATES: dict[str, FieldType] = {"as_of": "date", "period_start": "date", "period_end": "date"}
_RAW: dict[str, FieldType] = {"_observed_on": "date", "_first_seen": "date", "_row": "integer"}


@dataclass(frozen=True)
class _Formula:
    """One formula: where it stands, what it must give, the fields that it knows, and those that are filled there."""

    path: Path
    sql: str
    gives: str
    fields: Mapping[str, FieldType]
    entity: str
    held: frozenset[str] | None = None  # None: all fields are filled
    lack: str = ""  # what to say of a field that is known and not filled
    hint: str = "map it there"


def every_formula_over_raw_columns_is_one_expression(entity_map: EntityMap) -> Iterator[Problem]:
    """Formulas over a system's own columns see text only; which columns there are is known when the data comes."""
    for path, sql, gives in _raw_formulas(entity_map):
        try:
            columns = columns_in(sql)
            if len({column.lower() for column in columns}) == len(columns):
                yield from _wrong_type(path, sql, gives, {column: _RAW.get(column, "text") for column in columns})
        except FormulaError as error:
            yield broken(path, str(error), _raw_hint(str(error)))


def _raw_hint(message: str) -> str | None:
    return "a system's columns are text here: cast them first" if "Cannot compare" in message else None


def _raw_formulas(entity_map: EntityMap) -> Iterator[tuple[Path, str, str]]:
    for system_name, system in entity_map.systems.items():
        for name, spec in system.objects.items():
            if spec.deleted is not None:
                yield ("systems", system_name, "objects", name, "deleted"), spec.deleted, _CONDITION
    for entity_name, entity in entity_map.entities.items():
        for copy_name, copy in entity.replication.items():
            yield from _raw_formulas_of(("entities", entity_name, "replication", copy_name), copy)


def _raw_formulas_of(path: Path, copy: Copy) -> Iterator[tuple[Path, str, str]]:
    if copy.where is not None:
        yield (*path, "where"), copy.where, _CONDITION
    for reason, sql in copy.stands_for_nothing.items():
        yield (*path, "stands_for_nothing", reason), sql, _CONDITION
    for field, mapping in copy.fields.items():
        if mapping.sql is not None:
            yield (*path, "fields", field, "sql"), mapping.sql, _ANYTHING


def every_formula_over_fields_makes_sense(entity_map: EntityMap) -> Iterator[Problem]:
    """Formulas over our fields use fields that are there, and give true or false, a number, or the field's type."""
    for name, entity in entity_map.entities.items():
        for formula in _entity_formulas(name, entity):
            yield from _problems(formula)
    for path, definition in definitions(entity_map):
        entity_or_none = entity_map.entities.get(definition.entity)
        if entity_or_none is not None:
            for formula in _definition_formulas(path, definition, entity_or_none):
                yield from _problems(formula)


def _problems(formula: _Formula) -> Iterator[Problem]:
    try:
        used = sorted(columns_in(formula.sql))
        for column in used:
            yield from _unseen(formula, column)
        if formula.fields.keys() >= set(used):
            yield from _wrong_type(formula.path, formula.sql, formula.gives, formula.fields)
    except FormulaError as error:
        yield broken(formula.path, str(error))


def _unseen(formula: _Formula, column: str) -> Iterator[Problem]:
    if column not in formula.fields:
        hint = did_you_mean(column, formula.fields)
        yield broken(formula.path, f"the formula uses '{column}', which is no field of {formula.entity}", hint)
    elif formula.held is not None and column not in formula.held:
        yield broken(formula.path, f"the formula uses '{column}', which {formula.lack}", formula.hint)


def _wrong_type(path: Path, sql: str, gives: str, fields: Mapping[str, FieldType]) -> Iterator[Problem]:
    given = type_of(sql, fields)
    pattern, told = _GIVES[gives]
    if not pattern.fullmatch(given):
        yield broken(path, f"{told}, and '{sql}' gives {given}")


def _types(entity: Entity) -> dict[str, FieldType]:
    return {name: rule.type for name, rule in entity.fields.items()}


def _entity_formulas(name: str, entity: Entity) -> Iterator[_Formula]:
    path: Path = ("entities", name)
    fields = _types(entity)
    for copy_name, copy in entity.replication.items():
        if copy.expected_when is not None:
            place = (*path, "replication", copy_name, "expected_when")
            yield _Formula(place, copy.expected_when, _CONDITION, fields | _AS_OF, name)
    if entity.reconciliation.amount is not None:
        yield _Formula((*path, "reconciliation", "amount"), entity.reconciliation.amount, _NUMBER, fields, name)
    for copy_name, sql in (entity.hierarchy.contract_entities if entity.hierarchy else {}).items():
        yield from _in_copy(
            (*path, "hierarchy", "contract_entities", copy_name), sql, _CONDITION, name, entity, copy_name
        )
    yield from _field_formulas(name, entity)
    yield from _record_rule_formulas(name, entity)


def _in_copy(path: Path, sql: str, gives: str, name: str, entity: Entity, copy_name: str) -> Iterator[_Formula]:
    """A formula on one copy's records; nothing where there is no such copy, which another rule tells."""
    copy = entity.replication.get(copy_name)
    if copy is not None:
        yield _Formula(path, sql, gives, _types(entity), name, frozenset(copy.fields), _not_mapped(copy_name))


def _not_mapped(copy_name: str | None) -> str:
    return f"the copy '{copy_name}' does not map"


def _field_formulas(name: str, entity: Entity) -> Iterator[_Formula]:
    earlier = {field: rule.type for field, rule in entity.fields.items() if rule.derived is None}
    for field, rule in entity.fields.items():
        path: Path = ("entities", name, "quality", "fields", field)
        if rule.derived is not None:
            place, lack = (*path, "derived"), "is not derived before it"
            hint = "a derived field may only use derived fields that stand above it"
            yield _Formula(place, rule.derived, rule.type, _types(entity), name, frozenset(earlier), lack, hint)
            earlier[field] = rule.type
        for number, truth in enumerate(rule.source_of_truth):
            if truth.when is not None:
                at = (*path, "source_of_truth", number, "when")
                yield from _in_copy(at, truth.when, _CONDITION, name, entity, truth.copy_name)


def _record_rule_formulas(name: str, entity: Entity) -> Iterator[_Formula]:
    for rule_name, rule in entity.quality.rules.items():
        path: Path = ("entities", name, "quality", "rules", rule_name)
        formulas = [("must_hold", rule.must_hold, _CONDITION)]
        if rule.amount is not None:
            formulas.append(("amount", rule.amount, _NUMBER))
        for key, sql, gives in formulas:
            if not rule.copies:
                yield _Formula((*path, key), sql, gives, _types(entity), name)
            for copy_name in rule.copies:
                yield from _in_copy((*path, key), sql, gives, name, entity, copy_name)


def _definition_formulas(path: Path, definition: Definition, entity: Entity) -> Iterator[_Formula]:
    """The canonical words, and the own ones; canonical words that also run on own records use mapped fields only."""
    own = definition.own
    yield from _worded(path, definition, entity, definition.conditions, None, on_copy=own.conditions is None)
    yield from _worded(path, definition, entity, {}, definition.measure, on_copy=own.measure is None)
    yield from _worded((*path, "own"), definition, entity, own.conditions or {}, own.measure, on_copy=True)


def _worded(
    path: Path,
    definition: Definition,
    entity: Entity,
    conditions: Mapping[str, str],
    measure: Measure | None,
    on_copy: bool,
) -> Iterator[_Formula]:
    fields = _types(entity) | _DATES
    copy = entity.replication.get(definition.copy_name or "")
    held = frozenset([*copy.fields, *_DATES]) if copy is not None and on_copy else None
    hint = "map it there, or write the formula for these records under 'own'"
    parts = [((*path, "conditions", key), sql, _CONDITION) for key, sql in conditions.items()]
    components = (measure.sum or {}) if measure is not None else {}
    parts += [((*path, "measure", "sum", key), part.sql, _NUMBER) for key, part in components.items()]
    for place, sql, gives in parts:
        yield _Formula(place, sql, gives, fields, definition.entity, held, _not_mapped(definition.copy_name), hint)


FORMULA_RULES: tuple[Rule, ...] = (
    every_formula_over_raw_columns_is_one_expression,
    every_formula_over_fields_makes_sense,
)
