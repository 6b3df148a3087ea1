"""The command that erases one person."""

from typing import Annotated

import typer
from rich.text import Text

from revrecon.cli.consoles import out
from revrecon.cli.openings import told_plainly
from revrecon.cli.options import DEFAULT_HOME, DEFAULT_MAP, HomeOption, MapOption
from revrecon.daily.erasing import Erased, NobodyToErase, Value, values_of_record
from revrecon.daily.erasing import erase as erase_values
from revrecon.daily.home import open_home
from revrecon.entity_map.loader import load_map
from revrecon.reports.formats import plural
from revrecon.reports.terminal_bridges import plain_table


@told_plainly
def erase(
    by: Annotated[str, typer.Option("--by", help="Who erases, a person of the map.")],
    why: Annotated[str, typer.Option("--why", help="The request, by a number or a date: not whose it is.")],
    record: Annotated[
        str | None, typer.Option("--record", help="ENTITY:COPY/KEY or ENTITY:CANONICAL_ID, such as contact:crm/0031.")
    ] = None,
    value: Annotated[
        list[str] | None, typer.Option("--value", help="A value of the person, such as an address; may be given again.")
    ] = None,
    really: Annotated[bool, typer.Option("--really", help="Do it; without this it is only shown.")] = False,
    map_path: MapOption = DEFAULT_MAP,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Replace a person by pseudonyms in lake, tables, warehouse, reports and ledger; counts, money and chains stay.

    Found by a record, with everything personal that any system ever said of it, by values, or both. Erase in the
    systems and their exports first: the next extract tells again what they still hold.
    """
    entity_map, place = load_map(map_path).map, open_home(home)
    if by not in entity_map.people or not why.strip():
        raise NobodyToErase(f"Name who erases with --by ({', '.join(entity_map.people)}), and the request with --why.")
    values: list[Value] = [(one, None) for one in value or ()]
    if record is not None:
        entity, _, asked = record.partition(":")
        values += values_of_record(place, entity_map, entity, asked)
    done = erase_values(place, values, by, why, dry_run=not really)
    _tell(done, really)


def _tell(done: Erased, really: bool) -> None:
    table = plain_table("Where", "Files", "Rows", title=Text("Erased" if really else "Would be erased", style="bold"))
    for part in ("lake", "tables", "linkage", "published", "reports"):
        mine = [file for file in done.files if file.path.startswith(f"{part}/")]
        table.add_row(Text(part), Text(f"{len(mine):,}"), Text(f"{sum(file.rows for file in mine):,}"))
    table.add_row(Text("ledger"), Text(""), Text(f"{sum(done.rows.values()):,}"))
    out.print(table)
    said = plural(done.values, "value")
    out.print(f"{said} replaced." if really else f"{said}. Nothing was changed: --really does it.", highlight=False)
