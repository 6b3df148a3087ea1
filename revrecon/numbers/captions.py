"""Captions: a figure says what it is, as of when, by which definition, under which map."""

from decimal import Decimal

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap

_CURRENCIES = {"USD": ("$", 1), "EUR": ("€", 1), "GBP": ("£", 1), "kUSD": ("$", 1000), "kEUR": ("€", 1000)}
_SCALES = ((Decimal(1_000_000_000), "bn"), (Decimal(1_000_000), "M"))


def short_figure(value: Decimal, unit: str) -> str:
    """A figure as people say it: `$10.38 M`, `124`, `$390.34 bn` for thousand dollars; below a million in full."""
    sign, times = _CURRENCIES.get(unit, ("", 1))
    minus, number = ("−" if value < 0 else ""), abs(value) * times
    after = "" if sign or unit == "count" else f" {unit}"
    for size, name in _SCALES:
        if number >= size and unit != "count":
            return f"{minus}{sign}{number / size:,.2f} {name}{after}"
    return f"{minus}{sign}{number:,.{0 if unit == 'count' else 2}f}{after}"


def caption(
    entity_map: EntityMap, number_name: str, definition_name: str, period: str, value: Decimal, world: World
) -> str:
    """`Pipeline $10.38 M, as of 2026-11-04 23:59 EST, definition pipeline@3, map 12`."""
    number = entity_map.numbers[number_name]
    definition = number.definitions[definition_name]
    moment = world.moment.astimezone(entity_map.company.zone)
    title = f"{number.title} {period}".strip()
    which = number_name if definition_name == number.canonical else f"{number_name}.{definition_name}"
    return (
        f"{title} {short_figure(value, number.unit)}, as of {moment:%Y-%m-%d %H:%M %Z}, "
        f"definition {which}@{definition.version}, map {entity_map.map.version}"
    )
