"""Rules about currencies: amounts say in which one they are, and there are rates to turn them into the company's."""

from collections.abc import Iterator

from revrecon.entity_map.currencies import DECIMALS, Rate, currency_of, foreign_fields, named_currencies
from revrecon.entity_map.currency import Currency
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known
from revrecon.entity_map.rules.numbers import definitions


def _named(entity_map: EntityMap) -> Iterator[tuple[Path, str, str | None, Currency]]:
    for name, entity in entity_map.entities.items():
        for copy, field, currency in named_currencies(entity):
            place = ("fields", field, "currency") if field is not None else ("currency",)
            yield ("entities", name, "replication", copy, *place), name, field, currency


def a_currency_is_a_code_or_a_column(entity_map: EntityMap) -> Iterator[Problem]:
    """Exactly one of the two; a fixed code needs no translation."""
    for path, _, _, currency in _named(entity_map):
        if (currency.code is None) == (currency.column is None):
            yield broken(path, "expected one of code and column", "write {code: EUR}, or {column: CurrencyIsoCode}")
        elif currency.code is not None and currency.translate:
            yield broken((*path, "translate"), "a fixed code needs no translation", "remove it")


def only_money_has_a_currency(entity_map: EntityMap) -> Iterator[Problem]:
    """A field that names its currency is money."""
    for path, name, field, _ in _named(entity_map):
        rule = entity_map.entities[name].fields.get(field) if field is not None else None
        if rule is not None and rule.type != "money":
            yield broken(path, f"'{field}' is {rule.type}, and only money has a currency", "remove it")


def every_fixed_currency_has_rates(entity_map: EntityMap) -> Iterator[Problem]:
    """Amounts in other currencies need the chapter `currencies`; a fixed one is the company's or has a rate there."""
    chapter = entity_map.currencies
    known = {entity_map.company.currency, *(one.currency for one in (chapter.rates if chapter else ()))}
    for path, _, _, currency in _named(entity_map):
        codes = [currency.code] if currency.code else list(currency.translate.values())
        if chapter is None and (currency.column or set(codes) - known):
            yield broken(path, "the map has no rates to convert by", "add a chapter 'currencies' with rates")
        elif chapter is not None and chapter.received is None:
            for code in codes:
                yield from unless_known(path, "currency with a rate", code, sorted(known))


def rates_are_positive_and_given_once(entity_map: EntityMap) -> Iterator[Problem]:
    """A rate is above zero, for another currency than the company's, and there is one for a currency and a day."""
    seen: dict[tuple[str, str], int] = {}
    for place, one in enumerate(entity_map.currencies.rates if entity_map.currencies else ()):
        path: Path = ("currencies", "rates", place)
        yield from _rate_problems(path, one, entity_map.company.currency)
        if (first := seen.setdefault((one.currency, str(one.on)), place)) != place:
            message = f"{one.currency} has a rate on {one.on} already, in rates[{first}]"
            yield broken((*path, "on"), message, "keep one of the two")


def _rate_problems(path: Path, one: Rate, company: str) -> Iterator[Problem]:
    if not one.rate.is_finite() or one.rate <= 0:
        message = f"expected a rate above 0, found {one.rate}"
        yield broken((*path, "rate"), message, f"write what one {one.currency} is worth in {company}")
    elif one.rate >= 10**DECIMALS or one.rate != round(one.rate, DECIMALS):
        message = f"rates have at most {DECIMALS} digits before and after the point; this is {one.rate}"
        yield broken((*path, "rate"), message, "round it")
    if one.currency == company:
        yield broken((*path, "currency"), f"{company} is the company's own currency; its rate is 1", "remove the rate")


def received_rates_are_an_object_of_a_system(entity_map: EntityMap) -> Iterator[Problem]:
    """The system and the object that rates are received in are there, and each column is told in one way."""
    received = entity_map.currencies.received if entity_map.currencies else None
    if received is None:
        return
    path: Path = ("currencies", "received")
    yield from unless_known((*path, "system"), "system of the map", received.system, entity_map.systems)
    if received.system in entity_map.systems:
        objects = entity_map.systems[received.system].objects
        yield from unless_known((*path, "object"), f"object of {received.system}", received.object, objects)
    for name, mapping in (("date", received.date), ("currency", received.currency), ("rate", received.rate)):
        if (mapping.column is None) == (mapping.sql is None) or mapping.constant is not None or mapping.exists_in:
            yield broken((*path, name), "expected one of column and sql", f"name the column that holds the {name}")


def amounts_are_converted_at_a_day_of_the_record(entity_map: EntityMap) -> Iterator[Problem]:
    """A conversion day is a rule or a date field of the definition's entity, and the department's copy holds it."""
    for path, definition in definitions(entity_map):
        day, entity = definition.converted.at, entity_map.entities.get(definition.entity)
        place = (*path, "converted", "at")
        if day.field is None or entity is None:
            continue
        if "rule" in day.model_fields_set:
            yield broken(place, "expected one of rule and field", "write {field: close_date}, or month_end")
        yield from unless_known((*place, "field"), f"field of {definition.entity}", day.field, entity.fields)
        rule, copy = entity.fields.get(day.field), entity.replication.get(definition.copy_name or "")
        if rule is not None and rule.type != "date":
            yield broken((*place, "field"), f"'{day.field}' is {rule.type}, and no date", "name a date")
        elif rule is not None and copy is not None and day.field not in copy.fields:
            message = f"the copy '{definition.copy_name}' does not map '{day.field}'"
            yield broken((*place, "field"), message, "map it there, or convert at another day")


def worked_out_money_names_no_currency(entity_map: EntityMap) -> Iterator[Problem]:
    """What is worked out from other amounts follows from them after they are converted."""
    for name, entity in entity_map.entities.items():
        for field in foreign_fields(entity):
            for copy_name, copy in entity.replication.items():
                if entity.fields[field].derived is not None and field in copy.fields and currency_of(copy, field):
                    path: Path = ("entities", name, "replication", copy_name, "fields", field)
                    message = f"'{field}' is derived from other fields, so it has no currency of its own"
                    yield broken(path, message, "map the amounts that it follows from, or remove 'derived'")


CURRENCY_RULES: tuple[Rule, ...] = (
    a_currency_is_a_code_or_a_column,
    only_money_has_a_currency,
    every_fixed_currency_has_rates,
    rates_are_positive_and_given_once,
    received_rates_are_an_object_of_a_system,
    amounts_are_converted_at_a_day_of_the_record,
    worked_out_money_names_no_currency,
)
