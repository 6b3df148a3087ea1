"""A publication of the account master in a terminal."""

from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.reports.formats import count
from revrecon.reports.terminal_bridges import AMOUNT, plain_table
from revrecon.tickets.publications import Publication


def published_table(publication: Publication, fresh: bool) -> RenderableType:
    """Which files were published, and how many rows of each are new, changed, merged and gone."""
    said = f"{publication.id}: {publication.entity} master as of {publication.as_of}, map {publication.map_version}"
    if not fresh:
        same = f"Nothing has changed since {said}, published {publication.published_at:%Y-%m-%d %H:%M} UTC."
        return Text(same, style="green")
    table = plain_table("File", title=Text(f"Published {said}", style="bold"))
    for name in ("Rows", "New", "Changed", "Merged", "Gone"):
        table.add_column(name, **AMOUNT)
    for file in publication.files:
        if not file.name.endswith("_changes.csv"):
            numbers = (file.rows, file.new, file.changed, file.merged, file.gone)
            table.add_row(Text(file.name), *(count(number) for number in numbers))
    return Group(table, Text("What changed, row by row, stands in NAME_changes.csv beside each file.", style="dim"))
