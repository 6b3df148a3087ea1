"""Where the audit trail does not hold, in sentences: the first broken link first, and what it means."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from revrecon.tickets.chain import FIRST, Broken, Chained, breaks
from revrecon.tickets.trail import Link, Register, all_links, row_digest, salts

Head = tuple[int, str]
"""The place and the digest of the last link at some moment, noted outside the ledger."""


@dataclass(frozen=True)
class Examined:
    """The trail as it is, and its faults: empty for a ledger as it was written."""

    links: tuple[Link, ...]
    faults: tuple[str, ...]

    @property
    def head(self) -> Head:
        """The last link, for noting it outside the ledger."""
        return (self.links[-1].place, self.links[-1].sha256) if self.links else (0, FIRST)


def examined(engine: sa.Engine, registers: Sequence[Register], heads: Sequence[Head] = ()) -> Examined:
    """Walk the chain, hold every row of the registers against its links, and look for the heads that were noted."""
    with engine.connect() as connection:
        links, known = all_links(connection), salts(connection)
        rows = {one.name: _rows(connection, one) for one in registers}
    faults = [*_of_the_chain(links), *_of_the_heads(links, heads)]
    for register in registers:
        mine = [link for link in links if link.register == register.name]
        faults += _of_the_rows(register, mine, rows[register.name], known)
    return Examined(tuple(links), tuple(faults))


def _rows(connection: sa.Connection, register: Register) -> dict[str, Mapping[str, object]]:
    found = connection.execute(sa.select(register.table)).mappings()
    return {str(row["id"]): dict(row) for row in found}


def _of_the_chain(links: Sequence[Link]) -> list[str]:
    """The first place where the chain breaks; what lies behind it proves nothing."""
    first = next(breaks(map(_chained, links)), None)
    return [] if first is None else [_told(first, links)]


def _chained(link: Link) -> Chained:
    return Chained(link.place, link.previous_sha256, link.sha256, link.digest == link.sha256)


def _told(broken: Broken, links: Sequence[Link]) -> str:
    place = broken.place
    if broken.how == "gone":
        return f"Link {place} of the audit trail is gone: link {broken.found} follows {place - 1}. Someone removed it."
    named = _named(links[place - 1])
    if broken.how == "changed":
        return f"{named} is not what was written: its digest differs. Someone changed the trail itself."
    return f"{named} does not follow the link before it. Links were put in another order, replaced, or put in later."


def _of_the_heads(links: Sequence[Link], heads: Sequence[Head]) -> Iterator[str]:
    """The first head that the chain no longer holds: links at its end were removed or written anew."""
    by_place = {link.place: link.sha256 for link in links}
    for place, sha256 in heads:
        if by_place.get(place) != sha256:
            gone = "is gone" if place not in by_place else "is another than the one that was noted"
            yield (
                f"Link {place} of the audit trail {gone} ({sha256[:12]} was noted in the home). The ledger is an older "
                "one, such as from a backup, or its end was removed or written anew; acts since then are lost."
            )
            return


def _of_the_rows(
    register: Register, links: Sequence[Link], rows: Mapping[str, Mapping[str, object]], known: Mapping[int, str]
) -> Iterator[str]:
    newest: dict[str, Link] = {}
    for link in links:
        if link.deed == "opened":
            continue
        if link.row in newest and link.deed != "erased":
            yield f"{_named(link)} tells of a row that an earlier link tells of already. Someone added to the trail."
        newest[link.row] = link
    for name, link in newest.items():
        if name not in rows:
            yield f"{_named(link)}: the {register.called} {name} is gone from the ledger. Someone removed it."
        elif row_digest(rows[name], known.get(link.place, "")) != link.content_sha256:
            yield (
                f"{_named(link)}: the {register.called} {name} is not what was written. Someone changed it; restore "
                "the ledger from a backup of that time to see what it said."
            )
    for name in sorted(rows.keys() - newest.keys()):
        yield (
            f"The {register.called} {name} has no link in the audit trail. "
            "Someone put it into the ledger past RevRecon."
        )
    if not any(link.deed == "opened" for link in links):
        yield f"The audit trail does not tell when it began to watch {register.name}. Someone removed its beginning."


def _named(link: Link) -> str:
    return f"Link {link.place} of the audit trail ({link.at[:16]}Z)"
