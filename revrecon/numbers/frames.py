"""The frames in which numbers and bridges leave this room."""

import polars as pl

VALUE = pl.Decimal(24, 4)
"""Every figure and every share of a bridge: exact, never float."""

FIGURE_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),  # its name in the map
    "period": pl.String(),  # such as 2026Q3; empty for a number without periods
    "definition": pl.String(),  # its name in the map, such as sales
    "version": pl.Int64(),
    "department": pl.String(),
    "canonical": pl.Boolean(),  # whether this is the canonical definition on canonical records
    "unit": pl.String(),
    "as_of": pl.Date(),  # the last day of the records that it rests on
    "value": VALUE,
    "records": pl.Int64(),  # how many records contribute
    "caption": pl.String(),  # "Pipeline $10.38 M, as of 2026-11-04 23:59 ET, definition pipeline@3, map 12"
    "stale": pl.String(),  # which systems had nothing new on the day, empty when none
    "provisional": pl.String(),  # why the figure may still change; empty when nothing says so
}
"""One row per number, period and definition."""

BRIDGE_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "period": pl.String(),
    "definition": pl.String(),
    "department": pl.String(),
    "unit": pl.String(),
    "reported": VALUE,
    "quality_step": VALUE,
    "hierarchy_step": VALUE,
    "timing_step": VALUE,
    "definition_step": VALUE,
    "residual": VALUE,
    "closing": VALUE,  # the canonical figure, or the closing department's where the map names one
    "closing_definition": pl.String(),  # name of the definition that the bridge ends at
    "reported_figure": VALUE,  # as the department typed it in; null where it did not
    "reported_on": pl.Date(),  # the day of the typed-in figure
    "unreproduced_step": VALUE,  # typed in less recomputed for that day: what cannot be reproduced
    "moved_since": VALUE,  # the recomputed figure of that day less today's: timing, zero on its own day
    "provisional": pl.String(),  # why the bridge may still change; empty when nothing says so
}
"""One row per bridge: reported = closing + the four steps + residual, where `reported` is recomputed from the
department's own records. Where a figure was typed in, reported_figure = reported + unreproduced_step + moved_since."""

STEP_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "period": pl.String(),
    "definition": pl.String(),
    "position": pl.Int64(),  # the order of the waterfall
    "category": pl.String(),
    "cause": pl.String(),  # category.sub-type
    "detail": pl.String(),  # the named condition, component or field, in the map's own words
    "amount": VALUE,  # signed: how much of reported less closing
    "gross": VALUE,  # sum of absolutes, so that offsetting items cannot hide
    "records": pl.Int64(),
}
"""One row per cause of a bridge."""

ITEM_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "period": pl.String(),
    "definition": pl.String(),
    "category": pl.String(),
    "cause": pl.String(),
    "detail": pl.String(),
    "unit_id": pl.String(),  # the canonical id, or the source record where there is none
    "records": pl.String(),  # the department's own records behind it: system/object/key, blank-separated by ", "
    "label": pl.String(),  # what a person would call it
    "amount": VALUE,
}
"""One row per reconciling item: one record's share of one cause."""

ORDER_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "definition": pl.String(),
    "period": pl.String(),
    "category": pl.String(),
    "in_order": VALUE,  # the bar in the declared order: quality, hierarchy, timing, definition
    "shapley": VALUE,  # the order-free share: the average over all 24 orders, rounded so that the bars foot
    "low": VALUE,  # the least that any order gives it
    "high": VALUE,
    "records": pl.Int64(),  # in how many records of the whole bridge the order matters
}
"""One row per category of a bridge, whatever the order of its steps."""

ORDER_MATTERS_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "definition": pl.String(),
    "period": pl.String(),
    "unit_id": pl.String(),
    "label": pl.String(),  # what a person would call it
    "quality_in_order": VALUE,
    "hierarchy_in_order": VALUE,
    "timing_in_order": VALUE,
    "definition_in_order": VALUE,
    "quality_shapley": VALUE,
    "hierarchy_shapley": VALUE,
    "timing_shapley": VALUE,
    "definition_shapley": VALUE,
}
"""One row per record in which the order matters; each four add up to the record's share of the gap."""
