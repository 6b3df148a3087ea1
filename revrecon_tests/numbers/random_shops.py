"""Random small companies for laws: empty systems, empty fields, one record, negative amounts, two days."""

import datetime as dt
from dataclasses import dataclass

from hypothesis import Phase, settings
from hypothesis import strategies as st

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.numbers.placing import NotKnown
from revrecon_tests.companies import SHOP, TODAY, company, shop_tables, world_of

few = settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
"""For a law over whole companies, which are slow to shrink: a failing one is shown as it was found."""

EARLIER = TODAY - dt.timedelta(days=30)
OLD, FRESH = "2026-01-10 00:00:00", "2026-03-31 12:00:00"

LAGGING = SHOP.replace(
    "text: First year of open quotes.", "as_of: {rule: lag, lag: 30d}\n        text: First year of open quotes."
).replace(
    "text: Top-level customers in the books.",
    "as_of: {rule: lag, lag: 30d}\n        text: Top-level customers in the books.",
)
"""The shop whose books look at the world of thirty days ago."""

_MONEY = st.one_of(st.just(""), st.integers(-900_00, 900_00).map(lambda cents: f"{cents / 100:.2f}"))
_PARENT = st.sampled_from(["", "", "1", "2", "3"])
_ACCOUNT = st.tuples(_PARENT, st.sampled_from(["customer", "prospect", ""]))
_CUSTOMER = st.tuples(st.sampled_from("12349"), _PARENT, st.sampled_from(["", "", "contract"]))
_DEAL = st.tuples(st.sampled_from("1239"), st.sampled_from(["open", "open", "won", "lost", ""]), _MONEY, _MONEY,
                  st.sampled_from([OLD, FRESH]))  # fmt: skip
_QUOTE = st.tuples(st.sampled_from("12"), st.sampled_from(["open", "open", "lost", ""]), _MONEY, st.booleans())


@dataclass(frozen=True)
class Shop:
    """One random company on two days."""

    map: EntityMap
    then: World
    now: World

    def world_on(self, day: dt.date) -> World:
        """The world at the end of a day; before the earlier one nothing is known."""
        if day < EARLIER:
            raise NotKnown(f"nothing was received of any system up to {day}")
        return self.now if day >= TODAY else self.then


def _accounts(rows) -> str:
    lines = [f"A{n} | firm {n} | 55500{n} | {f'A{p}' if p else ''} | {kind} | {OLD} | {OLD}"
             for n, (p, kind) in enumerate(rows, 1)]  # fmt: skip
    return "\n".join(["id | name | phone | parent | kind | created | changed", *lines])


def _customers(rows) -> str:
    lines = [f"C{n} | firm {to} | 99{n} | {f'C{p}' if p else ''} | {category} | A{to} | {OLD} | {OLD}"
             for n, (to, p, category) in enumerate(rows, 1)]  # fmt: skip
    return "\n".join(["id | name | phone | parent | category | crm_id | created | changed", *lines])


def _deals(rows) -> str:
    lines = [f"D{n} | deal {n} | A{account} | {stage} | {amount} | {first} | no | {OLD} | {changed}"
             for n, (account, stage, amount, first, changed) in enumerate(rows)]  # fmt: skip
    return "\n".join(["id | name | account | stage | amount | first_year | gone | created | changed", *lines])


def _quotes(rows) -> str:
    lines = [f"Q{n} | deal {n % 5} | C{customer} | {stage} | {total} | {f'D{n % 5}' if linked else ''} | {OLD} | {OLD}"
             for n, (customer, stage, total, linked) in enumerate(rows)]  # fmt: skip
    return "\n".join(["id | name | customer | stage | total | crm_id | created | changed", *lines])


@st.composite
def tables(draw) -> dict[tuple[str, str], str]:
    """The four tables of a shop on a day; any of them may be empty."""
    return shop_tables(
        accounts=_accounts(draw(st.lists(_ACCOUNT, max_size=4))),
        customers=_customers(draw(st.lists(_CUSTOMER, max_size=5))),
        deals=_deals(draw(st.lists(_DEAL, max_size=6))),
        quotes=_quotes(draw(st.lists(_QUOTE, max_size=7))),
    )


@st.composite
def shops(draw, text: str = LAGGING) -> Shop:
    """A shop on two days; on half of them nothing has changed since."""
    mapped, then = company(text), draw(tables())
    now = draw(st.one_of(st.just(then), tables()))
    return Shop(mapped, world_of(mapped, then, EARLIER), world_of(mapped, now, TODAY))
