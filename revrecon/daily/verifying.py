"""Verifying: working a published figure out again from what was known when it went out, and saying what differs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Literal

import polars as pl

from revrecon.canonical.identity.decisions import Decision
from revrecon.daily.code_version import code_version
from revrecon.daily.day import Day
from revrecon.daily.evidence import identities_sha256, kept_contributions, scratch_home
from revrecon.daily.home import Home
from revrecon.decisions.register import DecisionRegister
from revrecon.entity_map.loader import LoadedMap
from revrecon.entity_map.problems import MapProblems, did_you_mean
from revrecon.history.lake import LakeError
from revrecon.history.map_store import MapStore, NoSuchMap
from revrecon.history.pinned_lake import ExtractGone, PinnedLake
from revrecon.numbers.figures import Figure, FigureName, figure
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.restating import moved_units
from revrecon.tickets.figure_model import ModelFile, PublishedFigure
from revrecon.tickets.figures import FigureRegister, extracts_sha256

State = Literal["holds", "does_not_hold", "cannot_be_recomputed"]
Told = Callable[[PublishedFigure], None]
"""Told before each figure that is looked at."""


class NoSuchFigure(Exception):
    """No figure was published under an id."""


@dataclass(frozen=True)
class Verification:
    """Whether a published figure still holds, what comes out now, and in sentences what differs."""

    figure: PublishedFigure
    state: State
    recomputed: Decimal | None
    reasons: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """Recomputed less published."""
        return None if self.recomputed is None else self.recomputed - self.figure.value


def figures_asked(register: FigureRegister, asked: str | None) -> list[PublishedFigure]:
    """Every published figure, or the one with an id. Raises NoSuchFigure with the nearest ids."""
    every = register.all()
    if asked is None:
        return every
    found = [one for one in every if one.id == asked]
    if not found:
        near = did_you_mean(asked, [one.id for one in every])
        raise NoSuchFigure(f"No figure was published as '{asked}'{f'; {near}' if near else ''}. See: revrecon figures.")
    return found


def verified(
    home: Home, figures: Sequence[PublishedFigure], told: Told = lambda figure: None
) -> Iterator[Verification]:
    """Verify figures, those of one act and day together, because they rest on one world."""
    register = FigureRegister(home.ledger)
    ordered = sorted(figures, key=lambda one: (one.act, one.as_of, one.map_sha256, one.place))
    for _, group in groupby(ordered, key=lambda one: (one.act, one.as_of, one.map_sha256)):
        yield from _of_one_world(home, register, list(group), told)


def _of_one_world(
    home: Home, register: FigureRegister, figures: Sequence[PublishedFigure], told: Told
) -> Iterator[Verification]:
    models = tuple(dict.fromkeys(model for one in figures for model in one.models))
    with scratch_home(home, models) as scratch:
        day = None
        for one in figures:
            told(one)
            try:
                loaded = MapStore(home.maps).by_sha(one.map_sha256)
                day = day or day_as_it_was(home, scratch, register, figures, loaded)
                yield _by_itself_if_need_be(home, scratch, register, day, one)
            except (NoSuchMap, MapProblems, LakeError, NotKnown) as trouble:
                yield Verification(one, "cannot_be_recomputed", None, (str(trouble),))


def _by_itself_if_need_be(
    home: Home, scratch: Home, register: FigureRegister, day: Day, one: PublishedFigure
) -> Verification:
    """A figure on the day of its act; where that lacks an extract, on its own extracts alone. Raises LakeError."""
    try:
        return _verification(home, register, day, one)
    except ExtractGone:
        alone = PinnedLake(home.lake, register.extracts(one))
        return _verification(home, register, Day(day.loaded, scratch, one.as_of, alone, day.decisions), one)


def day_as_it_was(
    home: Home, scratch: Home, register: FigureRegister, figures: Sequence[PublishedFigure], loaded: LoadedMap
) -> Day:
    """The day of figures of one act with the extracts and decisions that were known to it, under a given map.

    What it works out is written into the scratch home. Raises LakeError when an extract is gone.
    """
    lake = PinnedLake(home.lake, register.extracts_at(figures[0]))
    return Day(loaded, scratch, figures[0].as_of, lake, decisions_of(home, figures))


def decisions_of(home: Home, figures: Sequence[PublishedFigure]) -> list[Decision]:
    """The decisions that figures rest on, as the register has them."""
    known = {name for one in figures for name in one.decisions}
    return [decision for decision in DecisionRegister(home.ledger).all() if decision.id in known]


def name_of(one: PublishedFigure) -> FigureName:
    """Which figure of a map a published one is."""
    return FigureName(one.number, one.definition, one.period)


def _verification(home: Home, register: FigureRegister, day: Day, one: PublishedFigure) -> Verification:
    again = figure(day.map, name_of(one), one.as_of, day.world_on)
    before = kept_contributions(home, one.contributions_sha256)
    moved = moved_units(before, again.contributions) if before is not None else pl.DataFrame()
    if again.value == one.value and moved.is_empty():
        return Verification(one, "holds", again.value, tuple(_notes(before)))
    reasons = [*_why(home, register, day, one), *_notes(before), *_where(again, moved)]
    return Verification(one, "does_not_hold", again.value, tuple(reasons))


def _notes(before: pl.DataFrame | None) -> Iterator[str]:
    if before is None:
        yield "The file with what every record contributed is gone from the home's folder 'published'."


def _why(home: Home, register: FigureRegister, day: Day, one: PublishedFigure) -> Iterator[str]:
    """What is not as it was: the code, the decisions, the extracts' list, the models, who is who."""
    if code_version() != one.code_version:
        yield f"The code is another: {one.code_version} published it, {code_version()} recomputes it."
    lost = set(one.decisions) - {decision.id for decision in day.decisions}
    if lost:
        yield f"Decisions are gone from the register: {', '.join(sorted(lost))}."
    if extracts_sha256(register.extracts(one)) != one.extracts_sha256:
        yield "The register's list of extracts is not the one that was published."
    yield from (_lost_model(model) for model in one.models if not _is_kept(home, model))
    if identities_sha256(day, _entity(day, one)) != one.identities_sha256:
        yield "Who is who comes out differently."


def _entity(day: Day, one: PublishedFigure) -> str:
    return day.map.numbers[one.number].definitions[one.definition].entity


def _is_kept(home: Home, model: ModelFile) -> bool:
    return (home.published / "models" / f"{model.sha256}.parquet").exists()


def _lost_model(model: ModelFile) -> str:
    return f"The linkage model of {model.entity} is gone from the folder 'published', and was trained again."


def _where(again: Figure, moved: pl.DataFrame) -> Iterator[str]:
    """How many units contribute otherwise, and the largest of them."""
    if moved.height:
        largest = moved.row(0, named=True)
        yield (
            f"{moved.height} of {again.contributions.height} records contribute otherwise; the largest is "
            f"{largest['label']} ({largest['records']}): {largest['old']:,.2f} then, {largest['new']:,.2f} now."
        )
