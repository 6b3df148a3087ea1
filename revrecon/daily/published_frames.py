"""What the ledger knows of published figures and restatements, as frames for the warehouse and for people."""

from collections.abc import Sequence

import polars as pl

from revrecon.daily.home import Home
from revrecon.daily.restating import restated_items
from revrecon.numbers.frames import VALUE
from revrecon.numbers.restating import RESTATED_ITEM_SCHEMA
from revrecon.tickets.figure_model import PublishedFigure
from revrecon.tickets.figures import FigureRegister
from revrecon.tickets.restatement import Restatement

PUBLISHED_SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),
    "number": pl.String(),
    "definition": pl.String(),
    "period": pl.String(),
    "as_of": pl.Date(),
    "revision": pl.Int64(),
    "value": VALUE,
    "unit": pl.String(),
    "caption": pl.String(),
    "version": pl.Int64(),
    "map_version": pl.Int64(),
    "map_sha256": pl.String(),
    "extracts": pl.Int64(),
    "extracts_sha256": pl.String(),
    "decisions": pl.List(pl.String()),
    "residual": VALUE,
    "provisional": pl.List(pl.String()),
    "open_breaches": pl.List(pl.String()),
    "code_version": pl.String(),
    "published_at": pl.Datetime("us", "UTC"),
    "published_by": pl.String(),
}
"""One row per published figure and revision, in the order of publication."""

RESTATED_SCHEMA: dict[str, pl.DataType] = {
    "figure_id": pl.String(),
    "number": pl.String(),
    "definition": pl.String(),
    "period": pl.String(),
    "as_of": pl.Date(),
    "published_at": pl.Datetime("us", "UTC"),
    "map_then": pl.Int64(),
    "map_now": pl.Int64(),
    "data_until": pl.Date(),
    "then": VALUE,
    "now": VALUE,  # null where the figure cannot be worked out any more: see note
    "difference": VALUE,
    "residual": VALUE,
    "note": pl.String(),
}
"""One row per figure and state of the world that it was compared with, where it differs."""

RESTATED_STEP_SCHEMA: dict[str, pl.DataType] = {
    "figure_id": pl.String(),
    "data_until": pl.Date(),
    "map_now": pl.Int64(),
    "category": pl.String(),
    "cause": pl.String(),
    "detail": pl.String(),
    "amount": VALUE,
    "records": pl.Int64(),
}
"""One row per cause of a restatement."""


def published_frame(figures: Sequence[PublishedFigure]) -> pl.DataFrame:
    """Published figures as a frame (PUBLISHED_SCHEMA)."""
    rows = [{name: getattr(one, name) for name in PUBLISHED_SCHEMA} for one in figures]
    return pl.DataFrame(rows, schema=PUBLISHED_SCHEMA)


def restated_frame(found: Sequence[Restatement]) -> pl.DataFrame:
    """Restatements as a frame (RESTATED_SCHEMA)."""
    rows = [{name: getattr(one, name) for name in RESTATED_SCHEMA} for one in found]
    return pl.DataFrame(rows, schema=RESTATED_SCHEMA)


def restated_steps_frame(found: Sequence[Restatement]) -> pl.DataFrame:
    """The causes of restatements as a frame (RESTATED_STEP_SCHEMA)."""
    rows = [
        {
            "figure_id": one.figure_id, "data_until": one.data_until, "map_now": one.map_now,
            **{name: getattr(step, name) for name in ("category", "cause", "detail", "amount", "records")},
        }
        for one in found
        for step in one.steps
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=RESTATED_STEP_SCHEMA)


def ledger_frames(home: Home) -> dict[str, pl.DataFrame]:
    """What the warehouse shows of the ledger: `published.figures`, `restatements.figures`, `restatements.steps` and
    `restatements.items`, the records of each figure's newest restatement."""
    register = FigureRegister(home.ledger)
    every = (Restatement.model_validate_json(body) for body in register.restated().values())
    changed = sorted(
        (one for one in every if one.difference != 0), key=lambda one: (one.as_of, one.name, one.data_until)
    )
    items = [pl.DataFrame(schema={"figure_id": pl.String(), **RESTATED_ITEM_SCHEMA})]
    for figure_id in dict.fromkeys(one.figure_id for one in changed):
        found = restated_items(home, figure_id)
        if found is not None:
            items.append(found.select(pl.lit(figure_id).alias("figure_id"), *RESTATED_ITEM_SCHEMA))
    return {
        "published.figures": published_frame(register.all()),
        "restatements.figures": restated_frame(changed),
        "restatements.steps": restated_steps_frame(changed),
        "restatements.items": pl.concat(items),
    }
