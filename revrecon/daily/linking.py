"""Linkage of a day: the model of its quarter, and the scores that other days left."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from revrecon.canonical.clusters import no_nodes
from revrecon.canonical.identity.door import Linker, after_strong_passes
from revrecon.canonical.identity.joining import Apart
from revrecon.canonical.identity.linkage.days import training_day
from revrecon.canonical.identity.linkage.door import scored, trained
from revrecon.canonical.identity.linkage.engine import Scorer
from revrecon.canonical.identity.linkage.model import Model
from revrecon.canonical.identity.linkage.schemas import Groups
from revrecon.canonical.identity.linkage.store import LinkageStore
from revrecon.canonical.identity.nodes import nodes_of
from revrecon.canonical.world import States, copies_on, copies_resolved, crosswalks_on
from revrecon.entity_map.model import EntityMap

FirstDays = Callable[[str], Mapping[str, date]]
"""Given an entity: per copy the first day on which it said anything."""


def linker_of(
    entity_map: EntityMap, name: str, as_of: date, states: States, first_days: FirstDays, store: LinkageStore,
    scorer: Scorer, anew: bool = False,
) -> Linker | None:  # fmt: skip
    """What scores the pairs of an entity on a day; None where the map asks for no linkage.

    The model is trained on the records of the day's training day, which follows from the lake alone. `anew`: every pair
    is scored, also those of which another day left the score.
    """
    entity = entity_map.entities[name]
    if entity.reconciliation.linkage is None:
        return None
    learnt_on = training_day(as_of, first_days(name), entity_map.company.fiscal_year_start)

    def link(nodes: pl.DataFrame, groups: Groups) -> pl.DataFrame:
        model = store.model(name, entity, learnt_on, lambda: _trained(entity_map, name, learnt_on, states))
        scores = scored(entity, model, nodes, groups, None if anew else store.carried(name, model), scorer)
        store.keep(name, scores.carried)
        return scores.pairs

    return link


def model_path(
    entity_map: EntityMap, name: str, as_of: date, first_days: FirstDays, store: LinkageStore
) -> Path | None:
    """Where the model that scores an entity's pairs on a day is kept; None where the map asks for no linkage."""
    entity = entity_map.entities[name]
    if entity.reconciliation.linkage is None:
        return None
    learnt_on = training_day(as_of, first_days(name), entity_map.company.fiscal_year_start)
    return store.model_path(name, entity, learnt_on)


def _trained(entity_map: EntityMap, name: str, day: date, states: States) -> Model:
    """Learned from that day's records, as decisions of nobody and no earlier model would have them."""
    entity = entity_map.entities[name]
    strong = crosswalks_on(entity_map, day, states)
    nodes = nodes_of(entity, copies_resolved(entity_map, name, copies_on(entity_map, name, states, day), strong))
    groups, _ = after_strong_passes(entity, nodes, (), Apart(no_nodes(), no_nodes()))
    return trained(entity, nodes, np.asarray(groups))
