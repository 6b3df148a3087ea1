"""A week of the shop in which the books follow the CRM: in time, late, and not at all."""

import datetime as dt
from pathlib import Path

from revrecon.daily.day import Day
from revrecon.daily.run import landing_steps
from revrecon.history.lake import Lake
from revrecon_tests.companies import SHOP
from revrecon_tests.shops import export_day, inputs_of

MONDAY = dt.date(2026, 3, 2)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = (MONDAY + dt.timedelta(days=n) for n in range(1, 6))

DEALS = {
    MONDAY: """
        D1 | Big   | A1      | open  | 900.00 | 300.00     | no   | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
        D2 | Small | A2      | open  | 90.00  | 50.00      | no   | 2026-01-11 00:00:00 | 2026-01-11 00:00:00""",
    TUESDAY: """
        D1 | Big   | A1      | open  | 900.00 | 320.00     | no   | 2026-01-10 00:00:00 | 2026-03-03 15:00:00
        D2 | Small | A2      | open  | 90.00  | 50.00      | no   | 2026-01-11 00:00:00 | 2026-01-11 00:00:00""",
    WEDNESDAY: """
        D1 | Big   | A1      | open  | 900.00 | 320.00     | no   | 2026-01-10 00:00:00 | 2026-03-03 15:00:00
        D2 | Small | A2      | open  | 90.00  | 60.00      | no   | 2026-01-11 00:00:00 | 2026-03-04 15:00:00""",
    THURSDAY: """
        D1 | Big   | A1      | open  | 900.00 | 320.00     | no   | 2026-01-10 00:00:00 | 2026-03-03 15:00:00
        D2 | Small | A2      | open  | 90.00  | 60.00      | no   | 2026-01-11 00:00:00 | 2026-03-04 15:00:00
        D5 | New   | A1      | open  | 70.00  | 70.00      | no   | 2026-03-05 15:00:00 | 2026-03-05 15:00:00""",
    FRIDAY: """
        D1 | Big   | A1      | open  | 900.00 | 320.00     | no   | 2026-01-10 00:00:00 | 2026-03-03 15:00:00
        D2 | Small | A2      | open  | 95.00  | 60.00      | no   | 2026-01-11 00:00:00 | 2026-03-06 15:00:00
        D5 | New   | A1      | open  | 70.00  | 70.00      | no   | 2026-03-05 15:00:00 | 2026-03-05 15:00:00""",
}
QUOTES = {
    MONDAY: """
        Q1 | Big   | C1       | open  | 300.00 | D1     | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
        Q2 | Small | C2       | open  | 50.00  | D2     | 2026-01-12 00:00:00 | 2026-01-12 00:00:00""",
    WEDNESDAY: """
        Q1 | Big   | C1       | open  | 320.00 | D1     | 2026-01-11 00:00:00 | 2026-03-04 06:00:00
        Q2 | Small | C2       | open  | 50.00  | D2     | 2026-01-12 00:00:00 | 2026-01-12 00:00:00""",
    FRIDAY: """
        Q1 | Big   | C1       | open  | 320.00 | D1     | 2026-01-11 00:00:00 | 2026-03-04 06:00:00
        Q2 | Small | C2       | open  | 50.00  | D2     | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
        Q5 | New   | C1       | open  | 70.00  | D5     | 2026-03-06 06:00:00 | 2026-03-06 06:00:00""",
    SATURDAY: """
        Q1 | Big   | C1       | open  | 320.00 | D1     | 2026-01-11 00:00:00 | 2026-03-04 06:00:00
        Q2 | Small | C2       | open  | 60.00  | D2     | 2026-01-12 00:00:00 | 2026-03-07 06:00:00
        Q5 | New   | C1       | open  | 70.00  | D5     | 2026-03-06 06:00:00 | 2026-03-06 06:00:00""",
}
_DEAL_HEAD = "id | name  | account | stage | amount | first_year | gone | created             | changed"
_QUOTE_HEAD = "id | name  | customer | stage | total  | crm_id | created             | changed"


def week_on_disk(root: Path, text: str = SHOP) -> Path:
    """The shop's map and full exports from Monday to Saturday; what is not told anew stays as it was."""
    (root / "entity_map.yaml").write_text(text)
    deals = quotes = ""
    for day in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY):
        deals, quotes = DEALS.get(day, deals), QUOTES.get(day, quotes)
        export_day(root, day, deals=_DEAL_HEAD + deals, quotes=_QUOTE_HEAD + quotes)
    return root


def day_of(root: Path, as_of: dt.date, home: str = "home") -> Day:
    """A day of the week whose exports were read, all of them up to Saturday."""
    inputs = inputs_of(root, home)
    for step in landing_steps(inputs, SATURDAY, Lake(inputs.home.lake)):
        step.take()
    return Day(inputs.loaded, inputs.home, as_of)
