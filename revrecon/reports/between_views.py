"""Bridges between any two lenses, in the shape in which reports show every bridge."""

from revrecon.entity_map.model import EntityMap
from revrecon.findings import CATEGORIES
from revrecon.numbers.between import Between, total
from revrecon.reports.bridge_views import BridgeView, folded_steps, item_views, materiality
from revrecon.reports.titles import definition_title, number_title

_UNDER = {
    "data": "canonical data",
    "tree": "canonical tree",
    "as_of": "canonical day",
    "definition": "canonical definition",
}


def between_view(entity_map: EntityMap, bridge: Between, most_steps: int = 20, most_items: int = 12) -> BridgeView:
    """One bridge between two lenses."""
    ends = [lens_title(entity_map, bridge.number, name) for name in (bridge.opening, bridge.closing)]
    amounts = [(c, total(bridge.items.filter(bridge.items["category"] == c), "amount")) for c in CATEGORIES]
    return BridgeView(
        number=bridge.number,
        period=bridge.period,
        definition=bridge.opening,
        title=number_title(entity_map, bridge.number, bridge.period),
        department=ends[0],
        department_key=bridge.opening,
        closing_title=ends[1],
        unit=bridge.unit,
        decimals=entity_map.numbers[bridge.number].decimals,
        reported=bridge.opening_value,
        closing=bridge.closing_value,
        residual=bridge.residual,
        by_category=tuple(amounts),
        steps=folded_steps(bridge.steps, materiality(entity_map, bridge.number), most_steps),
        items=tuple(item_views(bridge.items, most_items)),
        more_items=max(bridge.items.height - most_items, 0),
    )


def lens_title(entity_map: EntityMap, number: str, lens: str) -> str:
    """`Sales`, `Sales, version 1`, `Finance, canonical tree`, `Sales on 2026-10-01`."""
    name, on, day = lens.partition(" on ")
    name, _, coordinates = name.partition(":")
    plain, _, version = name.partition("@")
    parts = [definition_title(entity_map, number, plain)]
    parts += [f"version {version}"] if version else []
    parts += [_UNDER[word] for word in filter(None, coordinates.replace("-", "_").split(","))]
    return ", ".join(parts) + on + day
