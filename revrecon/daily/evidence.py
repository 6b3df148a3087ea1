"""What a day's figures rest on: extracts, identities, decisions and models, so that the day can be worked out again."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from revrecon.canonical.identity.linkage.store import LinkageStore
from revrecon.daily.day import Day
from revrecon.daily.home import Home
from revrecon.daily.linking import model_path
from revrecon.entity_map.reach import entities_behind, objects_behind
from revrecon.history.atomic import parquet_or_none, write_bytes, write_parquet
from revrecon.history.pinned_lake import Extract, extracts_in
from revrecon.tickets.figure_model import ModelFile, sha256_of
from revrecon.tickets.figures import extracts_sha256

_WHO = ("copy", "record_id", "canonical_id", "gone")


@dataclass(frozen=True)
class Evidence:
    """What the figures of one entity rest on."""

    objects: tuple[str, ...]
    extracts: int
    extracts_sha256: str
    decisions: tuple[str, ...]
    models: tuple[ModelFile, ...]
    identities_sha256: str


def all_extracts(day: Day) -> list[Extract]:
    """Every file that the lake would read on a day."""
    objects = [(system, name) for system in day.map.systems for name in day.map.systems[system].objects]
    return extracts_in(day.lake, objects, day.as_of)


def evidence(day: Day, entity: str, extracts: Sequence[Extract]) -> Evidence:
    """What an entity's figures rest on, of all the extracts of the day."""
    objects = set(objects_behind(day.map, entity))
    mine = [one for one in extracts if (one.system, one.object) in objects]
    return Evidence(
        objects=tuple(sorted({f"{one.system}/{one.object}" for one in mine})),
        extracts=len(mine),
        extracts_sha256=extracts_sha256(mine),
        decisions=decisions_behind(day, entity),
        models=tuple(_models(day, entity)),
        identities_sha256=identities_sha256(day, entity),
    )


def decisions_behind(day: Day, entity: str) -> tuple[str, ...]:
    """The ids of every decision on an entity and those behind it, in the order in which they were taken."""
    behind = entities_behind(day.map, entity)
    return tuple(decision.id for decision in day.decisions if decision.entity in behind)


def identities_sha256(day: Day, entity: str) -> str:
    """The digest over who is who in an entity and those behind it."""
    told = [
        name + "\n" + day.crosswalks[name].select(_WHO).sort(_WHO).write_csv()
        for name in entities_behind(day.map, entity)
    ]
    return sha256_of("\n".join(told))


def _models(day: Day, entity: str) -> Iterator[ModelFile]:
    store = LinkageStore(day.home.linkage)
    for name in entities_behind(day.map, entity):
        path = model_path(day.map, name, day.as_of, day.first_days, store)
        if path is not None and path.exists():
            yield ModelFile(entity=name, name=path.name, sha256=_file_sha256(path))


def keep_models(home: Home, models: Sequence[ModelFile]) -> None:
    """Copy the models into what is published, each once, by the hash of its content."""
    for model in models:
        source = LinkageStore(home.linkage).folder / model.entity / "models" / model.name
        kept = _kept_model(home, model)
        if not kept.exists() and source.exists():
            write_bytes(source.read_bytes(), kept)


def _kept_model(home: Home, model: ModelFile) -> Path:
    return home.published / "models" / f"{model.sha256}.parquet"


@contextmanager
def scratch_home(home: Home, models: Sequence[ModelFile] | None = None) -> Iterator[Home]:
    """A home that is gone afterwards, so that looking changes nothing: with published models, or else those of now."""
    with tempfile.TemporaryDirectory(prefix="revrecon-") as folder:
        scratch = Home(Path(folder), alone=True)
        if models is None and home.linkage.is_dir():
            shutil.copytree(home.linkage, scratch.linkage)
        for model in models or ():
            place = scratch.linkage / model.entity / "models" / model.name
            if _kept_model(home, model).exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(_kept_model(home, model), place)
        yield scratch


def keep_contributions(home: Home, contributions: pl.DataFrame) -> str:
    """Keep what every unit contributes, once for the same content; the SHA-256 under which it is found."""
    sha256 = sha256_of(contributions.select("unit_id", "records", "value").write_csv())
    path = _contributions(home, sha256)
    if parquet_or_none(path) is None:
        write_parquet(contributions, path)
    return sha256


def kept_contributions(home: Home, sha256: str) -> pl.DataFrame | None:
    """What every unit contributed to a published figure (CONTRIBUTED_SCHEMA), or None where the file is gone or not
    whole."""
    return parquet_or_none(_contributions(home, sha256))


def _contributions(home: Home, sha256: str) -> Path:
    return home.published / "contributions" / f"{sha256}.parquet"


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
