"""Whether decisions worked: each looked at again in what later days left behind."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import polars as pl

from revrecon.daily.home import Home
from revrecon.daily.tables import Tables
from revrecon.decisions.kinds import (
    AdjustThreshold,
    AgreeDifference,
    ChangeDefinition,
    FixTheData,
    Merge,
    NeverMerge,
    ReParent,
)
from revrecon.decisions.standup_register import StandupRegister
from revrecon.decisions.taken import Taken
from revrecon.entity_map.agreed import OfABridge
from revrecon.entity_map.model import EntityMap
from revrecon.tickets.fold import ticket_id
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.model import Verdicted

FOLLOW_UP_SCHEMA: dict[str, pl.DataType] = {
    "decision": pl.String(),
    "kind": pl.String(),
    "on": pl.Date(),
    "by": pl.String(),
    "what": pl.String(),  # in a sentence
    "why": pl.String(),
    "state": pl.String(),  # waiting, worked, partly, not yet, failed, expired or over the cap
    "before": pl.Decimal(24, 4),
    "now": pl.Decimal(24, 4),
    "measure": pl.String(),  # what `before` and `now` measure
    "note": pl.String(),  # what became of it, in a sentence
}
"""One row per decision, the newest first."""


@dataclass(frozen=True)
class Seen:
    """What became of one decision."""

    state: str
    note: str
    before: Decimal | None = None
    now: Decimal | None = None
    measure: str | None = None


def follow_ups(home: Home, entity_map: EntityMap, as_of: date, since: date | None = None) -> pl.DataFrame:
    """Every decision taken up to the morning after a day (FOLLOW_UP_SCHEMA), or only those since a day.

    Everything is read from the ledger, the map and the tables of days that were run: asking again changes nothing.
    """
    looking = FollowUp(home, entity_map, as_of)
    taken = [one for one in StandupRegister(home.ledger).all() if since is None or one.on >= since]
    rows = [_row(one, looking.seen(one)) for one in reversed(taken) if one.on <= as_of]
    return pl.DataFrame(rows, schema=FOLLOW_UP_SCHEMA)


def _row(one: Taken, seen: Seen) -> dict[str, object]:
    return {
        "decision": one.id, "kind": one.deed.kind, "on": one.on, "by": one.by, "what": one.what, "why": one.why,
        "state": seen.state, "before": seen.before, "now": seen.now, "measure": seen.measure, "note": seen.note,
    }  # fmt: skip


class FollowUp:
    """What is known of a home on a day, asked about one decision after the other."""

    def __init__(self, home: Home, entity_map: EntityMap, as_of: date) -> None:
        self.map, self.as_of = entity_map, as_of
        self.tables = Tables(home.tables)
        self._ledger = Ledger(home.ledger)

    @cached_property
    def _keys(self) -> list[str]:
        """What was ever judged, for decisions that look at it."""
        return self._ledger.keys(self.as_of)

    def seen(self, one: Taken) -> Seen:
        """What became of a decision by the day."""
        deed = one.deed
        match deed:
            case FixTheData():
                return self._fixed(deed, one)
            case ReParent():
                return self._re_parented(deed)
            case Merge() | NeverMerge():
                return self._joined(deed)
            case AdjustThreshold():
                return self._limits(deed, one)
            case ChangeDefinition():
                return self._redefined(deed, one)
            case AgreeDifference():
                return self._agreed(deed, one)

    def _fixed(self, deed: FixTheData, one: Taken) -> Seen:
        key = next((key for key in self._keys if ticket_id(key) == deed.ticket), None)
        before, now = self._before_and_now(key, one.on)
        if before is None or now is None:
            return Seen("waiting", "No day was run since.")
        measured = (Decimal(before.records), Decimal(now.records), "findings")
        if now.verdict == "pass":
            return Seen(
                "worked", f"{deed.ticket} is resolved: {now.records:,} findings left of {before.records:,}.", *measured
            )
        left = f"{now.records:,} findings, from {before.records:,}"
        if self.as_of >= deed.due:
            return Seen("failed", f"Due on {deed.due}, and still in breach: {left}.", *measured)
        state = "partly" if now.records < before.records else "waiting"
        return Seen(state, f"Due on {deed.due}: {left}.", *measured)

    def _before_and_now(self, key: str | None, on: date) -> tuple[Verdicted | None, Verdicted | None]:
        """The last fact before the standup, and the last one since; None where there is none."""
        facts = self._ledger.facts(self.as_of, key=key) if key is not None else []
        earlier, later = [f for f in facts if f.day < on], [f for f in facts if f.day >= on]
        return (earlier[-1] if earlier else None), (later[-1] if later else None)

    def _re_parented(self, deed: ReParent) -> Seen:
        hierarchy = self.map.entities[deed.entity].hierarchy
        written = hierarchy is not None and any(
            (one.child, one.parent) == (deed.child, deed.parent) for one in hierarchy.corrections
        )
        if not written:
            return Seen("failed", "The map has another correction, or none, of this record by now.")
        wanted = [self._canonical_id(deed.entity, hierarchy.canonical, key) for key in (deed.child, deed.parent)]  # type: ignore[union-attr]  # written, so there is one
        tree = self._newest("hierarchy", deed.entity)
        found = None if tree is None else dict(tree.select("node", "parent").iter_rows()).get(str(wanted[0]), "?")
        if found == wanted[1]:
            return Seen("worked", "The canonical tree has it so.", Decimal(1), Decimal(0), "wrong links")
        return Seen(
            "not yet", "No day was run since, or the tree has it otherwise.", Decimal(1), Decimal(1), "wrong links"
        )

    def _canonical_id(self, entity: str, copy: str, key: str | None) -> str | None:
        crosswalk = self._newest("crosswalk", entity)
        if crosswalk is None or key is None:
            return None
        mine = crosswalk.filter((pl.col("copy") == copy) & (pl.col("record_id") == key))["canonical_id"]
        return mine[0] if mine.len() else None

    def _joined(self, deed: Merge | NeverMerge) -> Seen:
        left, right = (self._canonical_id(deed.entity, *told.split("/", 1)) for told in (deed.left, deed.right))
        if left is None or right is None:
            return Seen("waiting", "One of the two records is not known on the last day that was run.")
        one_thing = left == right
        told = f"They are one thing, {left}." if one_thing else f"They are two things, {left} and {right}."
        return Seen("worked" if one_thing == isinstance(deed, Merge) else "not yet", told)

    def _limits(self, deed: AdjustThreshold, one: Taken) -> Seen:
        lines = self.map.entities[deed.entity].reconciliation.thresholds
        written = any(
            (line.copy_name, line.cause, getattr(line, deed.measure)) == (deed.copy_name, deed.cause, deed.limit)
            for line in lines
        )
        if not written:
            return Seen("failed", "The map has other limits by now.")
        keys = [key for key in self._keys if _concerns(deed, key)]
        pairs = [self._before_and_now(key, one.on) for key in keys]
        known = [(before, now) for before, now in pairs if before is not None and now is not None]
        if not known:
            return Seen("waiting", "No day was run since.")
        breaches = [sum(fact.verdict == "breach" for fact in side) for side in zip(*known, strict=True)]
        told = f"Checks in breach: {breaches[1]:,}, from {breaches[0]:,}."
        return Seen("worked", told, Decimal(breaches[0]), Decimal(breaches[1]), "checks in breach")

    def _redefined(self, deed: ChangeDefinition, one: Taken) -> Seen:
        definition = self.map.numbers[deed.number].definitions[deed.definition]
        changed_on = {definition.effective, *(earlier.effective for earlier in definition.previous)}
        if one.on not in changed_on:
            return Seen("failed", f"No version of the map's definition is of {one.on}.")
        before, now = self._figure(deed, one.on, before=True), self._figure(deed, self.as_of)
        if now is None:
            return Seen("waiting", "No day was run since.")
        unit = self.map.numbers[deed.number].unit
        return Seen(
            "worked", f"Version {definition.version} is in force since {definition.effective}.", before, now, unit
        )

    def _figure(self, deed: ChangeDefinition, day: date, before: bool = False) -> Decimal | None:
        days = [one for one in self.tables.days("figures", deed.number) if (one < day if before else one <= day)]
        if not days:
            return None
        figures = self.tables.read("figures", deed.number, days[-1]).filter(pl.col("definition") == deed.definition)
        newest = figures.sort("period", descending=True)["value"]
        return newest[0] if newest.len() else None

    def _agreed(self, deed: AgreeDifference, one: Taken) -> Seen:
        amount = self._amount(deed)
        measured = (deed.cap, amount, "agreed up to, taken up")
        if self.as_of > deed.until:
            return Seen("expired", f"It ended on {deed.until}; the difference counts again.", *measured)
        if amount is None:
            return Seen("waiting", "No day was run since.", *measured)
        if abs(amount) > deed.cap:
            return Seen(
                "over the cap", f"{abs(amount):,.2f} is more than the {deed.cap:,f} agreed; it counts again.", *measured
            )
        return Seen("worked", f"{abs(amount):,.2f} of {deed.cap:,f} taken up, until {deed.until}.", *measured)

    def _amount(self, deed: AgreeDifference) -> Decimal | None:
        about = deed.about
        if isinstance(about, OfABridge):
            steps = self._newest("bridge_steps", about.number)
            if steps is None:
                return None
            exactly = pl.lit(True) if about.detail is None else pl.col("detail") == about.detail
            mine = steps.filter((pl.col("definition") == about.definition) & (pl.col("cause") == about.cause) & exactly)
            return Decimal(mine.filter(pl.col("period") == pl.col("period").max())["amount"].sum())
        facts = self._ledger.facts(self.as_of, key=f"{about.entity}/{about.copy_name}/{about.cause}")
        if not facts:
            return None
        return facts[-1].gross if facts[-1].gross is not None else Decimal(facts[-1].records)

    def _newest(self, room: str, name: str) -> pl.DataFrame | None:
        days = [day for day in self.tables.days(room, name) if day <= self.as_of]
        return self.tables.read(room, name, days[-1]) if days else None


def _concerns(deed: AdjustThreshold, key: str) -> bool:
    entity, copy, cause = key.split("/")
    return entity == deed.entity and deed.copy_name in (None, copy) and deed.cause in (None, cause)
