"""RevRecon's own health: what is fresh, what last went well, what waits, whether the chain holds, how full the disk."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from revrecon.daily.day import newest_day
from revrecon.daily.home import Home
from revrecon.daily.retention import sizes
from revrecon.daily.staleness import allowed_silence
from revrecon.daily.trail import ledger_examined
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.systems import FilesSystem
from revrecon.history.atomic import write_text
from revrecon.history.lake import Lake
from revrecon.reports.formats import plural
from revrecon.reports.health import SignShown, health_page
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.outbox import Outbox

State = Literal["good", "watch", "bad"]

_LITTLE_ROOM, _NO_ROOM = 0.10, 0.03
_LONG_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Sign:
    """One sign of health: of what, how it is, in a sentence, and the runbook's entry where it is not good."""

    chapter: str
    name: str
    state: State
    told: str
    runbook: str = ""


@dataclass(frozen=True)
class Health:
    """Every sign at a moment."""

    company: str
    at: datetime
    signs: tuple[Sign, ...]

    @property
    def state(self) -> State:
        """The worst of all."""
        return max((sign.state for sign in self.signs), key=("good", "watch", "bad").index, default="good")

    @property
    def chapters(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(sign.chapter for sign in self.signs))


def health_of(home: Home, entity_map: EntityMap, now: datetime | None = None) -> Health:
    """The signs of a home now. Nothing is changed by looking."""
    moment = now or datetime.now(UTC)
    today = moment.astimezone(entity_map.company.zone).date()
    signs = (
        *_extracts(home, entity_map, today), *_rhythms(home, entity_map, today), *_outlets(home, entity_map, moment),
        *_chain(home), *_disk(home),
    )  # fmt: skip
    return Health(entity_map.company.name, moment, signs)


def keep_health(home: Home, health: Health) -> Path:
    """Write the page `reports/health.html`, in place of the last one; its path."""
    signs = [SignShown(one.chapter, one.name, one.state, one.told, one.runbook) for one in health.signs]
    path = home.reports / "health.html"
    write_text(health_page(health.company, health.at, health.state, signs), path)
    return path


def _extracts(home: Home, entity_map: EntityMap, today: date) -> Iterator[Sign]:
    """The newest extract of every object, against how long its system may say nothing."""
    lake = Lake(home.lake)
    for system, spec in entity_map.systems.items():
        allowed = allowed_silence(entity_map, system)
        every = [lake.days(system, name)[-1] for name in spec.objects if lake.days(system, name)]
        for name, one in spec.objects.items():
            days = lake.days(system, name)
            if not days:
                state: State = "good" if one.optional else "bad"
                told = "nothing was ever received" + ("; it is optional" if one.optional else "")
            else:
                spoke = max(every) if isinstance(spec, FilesSystem) else days[-1]  # exports of what changed may be none
                state = "good" if today - spoke <= allowed + timedelta(days=1) else "bad"
                ago = plural((today - days[-1]).days, "day")
                told = f"last of {days[-1]}, {ago} ago; the system may be silent for {plural(allowed.days, 'day')}"
            yield Sign("Extracts", f"{system}/{name}", state, told, "" if state == "good" else "an-extract-is-late")


def _rhythms(home: Home, entity_map: EntityMap, today: date) -> Iterator[Sign]:
    """The last day, standup and audit that went through, by what they left."""
    last = Ledger(home.ledger).last_day()
    yield _rhythm("daily", last, today, 2, "a-day-was-missed")
    if entity_map.rhythms.standup is not None:
        yield _rhythm("standup", _newest(home, "standup"), today, 8, "a-standup-pack-is-missing")
    if entity_map.rhythms.audit is not None:
        yield _rhythm("audit", _newest(home, "audit"), today, 100, "an-audit-is-missing")
    known = newest_day(home, entity_map)
    if known is not None and last is not None and known > last:
        told = f"extracts of {known} are there, and {last} is the last day that was reconciled"
        yield Sign("Rhythms", "reconciled", "watch", told, "a-day-was-missed")


def _rhythm(name: str, last: date | None, today: date, most: int, runbook: str) -> Sign:
    if last is None:
        return Sign("Rhythms", name, "bad" if name == "daily" else "watch", "never ran", runbook)
    late = (today - last).days > most
    return Sign("Rhythms", name, "bad" if late else "good", f"last of {last}", runbook if late else "")


def _newest(home: Home, folder: str) -> date | None:
    """When a report of a kind was last written."""
    pages = list((home.reports / folder).rglob("*.html"))
    return max((datetime.fromtimestamp(page.stat().st_mtime, UTC).date() for page in pages), default=None)


def _outlets(home: Home, entity_map: EntityMap, now: datetime) -> Iterator[Sign]:
    """Messages delivered against those due, per outlet."""
    outbox = Outbox(home.ledger)
    channels = tuple(entity_map.alerts.channels) if entity_map.alerts else ()
    for outlet in (*entity_map.trackers, *channels):
        waiting = outbox.waiting(outlet)
        due = [one for one in waiting if one.not_before <= now or one.problem is not None]
        stuck = [one for one in due if one.problem is not None]
        told = f"{outbox.sent(outlet):,} delivered, {len(due):,} due, {len(stuck):,} met a trouble"
        old = any(now - one.not_before > _LONG_WAIT for one in due)
        state: State = "bad" if stuck else "watch" if old else "good"
        if stuck:
            told += f": {stuck[0].problem}"
        yield Sign("Alerts and tickets", outlet, state, told, "" if state == "good" else "an-outlet-does-not-answer")


def _chain(home: Home) -> Iterator[Sign]:
    found = ledger_examined(home)
    place, sha256 = found.head
    if found.faults:
        yield Sign("Audit trail", "chain", "bad", found.faults[0], "the-audit-trail-is-broken")
    else:
        yield Sign("Audit trail", "chain", "good", f"whole; its head is link {place}, {sha256[:16]}")


def _disk(home: Home) -> Iterator[Sign]:
    disk = shutil.disk_usage(home.root)
    free = disk.free / disk.total
    state: State = "bad" if free < _NO_ROOM else "watch" if free < _LITTLE_ROOM else "good"
    told = f"{free:.0%} free ({disk.free / 1e9:,.1f} GB)"
    yield Sign("Disk", "room", state, told, "" if state == "good" else "the-disk-is-full")
    parts: Sequence[tuple[str, int]] = sizes(home)
    told = ", ".join(f"{name} {_size(size)}" for name, size in parts if size)
    yield Sign("Disk", "home", "good", told or "empty")


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f}\u00a0MB" if count >= 1e6 else f"{max(count / 1e3, 1):,.0f}\u00a0kB"
