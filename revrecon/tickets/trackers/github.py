"""GitHub issues: https://docs.github.com/en/rest/issues

There is no idempotency key, and search lags behind: a create whose answer was lost is looked for in the list of issues
that changed since, by the mark in its body. Labels are silently dropped for a login without push rights: none is used.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pydantic import RootModel

from revrecon.entity_map.outlets import GitHubTracker as Settings
from revrecon.tickets.bodies.content import content_of
from revrecon.tickets.bodies.markdown import as_markdown, safe
from revrecon.tickets.trackers.contract import Habits, Place, Remark, Remote, Shown
from revrecon.tickets.trouble import Gone
from revrecon.tickets.wire import Answer, Params, Wire

_CLOCKS_DIFFER = timedelta(minutes=10)
_PAGE, _MOST_PAGES = 100, 50


class _User(Answer):
    login: str = ""


class _Issue(Answer):
    number: int
    html_url: str
    state: str = "open"
    body: str | None = None
    closed_by: _User | None = None
    comments: int = 0


class _Comment(Answer):
    id: str
    user: _User | None = None
    body: str | None = None


_Issues = RootModel[tuple[_Issue, ...]]
_Comments = RootModel[tuple[_Comment, ...]]


class GitHubTracker:
    """Tickets as issues whose body begins with a mark that people do not see."""

    habits = Habits(settle=timedelta(minutes=3))

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.wire = settings, wire
        self._issues = f"/repos/{settings.repository}/issues"

    def create(self, shown: Shown) -> Place:
        account = self.settings.assignees.get(shown.ticket.owner)
        fields = self._fields(shown) | ({"assignees": [account]} if account else {})
        return self._place(self.wire.read(_Issue, self.wire.ask("POST", self._issues, json=fields, repeatable=False)))

    def update(self, shown: Shown, place: Place, move: bool) -> None:
        fields = self._fields(shown)
        if move and shown.state == "resolved":
            fields |= {"state": "closed", "state_reason": "completed"}
        elif move:
            fields |= {"state": "open"}
        self.wire.ask("PATCH", f"{self._issues}/{place.external_id}", json=fields, repeatable=True)

    def read_back(self, ticket: str, place: Place | None, since: datetime) -> Remote | None:
        if place is None:
            marked = [issue for issue in self._changed(since) if _is_marked(issue, ticket)]
            return self._remote(ticket, min(marked, key=lambda issue: issue.number)) if marked else None
        try:
            path = f"{self._issues}/{place.external_id}"
            return self._remote(ticket, self.wire.read(_Issue, self.wire.ask("GET", path, repeatable=True)))
        except Gone:
            return None

    def _fields(self, shown: Shown) -> dict[str, object]:
        content = content_of(shown.ticket)
        body = f"{_mark(shown.ticket.id)}\n{as_markdown(content)}"
        return {"title": safe(f"{content.title} ({shown.ticket.id})").replace("\\", "")[:250], "body": body}

    def _place(self, issue: _Issue) -> Place:
        return Place(str(issue.number), issue.html_url)

    def _changed(self, since: datetime) -> Iterator[_Issue]:
        moment = (since - _CLOCKS_DIFFER).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for page in range(1, _MOST_PAGES + 1):
            asked: Params = {"state": "all", "sort": "created", "direction": "asc", "since": moment}
            paged = {**asked, "per_page": _PAGE, "page": page}
            issues = self.wire.read(_Issues, self.wire.ask("GET", self._issues, params=paged, repeatable=True)).root
            yield from issues
            if len(issues) < _PAGE:
                return

    def _remote(self, ticket: str, issue: _Issue) -> Remote:
        return Remote(
            place=self._place(issue),
            state="resolved" if issue.state == "closed" else "open",
            marked=_is_marked(issue, ticket),
            changed_by=issue.closed_by.login if issue.closed_by else "",
            remarks=tuple(self._remarks(issue)) if issue.comments else (),
        )

    def _remarks(self, issue: _Issue) -> Iterator[Remark]:
        path = f"{self._issues}/{issue.number}/comments"
        found = self.wire.read(_Comments, self.wire.ask("GET", path, params={"per_page": 100}, repeatable=True))
        for one in found.root:
            yield Remark(one.id, one.user.login if one.user else "", one.body or "")


def _mark(ticket: str) -> str:
    return f"<!-- revrecon: {ticket} -->"


def _is_marked(issue: _Issue, ticket: str) -> bool:
    return (issue.body or "").startswith(_mark(ticket))
