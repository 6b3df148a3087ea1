import polars as pl
import pytest

from revrecon.canonical.identity.linkage.defaults import Comparison, comparisons
from revrecon.canonical.identity.linkage.features import learned_words, prepared, with_pinned
from revrecon.canonical.identity.linkage.levels import levels_of
from revrecon_tests.canonical.linkage.people_and_companies import entity

STORIES = {
    "company_name": """
        global widgets inc            | Global Widgets, LLC      | equal
        widgets global                | Global Widgets           | same words, otherwise ordered or spaced
        GlobalWidgets                 | Global Widgets           | same words, otherwise ordered or spaced
        Global Wigdets                | Global Widgets           | typing error
        Intl Business Machines        | International Business Machines | equal
        IBM                           | International Business Machines | initials
        Saffron Media                 | Saffron Media Canada     | one name within the other
        Store 12 Northwest            | Store 13 Northwest       | half of the telling words shared
        Granite Foods                 | Ember Motors             | different
    """,
    "first_name": """
        Elizabeth | elizabeth | equal
        Liz       | Elizabeth | nickname
        Bob       | Robert    | nickname
        Jonh      | John      | typing error
        J         | Jennifer  | initial
        Mary      | Peter     | different
    """,
    "last_name": """
        Müller     | Muller       | equal
        Andersen   | Anderson     | typing error
        Smith      | Smith-Jones  | part of a double name
        Smith      | Taylor       | different
    """,
    "domain": """
        https://www.acme.com/us | acme.com    | equal
        acme.com                | acme.de     | same name, other ending
        globex.com              | gobex.com   | typing error
        acme.com                | globex.com  | different
        gmail.com               | gmail.com   | no evidence
    """,
    "email": """
        Jane.Doe@acme.com   | jane.doe@acme.com   | equal
        jane.doe@acme.com   | jnae.doe@acme.com   | typing error
        jane.doe1@acme.com  | jane.doe2@acme.com  | same domain
        jane.doe@acme.com   | jane.doe@globex.com | same user at another domain
        info@acme.com       | info@globex.com     | different
    """,
    "phone": """
        +1 (212) 555-0100 ext. 9 | 212 555 0100  | equal
        +49 30 5550100           | 030 5550100   | same last digits
        212 555 0100             | 212 555 0101  | one digit differs
        212 555 0100             | 617 444 0199  | different
    """,
    "street": """
        12 Main St.            | 12 Main Street       | equal
        12 Main St, Suite 400  | 12 main street       | equal
        Main Street 12         | 12 Main Street       | same words, otherwise ordered
        12 Main                | 12 Main Street       | same number, similar street
        12 Main Street         | 48 Main Street       | same street, other number
        12 Main Street         | 9 Ocean Drive        | different
    """,
    "city": """
        Saint Paul | St Paul      | typing error or part
        Boston     | boston       | equal
        Bosotn     | Boston       | typing error or part
        Boston     | Denver       | different
    """,
    "postal_code": """
        80202-1234 | 80202 | equal
        80202      | 82002 | typing error
        EC1A 1BB   | EC1A9ZZ | same area
        80202      | 10115 | different
    """,
    "code": """
        HX-100   | hx 100  | equal
        HX100200 | HX100300 | typing error
        AB1234   | AB1234-XL | one within the other
        HX-100   | AN-200  | different
    """,
    "birth_date": """
        1980-03-07 | 1980-03-07 | equal
        1980-03-07 | 1980-07-03 | day and month swapped
        1980-03-07 | 1980-03-09 | one digit differs
        1980-03-07 | 1980-11-21 | same year or same day of the year
        1980-03-07 | 1955-11-21 | different
    """,
    "event_date": """
        2026-03-07 | 2026-03-07 | equal
        2026-03-07 | 2026-03-09 | within 3 days
        2026-03-07 | 2026-02-27 | within 10 days
        2026-03-07 | 2026-03-30 | within 31 days
        2026-03-07 | 2026-05-30 | different
    """,
    "money": """
        1000.00 | 1000   | equal
        1000.00 | 1005   | within 1 %
        1000.00 | 1080   | within 10 %
        1000.00 | 1300   | within 30 %
        1000.00 | 5000   | different
    """,
    "category": """
        Prospect | prospect | equal
        Prospect | customer | different
    """,
    "reference": """
        crm:A1 | crm:A1 | same
        crm:A1 | crm:A2 | different
    """,
}


def cells(text: str) -> list[tuple[str, str, str]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]


def levels_reached(kind: str, pairs: list[tuple[str, str]]) -> list[str]:
    of = entity({"value": {"type": "text"}}, compare={"value": kind})
    (compared,) = comparisons(of)
    assert isinstance(compared, Comparison)
    values = [value for pair in pairs for value in pair]
    nodes = pl.DataFrame(
        {"copy": "crm", "_id": [f"{n:03}" for n in range(len(values))], "_excluded": False, "value": values}
    )
    records = prepared((compared,), nodes.with_row_index("_node"))
    records = with_pinned((compared,), records, learned_words((compared,), records))
    both = pl.DataFrame({"left": range(0, len(values), 2), "right": range(1, len(values), 2)}).cast(pl.Int64)
    labels = [*(level.label for level in reversed(compared.levels)), "no evidence"]
    return [labels[level] for level in levels_of((compared,), records, both)[:, 0]]


@pytest.mark.parametrize("kind", list(STORIES))
def test_two_values_reach_the_level_that_a_person_would_name(kind):
    stories = cells(STORIES[kind])
    reached = levels_reached(kind, [(left, right) for left, right, _ in stories])
    assert [*zip(stories, reached, strict=True)] == [(story, story[2]) for story in stories]


@pytest.mark.parametrize("kind", list(STORIES))
def test_a_comparison_looks_at_both_records_alike(kind):
    pairs = [(left, right) for left, right, _ in cells(STORIES[kind])]
    assert levels_reached(kind, pairs) == levels_reached(kind, [(right, left) for left, right in pairs])
