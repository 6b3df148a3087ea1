"""The standup pack on a terminal: the agenda, who owes what, what to decide."""

from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.reports.standup.pack import StandupPack
from revrecon.reports.standup.views import owed_views, proposal_lines
from revrecon.reports.terminal_bridges import plain_table

_PROPOSALS = 6


def standup_summary(pack: StandupPack) -> RenderableType:
    """A screenful; the page has the rest."""
    title = f"{pack.map.company.name}: standup of {pack.meets_on}, as of {pack.as_of}"
    parts: list[RenderableType] = [Text(title, style="bold")]
    parts += [Text(note, style="yellow") for note in pack.notes]
    agenda = plain_table("Minutes", "What", "About")
    for item in pack.agenda:
        agenda.add_row(Text(str(item.minutes)), Text(item.title), Text(item.about))
    return Group(*parts, agenda, _owed(pack), _to_decide(pack))


def _owed(pack: StandupPack) -> RenderableType:
    table = plain_table("Representative", "Systems", "Owes", title=Text("Who owes what", style="bold"))
    for one in owed_views(pack):
        table.add_row(Text(one.name), Text(one.systems), Text(one.summary))
    return table


def _to_decide(pack: StandupPack) -> RenderableType:
    table = plain_table("Kind", "What", "Owner", "Effect", title=Text("To decide", style="bold"))
    for one in proposal_lines(pack)[:_PROPOSALS]:
        table.add_row(Text(one.kind), Text(one.what), Text(one.owner), Text(f"{one.gain} {one.of}"))
    return table
