"""A write, batch by batch: read, keep what is there, write, read again, keep how it ended.

Whoever is killed between any two of these leaves a batch that is claimed and not confirmed. The next one reads it
again and writes only what is still as it was before; nothing is ever repeated blindly.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from revrecon.sources.contract import NobodyKnows, RequestRefused
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.writing import Key, Put, Writer
from revrecon.write_back.change import Change
from revrecon.write_back.events import Claimed, Confirmed, Ended
from revrecon.write_back.lock import Lock
from revrecon.write_back.record import Who, WriteRecord
from revrecon.write_back.settling import Held, found_in, not_tried, puts_of, results_of
from revrecon.write_back.state import Write

_TRIES = 3
Tell = Callable[[Write], None]
"""Told after every batch."""


@dataclass(frozen=True)
class Hand:
    """What a write is made with. `asked` is the question for an object's columns, `pause` the seconds that are waited
    before a batch is read whose answer was lost: what was told may still be on its way."""

    writer: Writer
    record: WriteRecord
    lock: Lock
    who: Who
    asked: Callable[[str, Sequence[str]], Asked]
    pause: float = 5.0

    def go_on(self, write: Write, tell: Tell = lambda write: None) -> Write:
        """Write every batch that is not confirmed, and end. Raises SourceError; then it can be gone on with."""
        while write.left:
            self.lock.take()
            write = self.record.write(write.id)  # whoever held the lock meanwhile may have gone on with it
            if not write.left:
                break
            write = self._batch(write, write.left[0])
            tell(write)
        return self.record.add(write, Ended(), self.who) if write.ended is None else write

    def give_up(self, write: Write) -> Write:
        """Find out how claimed batches ended, by reading alone, and write nothing more."""
        for batch in write.left:
            changes = write.of(batch)
            results = not_tried(changes)
            if batch in write.claimed:
                results = results_of(changes, write.found, self._held(changes), {}, unsure=True, given_up=True)
            write = self.record.add(write, Confirmed(batch=batch, results=results), self.who)
        return self.record.add(write, Ended(given_up=True), self.who)

    def _batch(self, write: Write, batch: int) -> Write:
        changes, unsure = write.of(batch), batch in write.claimed
        refused: dict[Key, str] = {}
        if unsure:
            puts = puts_of(changes, write.found, self._held_later(changes))
        else:
            claimed = Claimed(batch=batch, found=found_in(changes, self._held(changes)))
            write = self.record.add(write, claimed, self.who)
            puts = puts_of(changes, write.found)
        for number in range(1, _TRIES + 1):
            try:
                refused |= self._put(changes, puts)
                break
            except NobodyKnows:
                if number == _TRIES:
                    raise
                unsure = True
                puts = puts_of(changes, write.found, self._held_later(changes))
        results = results_of(changes, write.found, self._held(changes), refused, unsure)
        return self.record.add(write, Confirmed(batch=batch, results=results), self.who)

    def _put(self, changes: Sequence[Change], puts: Sequence[Put]) -> dict[Key, str]:
        """The records that were refused. Where a whole request is, its halves are tried, down to the one to blame."""
        if not puts:
            return {}
        try:
            return self.writer.put(self._question(changes), puts)
        except RequestRefused as error:
            if len(puts) == 1:
                return {puts[0].key: str(error)}
            middle = len(puts) // 2
            return {**self._put(changes, puts[:middle]), **self._put(changes, puts[middle:])}

    def _held_later(self, changes: Sequence[Change]) -> Held:
        time.sleep(self.pause)
        return self._held(changes)

    def _held(self, changes: Sequence[Change]) -> Held:
        keys = list(dict.fromkeys(change.key for change in changes))
        return self.writer.present(self._question(changes), keys)

    def _question(self, changes: Sequence[Change]) -> Asked:
        return self.asked(changes[0].object, sorted({change.column for change in changes}))
