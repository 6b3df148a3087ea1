"""Random small companies that sell in three currencies, two of them foreign."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from revrecon.entity_map.currencies import Currencies, Rate
from revrecon.entity_map.model import EntityMap
from revrecon_tests.companies import SHOP, TODAY, company, world_of
from revrecon_tests.numbers.random_shops import EARLIER, LAGGING, Shop, tables

_EDITS = (
    ("amount: amount, first_year: first_year}",
     "amount: {column: amount, currency: code}, first_year: {column: first_year, currency: code}, closes: closes}"),
    ("fields: {deal_name: name, account: customer, stage: stage, first_year: total}",
     "currency: {column: code}\n"
     "        fields: {deal_name: name, account: customer, stage: stage, first_year: total, closes: closes}"),
    ("        first_year: {type: money, at_least: 0}", "        first_year: {type: money, at_least: 0}\n"
     "        closes: {type: date}"),
    ("text: Amount of open deals over 100.", "text: Amount of open deals over 100.\n        converted: CANONICAL"),
    ("text: Amount of open deals.", "text: Amount of open deals.\n        converted: SALES"),
    ("text: First year of open quotes.", "text: First year of open quotes.\n        converted: BOOKS"),
)  # fmt: skip
BOOKING, MONTH_END, AS_OF = "{at: {field: closes}}", "{at: month_end}", "{at: as_of}"
DAYS = (BOOKING, MONTH_END, AS_OF)


def in_currencies(text: str = SHOP, canonical: str = BOOKING, sales: str = MONTH_END, books: str = AS_OF) -> str:
    """The map of a shop whose deals and quotes name their currency, each definition converting at a day of its own."""
    for old, new in _EDITS:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text.replace("CANONICAL", canonical).replace("SALES", sales).replace("BOOKS", books)


def with_rates(entity_map: EntityMap, *rates: tuple[str, str, str]) -> EntityMap:
    """The same map with rates: currency, day and rate, as text."""
    told = tuple(Rate(on=dt.date.fromisoformat(on), currency=code, rate=Decimal(rate)) for code, on, rate in rates)
    return entity_map.model_copy(update={"currencies": Currencies(rates=told)})


_CODES = st.sampled_from(["USD", "EUR", "GBP"])
_DAY = st.dates(EARLIER - dt.timedelta(days=20), TODAY + dt.timedelta(days=20)).map(str)
_RATE = st.integers(1, 3_000_000_000).map(lambda n: f"{Decimal(n) / 10**9:f}")


@st.composite
def rates(draw) -> list[tuple[str, str, str]]:
    """Rates of both foreign currencies: none, few or many days."""
    return draw(
        st.lists(st.tuples(st.sampled_from(["EUR", "GBP"]), _DAY, _RATE), max_size=8, unique_by=lambda r: r[:2])
    )


def _named(draw, text: str, codes) -> str:
    header, *lines = text.splitlines()
    told = [f"{line} | {draw(codes)} | {draw(st.one_of(st.just(''), _DAY))}" for line in lines]
    return "\n".join([f"{header} | code | closes", *told])


@st.composite
def tables_in_currencies(draw, codes=_CODES) -> dict[tuple[str, str], str]:
    """The four tables of a shop, deals and quotes with a currency and the day on which they close."""
    found = draw(tables())
    return found | {key: _named(draw, found[key], codes) for key in (("crm", "Deal"), ("books", "quote"))}


_DAYS, _RATES = st.sampled_from(DAYS), rates()


@st.composite
def shops_in_currencies(draw, days=_DAYS, codes=_CODES, given_rates=_RATES) -> Shop:
    """A shop on two days; each of its definitions converts at a day of its own."""
    mapped = company(in_currencies(LAGGING, draw(days), draw(days), draw(days)))
    mapped = with_rates(mapped, *draw(given_rates))
    then = draw(tables_in_currencies(codes))
    now = draw(st.one_of(st.just(then), tables_in_currencies(codes)))
    return Shop(mapped, world_of(mapped, then, EARLIER), world_of(mapped, now, TODAY))
