"""Bridges as pictures."""

from collections.abc import Mapping
from decimal import Decimal

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.reports.bridge_views import folded_steps, materiality, of_bridge
from revrecon.reports.heads import head_steps, reported_figure
from revrecon.reports.titles import CANONICAL, definition_title
from revrecon.reports.waterfall import waterfall_svg

MOST_BARS = 11
"""How many steps a picture shows before the smallest are folded together."""


def bridge_picture(entity_map: EntityMap, bridge: Mapping[str, object], steps: pl.DataFrame) -> str:
    """The waterfall of one row of bridges (BRIDGE_SCHEMA) as SVG; `steps` may hold those of other bridges too."""
    number, definition = str(bridge["number"]), str(bridge["definition"])
    closing = definition_title(entity_map, number, str(bridge["closing_definition"]))
    shown = folded_steps(of_bridge(steps, dict(bridge)), materiality(entity_map, number), MOST_BARS)
    heads = [(step.title, step.amount, step.category) for step in head_steps(bridge)]
    return waterfall_svg(
        f"{definition_title(entity_map, number, definition)} reports",
        reported_figure(bridge),
        [*heads, *((step.title, step.amount, step.category) for step in shown)],
        CANONICAL if closing == CANONICAL else f"{closing} reports",
        Decimal(str(bridge["closing"])),
        str(bridge["unit"]),
    )
