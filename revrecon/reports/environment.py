"""Where pages are made: a value from the data is escaped and turns nothing around it; what is no value is told."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from revrecon.numbers.captions import short_figure
from revrecon.numbers.provisional import unstamped
from revrecon.reports.bridge_views import equation
from revrecon.reports.formats import compact, count, money, plural
from revrecon.reports.isolating import Isolating, is_value


@cache
def pages() -> Environment:
    """Templates of this room, with the filters by which figures are written for people.

    The one script, by which tables are sorted, is named by its digest in each page's policy: no other can run.
    """
    environment = Environment(
        loader=PackageLoader("revrecon.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=is_value,
        extensions=[Isolating],
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
        "unstamped": unstamped,
    }
    script = files("revrecon.reports").joinpath("templates/sort.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment.globals |= {"sorting": Markup(script), "sorting_policy": Markup(f"'sha256-{digest}'")}
    return environment
