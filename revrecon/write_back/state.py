"""A write is a fold over what happened: whoever is killed at any moment, the next one knows where it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from revrecon.write_back.change import Change
from revrecon.write_back.events import DONE, OURS, Begun, Claimed, Confirmed, Ended, Entry, Event, Found, Result


@dataclass(frozen=True)
class Write:
    """One write as it stands. `found` and `results` are by change; a batch is done once it has results."""

    id: str
    at: datetime
    by: str
    login: str
    begun: Begun
    found: Mapping[str, Found]
    results: Mapping[str, Result]
    claimed: frozenset[int]
    confirmed: frozenset[int]
    ended: Ended | None

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.begun.changes

    @property
    def batches(self) -> list[int]:
        """All batches, in the order in which they are written."""
        return sorted({change.batch for change in self.changes})

    @property
    def left(self) -> list[int]:
        """Batches that are not confirmed."""
        return [batch for batch in self.batches if batch not in self.confirmed]

    @property
    def state(self) -> str:
        """`done`, `given up`, or `unfinished`."""
        if self.ended is None:
            return "unfinished"
        return "given up" if self.ended.given_up else "done"

    def of(self, batch: int) -> list[Change]:
        """The changes of a batch."""
        return [change for change in self.changes if change.batch == batch]

    def counted(self) -> dict[str, int]:
        """How many changes ended how; those that have not are `waiting`."""
        told: dict[str, int] = {}
        for change in self.changes:
            result = self.results.get(change.id)
            name = result.outcome if result else "waiting"
            told[name] = told.get(name, 0) + 1
        return told

    @property
    def is_well(self) -> bool:
        """Whether the system holds everything that was wanted."""
        return all(change.id in self.results and self.results[change.id].outcome in DONE for change in self.changes)

    def ours(self) -> list[tuple[Change, Found, Result]]:
        """What can be undone: the changes that are ours and whose person was not erased, with what was before and
        after."""
        told = [(one, self.found.get(one.id), self.results.get(one.id)) for one in self.changes]
        return [
            (one, found, made)
            for one, found, made in told
            if found and made and made.outcome in OURS and not one.erased
        ]


def write_of(entries: Sequence[Entry]) -> Write:
    """The write that its entries, the oldest first, tell of."""
    first = entries[0]
    assert isinstance(first.event, Begun)
    nothing: frozenset[int] = frozenset()
    begun = Write(first.write, first.at, first.by, first.login, first.event, {}, {}, nothing, nothing, None)
    return reduce(after, (entry.event for entry in entries[1:]), begun)


def after(write: Write, event: Event) -> Write:
    """A write as it stands after one more event."""
    match event:
        case Claimed():
            found = {**write.found, **{one.change: one for one in event.found}}
            return replace(write, found=found, claimed=write.claimed | {event.batch})
        case Confirmed():
            results = {**write.results, **{one.change: one for one in event.results}}
            return replace(write, results=results, confirmed=write.confirmed | {event.batch})
        case Ended():
            return replace(write, ended=event)
        case Begun():
            raise ValueError(f"{write.id} has begun already")


def writes_of(entries: Iterable[Entry]) -> list[Write]:
    """All writes of a record, the oldest first."""
    by_write: dict[str, list[Entry]] = {}
    for entry in entries:
        by_write.setdefault(entry.write, []).append(entry)
    return [write_of(mine) for mine in by_write.values()]
