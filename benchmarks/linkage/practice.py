"""How well linkage finds who is who in the sample company, with its cross-references and without: F1 per entity.

python -m benchmarks.linkage.practice TRUTH_CROSSWALK.csv [--rates 1|3] [--without-references]
"""

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.linkage.perturbing import perturbed
from benchmarks.linkage.scores import Score, joined, pairwise, say
from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.identity.linkage.defaults import linkage_of
from revrecon.canonical.identity.linkage.door import scored, trained
from revrecon.canonical.matching import crosswalk
from revrecon.canonical.standard_forms import standardised
from revrecon.canonical.world import copies_on, with_references
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


def nodes_of(entity: Entity, copies: Mapping[str, CopyRecords]) -> pl.DataFrame:
    """Live records of all copies in standard form, as linkage takes them."""
    frames = []
    for name, copy in sorted(copies.items()):
        fields = [standardised(f, entity.fields[f].standard) for f in entity.replication[name].fields]
        keys = copy.records.select("_id", pl.col("_excluded").is_not_null().alias("_excluded"), *fields)
        frames.append(
            keys.with_columns(
                pl.lit(name).alias("copy"), pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object")
            )
        )
    return pl.concat(frames, how="diagonal_relaxed").sort("copy", "_id").with_row_index("_node")


def groups_of(nodes: pl.DataFrame, found: pl.DataFrame) -> np.ndarray:
    """The group of each node by a crosswalk; an excluded record stands alone."""
    named = nodes.join(
        found.select("copy", pl.col("record_id").alias("_id"), "canonical_id"),
        on=["copy", "_id"],
        how="left",
        maintain_order="left",
    )
    alone = pl.format("{} {}", "copy", "_id")
    return named.select(pl.coalesce("canonical_id", alone).rank("dense")).to_series().to_numpy().astype(np.int64)


def measured(
    entity_map: EntityMap, home: Path, data: Path, truth: pl.DataFrame, change: Change | None
) -> dict[str, Score]:
    inputs = Inputs(load_map(Path("entity_map.yaml")), data, Home(home))
    day = last_day_of(inputs)
    for step in landing_steps(inputs, day):
        step.take()
    lake = Lake(Home(home).lake)

    def states(system: str, on) -> dict[str, pl.DataFrame]:
        objects = entity_map.systems[system].objects
        return {name: lake.state(system, name, spec, on) for name, spec in objects.items()}

    crosswalks: dict[str, pl.DataFrame] = {}
    scores = {}
    for name in ONLY:
        entity = with_linkage(entity_map.entities[name])
        copies = {
            c: with_references(entity_map, copy, crosswalks)
            for c, copy in copies_on(entity_map, name, states, day).items()
        }
        if change is not None:
            copies = {c: change(name, c, copy) for c, copy in copies.items()}
        crosswalks[name], scores[name] = _linked(name, entity, copies, truth)
    return scores


def _linked(name: str, entity: Entity, copies: Mapping[str, CopyRecords], truth: pl.DataFrame):
    start = time.perf_counter()
    found = crosswalk(name, entity, copies)
    nodes = nodes_of(entity, copies)
    groups = groups_of(nodes, found)
    model = trained(entity, nodes, groups)
    trained_in = time.perf_counter() - start
    scores = scored(entity, model, nodes, groups)
    labels = joined(groups, scores.pairs, linkage_of(entity).automatic, nodes["copy"].to_numpy())
    rows = nodes.select(
        "copy", "system", "object", pl.col("_id").alias("record_id"), pl.Series("canonical_id", labels).cast(pl.String)
    )
    seconds = time.perf_counter() - start
    say(f"  {name}: {nodes.height} records, trained in {trained_in:.1f} s, scored in {seconds - trained_in:.1f} s")
    say(f"    {dict(model.report.iter_rows())}")
    if name == SHOW:
        _show_errors(nodes, scores.pairs, truth, linkage_of(entity).automatic)
    if PARAMETERS:
        with pl.Config(tbl_rows=200, fmt_str_lengths=60):
            say(str(model.parameters.with_columns((pl.col("m") / pl.col("u")).log(2).alias("w"))))
    return rows, pairwise(rows, truth, name)


PARAMETERS = False
SHOW = ""
ONLY: list[str] = list(ENTITIES)


def _show_errors(nodes: pl.DataFrame, pairs: pl.DataFrame, truth: pl.DataFrame, automatic: float) -> None:
    """Ten wrong and ten missed pairs with their evidence."""
    real = nodes.select("system", "object", record_id="_id").join(
        truth, on=["system", "object", "record_id"], how="left", maintain_order="left"
    )["canonical_id"]
    same = pairs.with_columns(a=real.gather(pairs["left"]), b=real.gather(pairs["right"])).with_columns(
        same=pl.col("a") == pl.col("b")
    )
    wrong = same.filter(~pl.col("same").fill_null(False), pl.col("probability") >= automatic)
    missed = same.filter("same", pl.col("probability") < automatic)
    for title, frame in (("WRONG", wrong), ("MISSED", missed)):
        say(f"{title} {frame.height}")
        for row in frame.sort("weight", "left", descending=title == "WRONG").head(6).iter_rows(named=True):
            say(f"   {row['weight']:.1f} {row['a']} {row['b']}")
            for e in row["evidence"]:
                say("       " + " | ".join(str(e[part]) for part in ("field", "left", "right", "level", "weight")))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("truth", type=Path)
    arguments.add_argument("--data", type=Path, default=Path("data"))
    arguments.add_argument("--home", type=Path, default=Path("/tmp/revrecon-linkage"))
    arguments.add_argument(
        "--rates", type=float, default=0.0, help="perturb the records: 1 is the usual rates, 3 three times"
    )
    arguments.add_argument("--without-references", action="store_true")
    arguments.add_argument("--parameters", action="store_true")
    arguments.add_argument("--show", default="", help="the entity whose worst errors are shown")
    arguments.add_argument("--only", nargs="*", default=list(ENTITIES))
    given = arguments.parse_args()
    global PARAMETERS, SHOW, ONLY
    ONLY = given.only
    SHOW = given.show
    PARAMETERS = given.parameters
    entity_map = load_map(Path("entity_map.yaml")).map
    entity_map = without_references(entity_map) if given.without_references else entity_map
    change = (lambda e, c, copy: perturbed(entity_map.entities[e], copy, given.rates)) if given.rates else None
    truth = pl.read_csv(given.truth, infer_schema=False)
    for name, score in measured(entity_map, given.home, given.data, truth, change).items():
        say(f"{name:12} precision {score.precision:.4f}  recall {score.recall:.4f}  F1 {score.f1:.4f}")


if __name__ == "__main__":
    main()
