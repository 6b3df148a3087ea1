"""The writing desk: plans held against a system, and writes as they are applied, gone on with and undone."""

import getpass
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, partial

from revrecon.daily.home import Home
from revrecon.daily.write_plans import permitted
from revrecon.entity_map.loader import LoadedMap
from revrecon.entity_map.problems import did_you_mean
from revrecon.entity_map.write_back import WriteBack
from revrecon.sources.contract import SourceError
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.system import THE_WORLD, Outside
from revrecon.sources.live.writing import Writer
from revrecon.sources.registry import writer_of
from revrecon.write_back.applying import Hand
from revrecon.write_back.change import Change
from revrecon.write_back.events import Begun, Found
from revrecon.write_back.lock import Lock
from revrecon.write_back.planning import (
    Plan,
    asked_of,
    never_written,
)
from revrecon.write_back.record import Who, WriteRecord, unfinished
from revrecon.write_back.settling import found_in
from revrecon.write_back.state import Write
from revrecon.write_back.trouble import UnderWay, WriteRefused
from revrecon.write_back.undoing import undo_of


@dataclass(frozen=True)
class Looked:
    """A plan beside what the system holds now: who would write, and what each change would meet."""

    plan: Plan
    target: str
    found: tuple[Found, ...]


@dataclass(frozen=True)
class WritingDesk:
    """Writes to one home's systems. `pause`: the seconds that are waited before a lost answer is looked into."""

    loaded: LoadedMap
    home: Home
    outside: Outside = THE_WORLD
    pause: float = 5.0

    @cached_property
    def record(self) -> WriteRecord:
        """Everything that was ever written."""
        return WriteRecord(self.home.ledger, self._now)

    def _now(self) -> datetime:
        return self.outside.now().astimezone(UTC)

    def writer(self, system: str) -> Writer:
        """The writer of a system. Raises WriteRefused where the map permits none."""
        named, permit = permitted(self.loaded.map, system)
        return writer_of(named, system, permit, self.outside)

    def looked_at(self, plan: Plan) -> Looked:
        """Ask the system what the plan would meet, by the login that would write. Nothing is changed."""
        writer = self.writer(plan.system)
        target = writer.target()
        possible = self._possible(plan, writer)
        found: list[Found] = []
        for name in dict.fromkeys(change.object for change in possible.changes):
            mine = [change for change in possible.changes if change.object == name]
            asked = self._asked(plan.system, name, sorted({one.column for one in mine}))
            found += found_in(mine, writer.present(asked, list(dict.fromkeys(one.key for one in mine))))
        return Looked(possible, target, tuple(found))

    def apply(
        self, plan: Plan, as_of: date, by: str, undoes: str | None = None,
        tell: Callable[[Write], None] = lambda write: None,
    ) -> Write:  # fmt: skip
        """Write a plan. Raises WriteRefused, SourceError, and UnderWay where another write is not finished."""
        who = self._who(by)
        for write in self.record.all():
            if write.begun.system == plan.system and write.ended is None:
                raise UnderWay(unfinished(write))
        writer = self.writer(plan.system)
        with self._locked(plan.system, f"{plan.id} of {self._now().isoformat()}") as lock:
            target = writer.target()
            if undoes is not None:
                _require_the_same(self.record.write(undoes), target)
            possible = self._possible(plan, writer).in_batches(writer.at_once)
            if not possible.changes:
                raise WriteRefused(
                    f"Nothing of the plan can be written into {plan.system}: "
                    f"{'; '.join(why for why, _ in possible.reasons[:3]) or 'it is empty'}."
                )
            begun = Begun(
                system=plan.system, target=target, as_of=as_of, map_version=self.loaded.map.map.version,
                map_sha256=self.loaded.sha256, plan=plan.id, undoes=undoes, changes=possible.changes,
            )  # fmt: skip
            write = self.record.begin(begun, who)
            tell(write)
            return self._carried(write, self._hand(writer, lock, who, plan.system), tell)

    def resume(self, name: str, by: str, tell: Callable[[Write], None] = lambda write: None) -> Write:
        """Go on with a write that is not finished. Raises WriteRefused, SourceError and UnderWay."""
        write, who = self._unfinished(name), self._who(by)
        writer = self.writer(write.begun.system)
        self._require_still_permitted(write)
        _require_the_same(write, writer.target())
        with self._locked(write.begun.system, f"{write.id} of {self._now().isoformat()}") as lock:
            tell(write)
            return self._carried(write, self._hand(writer, lock, who, write.begun.system), tell)

    def give_up(self, name: str, by: str) -> Write:
        """Find out by reading how a write stands, and write no more of it."""
        write, who = self._unfinished(name), self._who(by)
        system = write.begun.system
        writer = self.writer(system)
        _require_the_same(write, writer.target())
        with self._locked(system, f"{write.id} of {self._now().isoformat()}") as lock:
            return self._hand(writer, lock, who, system).give_up(self.record.write(write.id))

    def undo_plan(self, name: str) -> tuple[Write, Plan]:
        """A write, and the plan that takes it back, of what the map still permits. Raises WriteRefused."""
        write = self.record.write(name)
        _, permit = permitted(self.loaded.map, write.begun.system)
        return write, undo_of(write).without(lambda change: _forbidden(permit, change))

    def _carried(self, write: Write, hand: Hand, tell: Callable[[Write], None]) -> Write:
        try:
            return hand.go_on(write, tell)
        except SourceError as error:
            now = self.record.write(write.id)
            raise WriteRefused(
                f"{error} {write.id} stands at {len(now.confirmed)} of {len(now.batches)} batches; nothing of it "
                f"is lost. Go on with it: revrecon write-back resume {write.id}."
            ) from error

    def _unfinished(self, name: str) -> Write:
        write = self.record.write(name)
        if write.ended is not None:
            raise WriteRefused(f"{write.id} is {write.state}. See it: revrecon write-back show {write.id}.")
        return write

    def _require_still_permitted(self, write: Write) -> None:
        _, permit = permitted(self.loaded.map, write.begun.system)
        lost = sorted({why for change in write.changes if (why := _forbidden(permit, change))})
        if lost:
            raise WriteRefused(
                f"{write.id} cannot be gone on with: {'; '.join(lost)}. Permit it again, or write no more of it: "
                f"revrecon write-back give-up {write.id}."
            )

    def _possible(self, plan: Plan, writer: Writer) -> Plan:
        """What the system's metadata does not rule out."""
        columns = {
            name: writer.writable(self._asked(plan.system, name, []))
            for name in dict.fromkeys(change.object for change in plan.changes)
        }
        return plan.without(lambda change: never_written(change, columns[change.object]))

    def _asked(self, system: str, name: str, columns: Sequence[str]) -> Asked:
        return asked_of(self.loaded.map, system, name, columns)

    def _hand(self, writer: Writer, lock: Lock, who: Who, system: str) -> Hand:
        return Hand(writer, self.record, lock, who, partial(self._asked, system), self.pause)

    @contextmanager
    def _locked(self, system: str, holder: str) -> Iterator[Lock]:
        lock = Lock(self.home.ledger, system, holder, self._now)
        lock.take()
        try:
            yield lock
        finally:
            lock.release()

    def _who(self, by: str) -> Who:
        people = self.loaded.map.people
        if by not in people:
            near = did_you_mean(by, people) or f"people of the map: {', '.join(people)}"
            raise WriteRefused(f"'{by}' is no person of the map; {near}. Name who writes with --by.")
        return Who(by, f"{getpass.getuser()}@{socket.gethostname()}")


def _require_the_same(write: Write, target: str) -> None:
    """Raise WriteRefused where a login leads to another system than the one that a write went into."""
    if write.begun.target != target:
        raise WriteRefused(
            f"{write.id} went into {write.begun.target}, and this login leads to {target}: nothing was written. Set "
            f"the environment variables of systems.{write.begun.system} to the login of that system."
        )


def _forbidden(permit: WriteBack, change: Change) -> str:
    """Why the map does not permit a change any more; nothing where it does."""
    written = permit.objects.get(change.object)
    if written is not None and change.column in written.all_columns:
        return ""
    return f"the map does not permit {change.object}.{change.column} to be written any more"
