"""An audited quarter on a terminal."""

from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.reports.audit.sheet import AuditSheet
from revrecon.reports.audit.views import check_title, owner_views, state_in_a_sentence
from revrecon.reports.terminal_bridges import plain_table

_MOST = 15
_STYLES = {"breach": "red", "warn": "yellow", "note": "dim"}


def audit_summary(sheet: AuditSheet) -> RenderableType:
    """The state, the worst findings and the owners' records."""
    title = f"{sheet.map.company.name}: audit of {sheet.quarter.name}, {sheet.quarter.first} to {sheet.quarter.last}"
    parts: list[RenderableType] = [Text(title, style="bold"), Text(sheet.audited_as)]
    parts += [Text(note, style="yellow") for note in sheet.notes]
    parts.append(Text(state_in_a_sentence(sheet)))
    table = plain_table("", "Should hold", "Where", "Seen")
    for row in sheet.findings.head(_MOST).iter_rows(named=True):
        where = " ".join(part for part in (row["entity"], row["place"]) if part)
        word = Text(row["severity"], style=_STYLES[row["severity"]])
        table.add_row(word, Text(check_title(row["check"])), Text(where), Text(row["seen"]))
    more = sheet.findings.height - _MOST
    parts += [table] + ([Text(f"and {more} more findings", style="dim")] if more > 0 else [])
    return Group(*parts, _owners(sheet))


def _owners(sheet: AuditSheet) -> RenderableType:
    heads = ("Owner", "Live", "Gross", "Opened", "Resolved", "Usually within")
    table = plain_table(*heads, title=Text("Owners", style="bold"))
    for one in owner_views(sheet):
        cells = (one.name, str(one.live), one.gross, str(one.opened), str(one.resolved), one.median)
        table.add_row(*map(Text, cells))
    return table
