"""A strict shop, and as many deals of it as a test wants, with all that can be wrong about deals."""

import random

import polars as pl

from revrecon_tests.companies import shop_tables

STRICT = {
    "deal_name: {type: text, standard: casefold}": "deal_name: {type: text, standard: casefold, unique: true}\n"
    "        renews: {type: reference, to: deal}",
    "amount: {type: money, at_least: 0}": "amount: {type: money, at_least: 0, scale: true}",
    "amount: amount, first_year: first_year}": "amount: amount, first_year: first_year, renews: renews}",
}
"""A shop whose deals have a name of their own, renew each other, and are written in one unit."""


def many_deals(count: int) -> dict[tuple[str, str], str | pl.DataFrame]:
    """Deals and their quotes, some of them doubled, renamed, forgotten, in thousands, or pointing nowhere."""
    chance = random.Random(count)
    clocks = {"created": "2026-01-10 00:00:00", "changed": "2026-03-31 12:00:00"}
    deals, quotes = [], []
    for n in range(count):
        amount = chance.randrange(1_000, 90_000)
        wrong = 1000 if n % 29 == 5 else 1
        deals.append(
            {"id": f"D{n}", "name": f"deal {n // 2 if n % 31 == 3 else n}", "account": f"A{n % 5}",
             "stage": chance.choice(["open", "won", "lost", "odd"]), "amount": f"{amount * wrong}.00",
             "first_year": f"{amount // 3}.00", "renews": f"D{n - 7}" if n % 3 else None,
             "gone": "yes" if n % 23 == 7 else "no", **clocks}
        )  # fmt: skip
        if n % 11:
            quotes.append(
                {"id": f"Q{n}", "name": "TEST" if n % 37 == 1 else f"deal {n}", "customer": f"C{1 + n % 2}",
                 "stage": "open", "total": f"{amount // 3 + n % 2}.00", "crm_id": f"D{n}" if n % 5 else None, **clocks}
            )  # fmt: skip
    rows = {("crm", "Deal"): deals, ("books", "quote"): quotes}
    return {**shop_tables(), **{place: pl.DataFrame(told) for place, told in rows.items()}}
