"""The pages of a day's numbers."""

from pathlib import Path

from revrecon.daily.breakdowns import taken_bridges
from revrecon.daily.day import Day
from revrecon.history.atomic import write_text
from revrecon.reports.bridges.page import number_page
from revrecon.reports.daily import DailySheet


def keep_bridge_pages(day: Day, sheet: DailySheet) -> list[Path]:
    """Write `bridges/DAY/NUMBER.html` for every number below the reports; their paths. Raises TableMissing."""
    paths = []
    for number in day.map.numbers:
        orders = day.tables.read("bridge_orders", number, day.as_of)
        path = day.home.reports / "bridges" / f"{day.as_of}" / f"{number}.html"
        write_text(number_page(sheet, number, taken_bridges(day, sheet, number), orders), path)
        paths.append(path)
    return paths
