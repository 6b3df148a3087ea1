"""A world in the company's currency: every amount of it converted at the rates of one conversion."""

from dataclasses import replace

import polars as pl

from revrecon.canonical.conversion import Conversion, in_company_currency, with_days
from revrecon.canonical.lazily import Lazily
from revrecon.canonical.survivorship import derived_anew
from revrecon.canonical.world import EntityWorld, World
from revrecon.entity_map.currencies import foreign_fields
from revrecon.entity_map.currency import ConversionDay
from revrecon.entity_map.model import EntityMap


def has_currencies(entity_map: EntityMap) -> bool:
    """Whether any amount of the company can be in another currency than its own."""
    return any(foreign_fields(entity) for entity in entity_map.entities.values())


def converted(entity_map: EntityMap, world: World, conversion: Conversion) -> World:
    """The world with all amounts in the company's currency; the very same one for a company with one currency.

    Of a world that is converted already, the world as given is converted. Each entity is worked out when first looked
    at, and each conversion once per world.
    """
    if not has_currencies(entity_map):
        return world
    given = world.given or world
    if conversion not in given.conversions:
        entities = Lazily(given.entities, lambda name: _entity(entity_map, given, name, conversion))
        given.conversions[conversion] = replace(given, entities=entities, given=given, conversion=conversion)
    return given.conversions[conversion]


def at_its_day(entity_map: EntityMap, world: World) -> World:
    """The world with all amounts at the rates of its own last day."""
    return converted(entity_map, world, Conversion(ConversionDay(), world.as_of))


def _entity(entity_map: EntityMap, given: World, name: str, conversion: Conversion) -> EntityWorld:
    here, entity = given.entities[name], entity_map.entities[name]
    if not foreign_fields(entity):
        return here
    company, rates = entity_map.company.currency, given.rates.known

    def turned(frame: pl.DataFrame) -> pl.DataFrame:
        return in_company_currency(frame, entity, company, rates, conversion)

    copies = {
        copy_name: replace(copy, records=turned(with_days(copy.records, here.canonical, conversion)))
        for copy_name, copy in here.copies.items()
    }
    return replace(here, copies=copies, canonical=derived_anew(entity, turned(here.canonical)))
