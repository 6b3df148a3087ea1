"""The command that looks at trees: which links to set right, and one company across the systems."""

from typing import Annotated

import polars as pl
import typer

from revrecon.canonical.account_master import entities_with_a_tree
from revrecon.cli.consoles import out
from revrecon.cli.openings import over_a_day
from revrecon.cli.options import NumberOption
from revrecon.daily.day import Day
from revrecon.daily.families import family_of
from revrecon.daily.masters import all_day_corrections, kept_or_made_hierarchy
from revrecon.daily.names import known_definitions, known_number
from revrecon.reports.hierarchy_views import corrections_views
from revrecon.reports.terminal_hierarchy import corrections_table, family_table, links_table


@over_a_day
def hierarchy(
    day: Day,
    number: NumberOption = None,
    department: Annotated[str | None, typer.Option("--from", help="Only this department's definition.")] = None,
    account: Annotated[
        str | None,
        typer.Option("--account", help="Show one company's tree across the systems: a name, an id, a record's key."),
    ] = None,
    items: Annotated[int, typer.Option(help="How many links to show per table.")] = 10,
) -> None:
    """Show which links of which tree to set right first, what each wrong link moves, or one company's trees.

    "Fix these 7 links: 81 % of the hierarchy step is gone": every share is the bridge's step recomputed.
    """
    if account is not None:
        out.print(family_table(family_of(day, account)))
        return
    wanted = pl.lit(True)
    if number is not None:
        wanted &= pl.col("number") == known_number(day.map, number)
    if department is not None:
        wanted &= pl.col("definition").is_in(known_definitions(day.map, department, number))
    views = corrections_views(day.map, all_day_corrections(day).filter(wanted))
    for view in views:
        out.print(corrections_table(view, items), "")
    if not views:
        out.print("No bridge that was asked for has a hierarchy step.", style="green")
    for entity in entities_with_a_tree(day.map):
        links = kept_or_made_hierarchy(day, entity).links
        out.print(links_table(day.map, links.filter(wanted), items))
