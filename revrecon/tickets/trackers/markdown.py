"""Tickets as Markdown files, one each; the embedded tracker, and one for a share."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from revrecon.history.atomic import write_text
from revrecon.tickets.bodies.content import content_of
from revrecon.tickets.bodies.markdown import as_markdown, safe
from revrecon.tickets.model import Ticket
from revrecon.tickets.trackers.contract import Habits, Place, Remote, Seen, Shown


class MarkdownTracker:
    """Tickets as files below a folder, `RR-ABCDEFGH.md`; a resolved one stays and says so."""

    habits = Habits(repeatable=True)

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, shown: Shown) -> Place:
        path = self._path(shown.ticket.id)
        write_text(page(shown.ticket), path)
        return Place(shown.ticket.id, path.absolute().as_uri())

    def update(self, shown: Shown, place: Place, move: bool) -> None:
        self.create(shown)

    def read_back(self, ticket: str, place: Place | None, since: datetime) -> Remote | None:
        path = self._path(ticket)
        if not path.exists():
            return None
        lines = path.read_text(encoding="utf-8").splitlines()
        told = next((line for line in lines if line.startswith(_STATE)), "").removeprefix(_STATE).split()
        states: dict[str, Seen] = {"resolved": "resolved", "acknowledged": "acknowledged"}
        marked = lines[:1] != [] and lines[0].startswith(f"# {ticket}: ")
        return Remote(Place(ticket, path.absolute().as_uri()), states.get(told[0] if told else "", "open"), marked)

    def _path(self, ticket: str) -> Path:
        return self.folder / f"{ticket}.md"


_STATE = "- **State:** "


def page(ticket: Ticket) -> str:
    """A ticket as a page of Markdown."""
    return f"# {ticket.id}: {safe(content_of(ticket).title)}\n\n{as_markdown(content_of(ticket))}"


_LISTED = 1_000


def index(tickets: Sequence[Ticket]) -> str:
    """A list of live tickets, worst first, as a page of Markdown; of very many the first thousand."""
    lines = ["# Live tickets", "", "| ticket | what | owner | opened | age |", "| --- | --- | --- | --- | --- |"]
    for ticket in tickets[:_LISTED]:
        link = f"[{ticket.id}]({ticket.id}.md)"
        owner = safe(ticket.assignee_name)
        lines.append(f"| {link} | {safe(ticket.title)} | {owner} | {ticket.opened_on} | {ticket.ageing} |")
    more = len(tickets) - _LISTED
    told = ["", f"{more:,} more: a file each in this folder."] if more > 0 else []
    return "\n".join([*lines, *told, ""])
