"""Models and carried scores on disk. Everything here can be worked out again: losing a file costs only time."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import polars as pl

from revrecon.canonical.identity.linkage.defaults import comparisons, linkage_of
from revrecon.canonical.identity.linkage.model import PARAMETERS_SCHEMA, PINNED_SCHEMA, REPORT_SCHEMA, Model
from revrecon.canonical.identity.linkage.schemas import CARRIED_PAIRS_SCHEMA, CARRIED_RECORDS_SCHEMA, Carried
from revrecon.entity_map.entities import Entity
from revrecon.history.atomic import parquet_or_none, remove_leftovers, write_parquet

FORMAT = 2
"""Rises when a kind of comparison, a blocking key or the way of learning changes: older models are trained again."""

_KEPT_MODELS = 12
_KEPT_SCORES = 2
_MODEL = {"parameters": PARAMETERS_SCHEMA, "pinned": PINNED_SCHEMA, "report": REPORT_SCHEMA}
_CARRIED = {"records": CARRIED_RECORDS_SCHEMA, "pairs": CARRIED_PAIRS_SCHEMA}

Shapes = Mapping[str, Mapping[str, pl.DataType]]


def settings_key(entity: Entity) -> str:
    """A short name of everything in the map that a model depends on."""
    told = {
        "format": FORMAT,
        "linkage": linkage_of(entity).model_dump(mode="json", exclude={"automatic", "review"}),
        "fields": {c.field: [c.kind_name, entity.fields[c.field].standard, *c.instead] for c in comparisons(entity)},
        "copies": sorted(entity.replication),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


class LinkageStore:
    """Models and carried scores below a folder, `ENTITY/models/` and `ENTITY/scores/`: one whole file each, or none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def model(self, name: str, entity: Entity, training_day: date, make: Callable[[], Model]) -> Model:
        """The kept model of an entity, its settings and the training day; made and kept where there is none."""
        path = self.model_path(name, entity, training_day)
        kept = _read(path, _MODEL)
        if kept is not None:
            prior = kept["report"].filter(pl.col("what") == "prior")["value"].item()
            return Model(float(prior), kept["parameters"], kept["pinned"], kept["report"])
        made = make()
        _write(path, {"parameters": made.parameters, "pinned": made.pinned, "report": made.report})
        _prune(path.parent, _KEPT_MODELS)
        return made

    def model_path(self, name: str, entity: Entity, training_day: date) -> Path:
        """Where the model of an entity, its settings and a training day is kept."""
        return self.folder / name / "models" / f"{training_day}_{settings_key(entity)}.parquet"

    def carried(self, name: str, model: Model) -> Carried | None:
        """The newest scores carried under this model, or None."""
        found = _newest_first(self.folder / name / "scores", f"{model.fingerprint}*.parquet")
        kept = _read(found[0], _CARRIED) if found else None
        if kept is None:
            return None
        return Carried(found[0].stem, kept["records"], kept["pairs"])

    def keep(self, name: str, carried: Carried) -> None:
        """Keep the scores to carry over, in place of older ones of the same model; drop those of older models."""
        path = self.folder / name / "scores" / f"{carried.model}.parquet"
        _write(path, {"records": carried.records, "pairs": carried.pairs})
        _prune(path.parent, _KEPT_SCORES)


def _write(path: Path, parts: Mapping[str, pl.DataFrame]) -> None:
    """Several frames as one file, so that none is there without the others."""
    marked = [frame.with_columns(pl.lit(part).alias("_part")) for part, frame in parts.items()]
    write_parquet(pl.concat(marked, how="diagonal_relaxed"), path)


def _read(path: Path, shapes: Shapes) -> dict[str, pl.DataFrame] | None:
    """Its frames; None where the file is gone or not whole."""
    whole = parquet_or_none(path)
    if whole is None:
        return None
    return {
        part: whole.filter(pl.col("_part") == part).select(pl.col(name).cast(dtype) for name, dtype in shape.items())
        for part, shape in shapes.items()
    }


def _newest_first(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _prune(folder: Path, keep: int) -> None:
    """Keep the newest files; remove the rest, and what killed writers left."""
    remove_leftovers(folder)
    for old in _newest_first(folder, "*.parquet")[keep:]:
        old.unlink(missing_ok=True)
