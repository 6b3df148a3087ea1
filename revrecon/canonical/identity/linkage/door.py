"""The door: train a model on an entity's nodes, and score the pairs of a day.

`nodes` holds one row per record (`_node`, `copy`, `_id`, `_excluded` and a column per field of the entity, in standard
form); `groups` the label per node after the stronger passes.
"""

import polars as pl

from revrecon.canonical.identity.linkage.engine import Scorer, compared_pairs
from revrecon.canonical.identity.linkage.model import Model
from revrecon.canonical.identity.linkage.schemas import Carried, Groups, Scores
from revrecon.canonical.identity.linkage.scoring import scores_of
from revrecon.canonical.identity.linkage.training import model_of
from revrecon.entity_map.entities import Entity


def trained(entity: Entity, nodes: pl.DataFrame, groups: Groups) -> Model:
    """The model of an entity, learned from its nodes without labels; the order of rows changes nothing."""
    return model_of(entity, nodes, groups)


def scored(
    entity: Entity,
    model: Model,
    nodes: pl.DataFrame,
    groups: Groups,
    carried: Carried | None = None,
    scorer: Scorer = compared_pairs,
) -> Scores:
    """The scored pairs of a day, down to well below the review threshold (PAIR_SCHEMA).

    A score is a function of the two records and the model alone, so scores carried over from any other day under the
    same model give the same result as none, only sooner. Where pairs are compared (`scorer`) changes none either.
    """
    return scores_of(entity, model, nodes, groups, carried, scorer)
