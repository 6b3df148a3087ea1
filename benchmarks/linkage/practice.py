"""How well the sample company's records are told apart, with its cross-references and without: F1 per entity.

python -m benchmarks.linkage.practice TRUTH_CROSSWALK.csv [--rates 1|3] [--without-references]
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.linkage.perturbing import perturbed
from benchmarks.linkage.scores import Score, pairwise
from benchmarks.process import say
from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.identity.door import identities
from revrecon.canonical.identity.linkage.door import scored, trained
from revrecon.canonical.identity.linkage.schemas import Groups
from revrecon.canonical.world import copies_on, copies_resolved
from revrecon.daily.home import Home
from revrecon.daily.run import Inputs, landing_steps, last_day_of
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.linkage import Linkage
from revrecon.entity_map.loader import load_map
from revrecon.entity_map.model import EntityMap
from revrecon.history.lake import Lake

ENTITIES = ("account", "contact", "product", "opportunity")
Change = Callable[[str, str, CopyRecords], CopyRecords]


def without_references(entity_map: EntityMap) -> EntityMap:
    """The same map with every cross-reference and match key gone: linkage is alone."""
    entities = {}
    for name, entity in entity_map.entities.items():
        copies = {c: copy.model_copy(update={"cross_references": {}}) for c, copy in entity.replication.items()}
        rules = entity.reconciliation.model_copy(update={"match_keys": ()})
        entities[name] = entity.model_copy(update={"replication": copies, "reconciliation": rules})
    return entity_map.model_copy(update={"entities": entities})


def with_linkage(entity: Entity) -> Entity:
    """The entity, linked by defaults where its map says nothing."""
    if entity.reconciliation.linkage is not None:
        return entity
    rules = entity.reconciliation.model_copy(update={"linkage": Linkage()})
    return entity.model_copy(update={"reconciliation": rules})


def measured(
    entity_map: EntityMap, home: Path, data: Path, truth: pl.DataFrame, change: Change | None
) -> dict[str, Score]:
    """The score of each entity on the last day of the exports, by automatic decisions alone."""
    inputs = Inputs(load_map(Path("entity_map.yaml")), data, Home(home))
    day = last_day_of(inputs)
    lake = Lake(inputs.home.lake)
    for step in landing_steps(inputs, day, lake):
        step.take()

    def states(system: str, on: date) -> dict[str, pl.DataFrame]:
        objects = entity_map.systems[system].objects
        return {name: lake.last_rows(system, name, spec, on) for name, spec in objects.items()}

    crosswalks: dict[str, pl.DataFrame] = {}
    scores = {}
    for name in ENTITIES:
        copies = copies_resolved(entity_map, name, copies_on(entity_map, name, states, day), crosswalks)
        if change is not None:
            copies = {c: change(name, c, copy) for c, copy in copies.items()}
        crosswalks[name] = _crosswalk(name, with_linkage(entity_map.entities[name]), copies)
        scores[name] = pairwise(crosswalks[name].filter(~pl.col("gone")), truth, name)
    return scores


def _crosswalk(name: str, entity: Entity, copies: Mapping[str, CopyRecords]) -> pl.DataFrame:
    def link(nodes: pl.DataFrame, groups: Groups) -> pl.DataFrame:
        return scored(entity, trained(entity, nodes, groups), nodes, groups).pairs

    start = time.perf_counter()
    found = identities(name, entity, copies, linker=link)
    taken = time.perf_counter() - start
    say(f"  {name}: {found.crosswalk.height} records in {taken:.1f} s, {found.review.height} cases to review")
    return found.crosswalk


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("truth", type=Path)
    arguments.add_argument("--data", type=Path, default=Path("data"))
    arguments.add_argument("--rates", type=float, default=0.0, help="damage the records: 1 is the usual rate")
    arguments.add_argument("--without-references", action="store_true")
    given = arguments.parse_args()
    entity_map = load_map(Path("entity_map.yaml")).map
    entity_map = without_references(entity_map) if given.without_references else entity_map
    change = (lambda e, c, copy: perturbed(entity_map.entities[e], copy, given.rates)) if given.rates else None
    truth = pl.read_csv(given.truth, infer_schema=False)
    with tempfile.TemporaryDirectory() as home:
        for name, score in measured(entity_map, Path(home), given.data, truth, change).items():
            say(f"{name:12} precision {score.precision:.4f}  recall {score.recall:.4f}  F1 {score.f1:.4f}")


if __name__ == "__main__":
    main()
