"""Rules about currencies that take two places of the map to break."""

from revrecon.entity_map.reach import objects_behind
from revrecon.entity_map.rules.currencies import CURRENCY_RULES
from revrecon_tests.companies import company
from revrecon_tests.numbers.random_currencies import in_currencies, with_rates

EUR = ("EUR", "2026-01-01", "1.1")


def said(text: str, *rates: tuple[str, str, str]) -> list[str]:
    entity_map = with_rates(company(text), *rates)
    return [f"{problem.message}; {problem.hint}" for rule in CURRENCY_RULES for problem in rule(entity_map)]


def test_a_shop_that_names_its_currencies_is_in_order():
    assert said(in_currencies(), EUR) == []


def test_a_fixed_currency_needs_a_rate_unless_rates_are_received():
    fixed = in_currencies().replace("currency: {column: code}", "currency: ERU")
    assert said(fixed, EUR) == ["'ERU' is no currency with a rate; did you mean 'EUR'?"]


def test_a_department_converts_at_a_day_that_its_copy_holds():
    text = in_currencies(books="{at: {field: closes}}").replace(
        "first_year: total, closes: closes", "first_year: total"
    )
    assert said(text, EUR) == ["the copy 'books' does not map 'closes'; map it there, or convert at another day"]


def test_a_figure_of_amounts_rests_on_the_received_rates_and_a_figure_without_amounts_does_not():
    received = "{system: books, object: rate, date: day, currency: code, rate: rate}"
    mapped = company(in_currencies() + f"currencies: {{received: {received}}}\n")
    assert ("books", "rate") in objects_behind(mapped, "deal")
    assert ("books", "rate") not in objects_behind(mapped, "account")
