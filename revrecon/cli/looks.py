"""Commands that look at a day: one finding."""

from typing import Annotated

import typer

from revrecon.cli.shared import (
    DEFAULT_HOME,
    DEFAULT_MAP,
    AsOfOption,
    DataOption,
    HomeOption,
    MapOption,
    day_of,
    inputs_of,
    out,
    reconciled,
    told_plainly,
)
from revrecon.daily.explain import explained
from revrecon.daily.steps import all_day_findings


@told_plainly
def explain(
    finding: Annotated[str, typer.Argument(help="A finding's signature, its beginning, or a record's id.")],
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Explain a finding, or all that was found about a record: what, where, since when, and whose it is."""
    inputs = inputs_of(map_path, data, home)
    day = reconciled(inputs, day_of(inputs, as_of))
    out.print(explained(day, all_day_findings(day), finding))
