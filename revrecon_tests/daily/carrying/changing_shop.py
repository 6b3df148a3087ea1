"""A shop whose deals and quotes change a little every day, in every way that a record can change."""

import datetime as dt
import random
from dataclasses import dataclass, field

import polars as pl
from polars.testing import assert_frame_equal

from revrecon.daily.carrying.settings import Carrying
from revrecon.daily.day import Day
from revrecon.daily.home import Home
from revrecon.daily.steps import reconciliation_steps
from revrecon.entity_map.loader import LoadedMap
from revrecon.entity_map.model import EntityMap
from revrecon.history.lake import Lake
from revrecon.sources.contract import REJECTED_SCHEMA, RawExtract
from revrecon_tests.companies import shop_tables
from revrecon_tests.tables import table

FIRST = dt.date(2026, 3, 2)
_OLD = "2026-01-10 00:00:00"
UNIQUE = {"deal_name: {type: text, standard: casefold}": "deal_name: {type: text, standard: casefold, unique: true}"}
"""A shop in which no two deals may have one name."""
SCALED = UNIQUE | {"amount: {type: money, at_least: 0}": "amount: {type: money, at_least: 0, scale: true}"}
"""The same, and it watches whether amounts are written in thousands."""
LINKED = {
    "match_keys: [{on: [account, deal_name], duplicates: true}]": (
        "match_keys: [{on: [account, deal_name], duplicates: true}]\n      linkage: {}"
    )
}
"""A shop that looks at how like each other its deals and quotes are."""
UNTIMED = {"Deal: {key: [id], created: created, changed: changed,": "Deal: {key: [id],", "        freshness: 24h\n": ""}
"""A shop that knows of no time, so that no record is looked at because it fell due."""


@dataclass
class ChangingShop:
    """The shop's exports, by system and object; `pass_a_day` changes some rows."""

    chance: random.Random
    day: dt.date = FIRST
    deals: dict[str, dict[str, str]] = field(default_factory=dict)
    quotes: dict[str, dict[str, str]] = field(default_factory=dict)
    customers_of: dict[str, str] = field(default_factory=lambda: {"C1": "A1", "C2": "A2"})
    touched: set[tuple[str, str]] = field(default_factory=set)

    def open(self, size: int) -> None:
        """Open with so many deals, most of them quoted."""
        for n in range(size):
            self._new_deal(f"D{n}", _OLD)
            if n % 7:
                self._new_quote(f"Q{n}", f"D{n}" if n % 5 else "", self.deals[f"D{n}"]["name"])
        self.touched.clear()

    def pass_a_day(self) -> None:
        """Let one to three days go by, and up to four things happen."""
        self.day += dt.timedelta(days=self.chance.choice([1, 1, 1, 3]))
        self.touched.clear()
        for _ in range(self.chance.randrange(5)):
            self.chance.choice(_HAPPENINGS)(self)

    @property
    def now(self) -> str:
        return f"{self.day} 10:00:00"

    def _new_deal(self, key: str, when: str) -> None:
        c = self.chance
        amount = c.randrange(50, 900)
        self.deals[key] = {
            "id": key, "name": f"deal {key[1:]}", "account": f"A{c.randrange(1, 5)}", "stage": c.choice(_STAGES),
            "amount": f"{amount}.00", "first_year": f"{amount // 3}.00", "gone": "no", "created": when, "changed": when,
        }  # fmt: skip
        self.touched.add(("crm/Deal", key))

    def _new_quote(self, key: str, deal: str, name: str) -> None:
        self.quotes[key] = {
            "id": key, "name": name, "customer": self.chance.choice(["C1", "C2", ""]), "stage": "open",
            "total": f"{self.chance.randrange(20, 300)}.00", "crm_id": deal, "created": _OLD, "changed": _OLD,
        }  # fmt: skip
        self.touched.add(("books/quote", key))

    def _edit(self, of: str, key: str, column: str, value: str) -> None:
        rows = self.deals if of == "crm/Deal" else self.quotes
        rows[key] = {**rows[key], column: value, "changed": self.now}
        self.touched.add((of, key))

    def _some_deal(self) -> str:
        return self.chance.choice(sorted(self.deals))

    def _some_quote(self) -> str:
        return self.chance.choice(sorted(self.quotes))

    def frames(self, only_touched: bool = False) -> dict[tuple[str, str], pl.DataFrame]:
        """Every object's rows; of deals and quotes only those that were touched today, if so wished."""
        whole = {place: table(text) for place, text in shop_tables().items()}
        customers = whole["books", "customer"]
        ids = customers["id"].replace(self.customers_of)
        known = pl.when(pl.col("id").is_in(list(self.customers_of))).then(ids).otherwise("crm_id").alias("crm_id")
        whole["books", "customer"] = customers.with_columns(known)
        for place, rows in {("crm", "Deal"): self.deals, ("books", "quote"): self.quotes}.items():
            mine = [row for key, row in rows.items() if not only_touched or ("/".join(place), key) in self.touched]
            columns = dict.fromkeys(next(iter(rows.values())), pl.String)
            whole[place] = pl.DataFrame(mine, schema=columns)
        return whole


_STAGES = ("open", "won", "lost", "odd")
_HAPPENINGS = (
    lambda s: s._edit("crm/Deal", s._some_deal(), "amount", f"{s.chance.randrange(50, 900)}.00"),
    lambda s: s._edit("crm/Deal", s._some_deal(), "amount", f"{s.chance.randrange(50, 900)}000.00"),
    lambda s: s._edit("crm/Deal", s._some_deal(), "stage", s.chance.choice(_STAGES)),
    lambda s: s._edit("crm/Deal", s._some_deal(), "name", s.deals[s._some_deal()]["name"]),
    lambda s: s._edit("crm/Deal", s._some_deal(), "account", f"A{s.chance.randrange(1, 6)}"),
    lambda s: s._edit("crm/Deal", s._some_deal(), "gone", s.chance.choice(["yes", "no"])),
    lambda s: s._edit("crm/Deal", s._some_deal(), "first_year", s.chance.choice(["", "many", "-5.00", "77.00"])),
    lambda s: s._edit("books/quote", s._some_quote(), "total", f"{s.chance.randrange(20, 300)}.00"),
    lambda s: s._edit("books/quote", s._some_quote(), "crm_id", s.chance.choice(["", s._some_deal(), "D999"])),
    lambda s: s._edit("books/quote", s._some_quote(), "name", s.chance.choice(["TEST", "deal 3", "nobody's"])),
    lambda s: s._edit("books/quote", s._some_quote(), "customer", s.chance.choice(["C1", "C2", "C9"])),
    lambda s: s._new_deal(f"D{len(s.deals) + 100}", s.now),
    lambda s: s._new_quote(f"Q{len(s.quotes) + 100}", s._some_deal(), "another quote"),
    lambda s: s.customers_of.update(C1=s.chance.choice(["A1", "A2"])),
    lambda s: (s.deals.pop(s._some_deal()), None),
    lambda s: (s.quotes.pop(s._some_quote()), None),
)
"""Everything that can happen; what is popped is lacking from the next full extract."""


def without_numbers(entity_map: EntityMap) -> EntityMap:
    """The same map, of which nothing is left but entities: numbers look at whole worlds on every day."""
    return entity_map.model_copy(update={"numbers": {}, "ratios": {}})


def land(home: Home, entity_map: EntityMap, shop: ChangingShop, contents: str = "full") -> None:
    """Take in the shop's exports of its day; with `changed`, of deals and quotes only those that were touched."""
    lake = Lake(home.lake)
    for (system, name), frame in shop.frames(only_touched=contents == "changed").items():
        mine = contents if name in ("Deal", "quote") else "full"
        extract = RawExtract(shop.day, mine, frame, pl.DataFrame(schema=REJECTED_SCHEMA), "a test")
        lake.keep(system, name, entity_map.systems[system].objects[name], extract, accept_shrink=True)


def run(home: Home, entity_map: EntityMap, as_of: dt.date, full: bool, decisions=()) -> Day:
    """Take every step of a day: whole, or carried forward where that can be done at all."""
    loaded = LoadedMap(entity_map, "", "", home.root / "entity_map.yaml")
    day = Day(loaded, home, as_of, decisions=decisions, carrying=Carrying(least=0, full=full))
    for step in reconciliation_steps(day):
        step.take()
    return day


def assert_same_tables(one: Day, other: Day) -> None:
    """Every table of a day is the same in two homes, to the last row, type and order."""
    named = [(room, name) for room, name, _ in one.tables.all() if one.tables.has(room, name, one.as_of)]
    assert named == [(room, name) for room, name, _ in other.tables.all() if other.tables.has(room, name, one.as_of)]
    for room, name in named:
        frames = [day.tables.read(room, name, one.as_of) for day in (one, other)]
        try:
            assert_frame_equal(*frames)
        except AssertionError as error:
            raise AssertionError(f"{room}/{name} of {one.as_of} differs: {error}") from error
