"""Publishing figures: each with its caption, an id, and everything by which it can be recomputed later.

Order of writing: contributions, models and the map, then the ledger's rows. Whoever is killed in between leaves no row.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl

from revrecon.daily.code_version import code_version
from revrecon.daily.day import Day
from revrecon.daily.evidence import Evidence, all_extracts, evidence, keep_contributions, keep_models
from revrecon.daily.kept_maps import keep_map
from revrecon.daily.steps import all_day_verdicts
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Number
from revrecon.entity_map.reach import entities_behind
from revrecon.numbers.figures import Figure, figure, figure_names
from revrecon.numbers.moments import month_end, quarter_of
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.provisional import untied
from revrecon.tickets.figure_model import FigureDraft
from revrecon.tickets.figures import FigureRegister, Outcome

DAILY_RUN = "daily run"


def due_numbers(entity_map: EntityMap, as_of: date) -> list[str]:
    """The numbers that the daily run publishes on a day, as the map says of each."""
    return [name for name, number in entity_map.numbers.items() if _is_due(entity_map, number, as_of)]


def _is_due(entity_map: EntityMap, number: Number, as_of: date) -> bool:
    ends = {"month_end": month_end(as_of), "quarter_end": quarter_of(as_of, entity_map.company).end}
    return number.publish == "daily" or ends.get(number.publish) == as_of


def publish_figures(
    day: Day, numbers: Sequence[str] | None = None, by: str = DAILY_RUN, now: datetime | None = None
) -> list[Outcome]:
    """Publish every figure of the numbers, or of those that are due; the same again is published once.

    A figure that could not be worked out is not published.
    """
    wanted = due_numbers(day.map, day.as_of) if numbers is None else numbers
    extracts = all_extracts(day)
    verdicts = all_day_verdicts(day)
    behind: dict[str, Evidence] = {}
    drafts = []
    for found in _worked_out(day, wanted):
        entity = day.map.numbers[found.name.number].definitions[found.name.definition].entity
        if entity not in behind:
            behind[entity] = evidence(day, entity, extracts)
        drafts.append(_draft(day, found, behind[entity], verdicts, by, now or datetime.now(UTC)))
    keep_map(day.home, day.loaded)
    keep_models(day.home, [model for one in behind.values() for model in one.models])
    return FigureRegister(day.home.ledger).publish(drafts, extracts) if drafts else []


def _worked_out(day: Day, numbers: Sequence[str]) -> Iterator[Figure]:
    for name in figure_names(day.map, day.as_of):
        if name.number in numbers:
            try:
                yield figure(day.map, name, day.as_of, day.world_on)
            except NotKnown:
                continue  # told as not run wherever the day's figures are shown


def _draft(
    day: Day, found: Figure, rests_on: Evidence, verdicts: pl.DataFrame, by: str, now: datetime
) -> FigureDraft:  # fmt: skip
    name, company = found.name, day.map.company
    number = day.map.numbers[name.number]
    row = _row_of(day.number(name.number).figures, found)
    return FigureDraft(
        number=name.number, definition=name.definition, period=name.period, unit=number.unit,
        version=number.definitions[name.definition].version, canonical=name.definition == number.canonical,
        as_of=day.as_of, moment=found.world.moment.astimezone(company.zone), zone=company.timezone,
        value=found.value, caption=str(row["caption"]),
        map_version=day.map.map.version, map_sha256=day.loaded.sha256,
        objects=rests_on.objects, extracts=rests_on.extracts, extracts_sha256=rests_on.extracts_sha256,
        decisions=rests_on.decisions, models=rests_on.models, identities_sha256=rests_on.identities_sha256,
        contributions_sha256=keep_contributions(day.home, found.contributions), units=found.contributions.height,
        residual=_residual(day, found), provisional=tuple(_provisional(day, found)),
        open_breaches=_breaches(day, number.definitions[name.definition].entity, verdicts),
        code_version=code_version(), published_at=now, published_by=by,
    )  # fmt: skip


def _row_of(frame: pl.DataFrame, found: Figure) -> dict[str, object]:
    name = found.name
    mine = frame.filter(pl.col("period") == name.period, pl.col("definition") == name.definition)
    return mine.row(0, named=True)


def _residual(day: Day, found: Figure) -> Decimal | None:
    """What the figure's own bridge leaves, or all bridges together that end at it; None where there is none."""
    bridges = day.number(found.name.number).bridges.filter(pl.col("period") == found.name.period)
    own = bridges.filter(pl.col("definition") == found.name.definition)
    ending = bridges.filter(pl.col("closing_definition") == found.name.definition)
    mine = own if own.height else ending
    return Decimal(str(mine["residual"].abs().sum())) if mine.height else None


def _provisional(day: Day, found: Figure) -> Iterator[str]:
    """Why the figure may still change: systems that are late, figures of the number that could not be run, and a
    reported figure that it does not tie to."""
    if day.stale_note:
        yield day.stale_note
    yield from day.number(found.name.number).not_run
    mine = day.tie_outs(found.name.number).filter(
        pl.col("period") == found.name.period, pl.col("definition") == found.name.definition
    )
    yield from untied(day.map.numbers[found.name.number], mine)


def _breaches(day: Day, entity: str, verdicts: pl.DataFrame) -> tuple[str, ...]:
    """What was in breach, in the copies of the entity and those behind it."""
    mine = verdicts.filter(pl.col("verdict") == "breach", pl.col("entity").is_in(entities_behind(day.map, entity)))
    return tuple(sorted("/".join(row) for row in mine.select("entity", "copy", "cause").iter_rows()))
