"""What a company must be for its days to be measured, and by which name it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.days import accounts, things
from revrecon.entity_map.loader import LoadedMap
from revrecon.history.lake import Lake


@dataclass(frozen=True)
class Company:
    """A company with one entity whose records change from one day to the next.

    `land_first(folder, rows)` makes a home at `home_at(folder)` that has received the day `first`, with about so many
    rows in each system. `land_next(folder, lake, share, contents)` takes in the next day, on which so great a share of
    the records says something else, as `full` extracts or as extracts of what `changed`.
    """

    entity: str
    first: date
    map: Callable[[], LoadedMap]
    home_at: Callable[[Path], Path]
    land_first: Callable[[Path, int], None]
    land_next: Callable[[Path, Lake, float, str], None]

    @property
    def next(self) -> date:
        """The day after the first."""
        return self.first + timedelta(days=1)


COMPANIES = {
    "things": Company("thing", things.FIRST, things.loaded, things.home_at, things.land_first, things.land_next),
    "figures": Company(
        "thing", things.FIRST, things.loaded_with_numbers, things.home_at, things.land_first, things.land_next
    ),
    "accounts": Company(
        "account", accounts.FIRST, accounts.loaded, accounts.home_at, accounts.land_first, accounts.land_next
    ),
}
"""`things`: two systems with one key. `figures`: the same with a number over them. `accounts`: four systems without a
key, so that likeness joins their records."""
