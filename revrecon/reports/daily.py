"""The daily sheet as data: everything that one day's report says, before anyone decides how it looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.numbers.hierarchy_worth import CORRECTION_SCHEMA
from revrecon.numbers.tie_out import TIE_OUT_SCHEMA
from revrecon.reports.identity.counts import EntityCount
from revrecon.reports.masks import without_personal_data
from revrecon.reports.ticket_lists import ticket_table
from revrecon.tickets.model import Ticket
from revrecon.tickets.restatement import Restatement
from revrecon.timing.claims import CLAIM_SCHEMA
from revrecon.timing.items import TIMING_ITEM_SCHEMA
from revrecon.timing.record import TRACK_SCHEMA


@dataclass(frozen=True)
class DailySheet:
    """One day of one company: figures, bridges, findings and verdicts, live tickets, and where it all comes from.

    Frames have the schemas of `numbers.frames`, `numbers.hierarchy_worth`, `timing` and `findings`. Personal values
    are masked already.
    """

    map: EntityMap
    map_sha: str
    as_of: date
    figures: pl.DataFrame
    bridges: pl.DataFrame
    steps: pl.DataFrame
    items: pl.DataFrame
    findings: pl.DataFrame
    verdicts: pl.DataFrame
    corrections: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CORRECTION_SCHEMA))
    timing_claims: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CLAIM_SCHEMA))
    timing_record: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TRACK_SCHEMA))
    timing_items: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TIMING_ITEM_SCHEMA))
    identity: tuple[EntityCount, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    stale: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()
    quarantined: tuple[tuple[str, int], ...] = ()
    extracts: tuple[tuple[str, date | None], ...] = ()
    restated: tuple[Restatement, ...] = ()
    map_note: str = ""
    tie_outs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TIE_OUT_SCHEMA))

    @property
    def ticket_table(self) -> pl.DataFrame:
        """All live tickets (TICKET_SCHEMA)."""
        return ticket_table(self.tickets)


def daily_sheet(
    entity_map: EntityMap,
    map_sha: str,
    as_of: date,
    *,
    figures: pl.DataFrame,
    bridges: pl.DataFrame,
    steps: pl.DataFrame,
    items: pl.DataFrame,
    findings: pl.DataFrame,
    verdicts: pl.DataFrame,
    corrections: pl.DataFrame | None = None,
    timing_claims: pl.DataFrame | None = None,
    timing_record: pl.DataFrame | None = None,
    timing_items: pl.DataFrame | None = None,
    identity: Sequence[EntityCount] = (),
    tickets: Sequence[Ticket] = (),
    stale: Mapping[str, date] | None = None,
    not_run: Sequence[str] = (),
    quarantined: Mapping[str, int] | None = None,
    extracts: Mapping[str, date | None] | None = None,
    restated: Sequence[Restatement] = (),
    map_note: str = "",
    tie_outs: pl.DataFrame | None = None,
) -> DailySheet:
    """Gather a day's results into a sheet; personal values are masked here, so that no rendering can show them.

    `stale` names late systems with the day they last said something, `not_run` the figures that could not be worked
    out and why, `quarantined` unreadable rows per system and object, `extracts` the newest extract of each system,
    `restated` published figures that have changed, `map_note` which map it is where that is not simply today's,
    `tie_outs` what departments typed in against what was recomputed.
    """
    return DailySheet(
        map=entity_map,
        map_sha=map_sha,
        as_of=as_of,
        figures=figures,
        bridges=bridges,
        steps=steps,
        items=items,
        findings=without_personal_data(findings, entity_map),
        verdicts=verdicts,
        corrections=pl.DataFrame(schema=CORRECTION_SCHEMA) if corrections is None else corrections,
        timing_claims=pl.DataFrame(schema=CLAIM_SCHEMA) if timing_claims is None else timing_claims,
        timing_record=pl.DataFrame(schema=TRACK_SCHEMA) if timing_record is None else timing_record,
        timing_items=pl.DataFrame(schema=TIMING_ITEM_SCHEMA) if timing_items is None else timing_items,
        identity=tuple(identity),
        tickets=tuple(tickets),
        stale=tuple(f"{system_title(entity_map, system)} since {day}" for system, day in sorted((stale or {}).items())),
        not_run=tuple(not_run),
        quarantined=tuple(sorted((name, rows) for name, rows in (quarantined or {}).items() if rows)),
        extracts=tuple((system_title(entity_map, name), day) for name, day in (extracts or {}).items()),
        restated=tuple(restated),
        map_note=map_note,
        tie_outs=pl.DataFrame(schema=TIE_OUT_SCHEMA) if tie_outs is None else tie_outs,
    )


def system_title(entity_map: EntityMap, system: str) -> str:
    """What people call a system; its name where the map does not know it (any more)."""
    known = entity_map.systems.get(system)
    return known.title if known else system


def person_name(entity_map: EntityMap, person: str) -> str:
    """What people call a person of the map; the key itself where the map does not know it (any more)."""
    known = entity_map.people.get(person)
    return known.name if known else person
