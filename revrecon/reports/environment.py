"""Where pages are made: every value from the data is escaped, and a name that is missing is told."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from revrecon.numbers.captions import short_figure
from revrecon.reports.bridge_views import equation
from revrecon.reports.formats import compact, count, money, plural


@cache
def pages() -> Environment:
    """Templates of this room, with the filters by which figures are written for people."""
    environment = Environment(
        loader=PackageLoader("revrecon.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "money": money,
        "compact": compact,
        "count": count,
        "headline": short_figure,
        "equation": equation,
        "plural": plural,
    }
    return environment
