"""Jira Cloud, REST API 3: https://developer.atlassian.com/cloud/jira/platform/rest/v3/

There is no idempotency key, and search lags behind writing by seconds to minutes: a create whose answer was lost is
looked for by its own label, and an absence is believed only after `settle`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import Field, JsonValue

from revrecon.entity_map.outlets import JiraTracker as Settings
from revrecon.tickets.bodies.adf import as_adf
from revrecon.tickets.bodies.content import content_of
from revrecon.tickets.trackers.contract import Habits, Place, Remark, Remote, Seen, Shown
from revrecon.tickets.trouble import Gone, Refused
from revrecon.tickets.wire import Answer, Wire

_MARK = "revrecon"
_CATEGORY: Mapping[Seen, str] = {"open": "new", "acknowledged": "indeterminate", "resolved": "done"}
_SEEN: Mapping[str, Seen] = {category: state for state, category in _CATEGORY.items()}
_FIELDS = "status,labels,comment"


class _Category(Answer):
    key: str


class _Status(Answer):
    name: str = ""
    category: _Category = Field(alias="statusCategory")


class _Author(Answer):
    name: str = Field("", alias="displayName")


class _Comment(Answer):
    id: str
    author: _Author | None = None
    body: JsonValue = ""


class _Comments(Answer):
    comments: tuple[_Comment, ...] = ()


class _Fields(Answer):
    status: _Status
    labels: tuple[str, ...] = ()
    comment: _Comments = _Comments()


class _Issue(Answer):
    key: str
    fields: _Fields


class _Found(Answer):
    issues: tuple[_Issue, ...]


class _Made(Answer):
    key: str


class _Transition(Answer):
    id: str
    to: _Status


class _Transitions(Answer):
    transitions: tuple[_Transition, ...]


class JiraTracker:
    """Tickets as issues that carry two labels: `revrecon` and the ticket's id."""

    habits = Habits(settle=timedelta(minutes=15))

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.wire = settings, wire

    def create(self, shown: Shown) -> Place:
        fields = self._fields(shown) | {
            "project": {"key": self.settings.project},
            "issuetype": {"name": self.settings.issue_type},
            "labels": [_MARK, shown.ticket.id],
        }
        made = self.wire.ask("POST", "/rest/api/3/issue", json={"fields": fields}, repeatable=False)
        return self._place(self.wire.read(_Made, made).key)

    def update(self, shown: Shown, place: Place, move: bool) -> None:
        path = f"/rest/api/3/issue/{place.external_id}"
        self.wire.ask("PUT", path, json={"fields": self._fields(shown)}, repeatable=True)
        if move:
            self._move(path, shown.state)

    def read_back(self, ticket: str, place: Place | None, since: datetime) -> Remote | None:
        if place is None:
            jql = f'project = "{self.settings.project}" AND labels = "{ticket}" ORDER BY created ASC'
            asked = {"jql": jql, "fields": _FIELDS.split(","), "maxResults": 10}
            found = self.wire.read(_Found, self.wire.ask("POST", "/rest/api/3/search/jql", json=asked, repeatable=True))
            marked = [issue for issue in found.issues if ticket in issue.fields.labels]
            return self._remote(ticket, marked[0]) if marked else None
        try:
            path = f"/rest/api/3/issue/{place.external_id}"
            issue = self.wire.ask("GET", path, params={"fields": _FIELDS}, repeatable=True)
            return self._remote(ticket, self.wire.read(_Issue, issue))
        except Gone:
            return None

    def _fields(self, shown: Shown) -> dict[str, object]:
        content = content_of(shown.ticket)
        title = f"{content.title} ({shown.ticket.id})"[:255]
        fields: dict[str, object] = {"summary": title, "description": as_adf(content)}
        account = self.settings.assignees.get(shown.ticket.owner)
        return fields | ({"assignee": {"id": account}} if account and shown.number == 1 else {})

    def _place(self, key: str) -> Place:
        return Place(key, f"{self.settings.url}/browse/{key}")

    def _remote(self, ticket: str, issue: _Issue) -> Remote:
        fields = issue.fields
        return Remote(
            place=self._place(issue.key),
            state=_SEEN.get(fields.status.category.key, "open"),
            marked=ticket in fields.labels,
            remarks=tuple(
                Remark(one.id, one.author.name if one.author else "", _text_in(one.body))
                for one in fields.comment.comments
            ),
        )

    def _move(self, path: str, wanted: Seen) -> None:
        """By whichever transition the workflow offers to a status of the wanted category; none if it is there."""
        issue = self.wire.ask("GET", path, params={"fields": "status"}, repeatable=True)
        status = self.wire.read(_Issue, issue).fields.status
        if status.category.key == _CATEGORY[wanted]:
            return
        offered = self.wire.read(_Transitions, self.wire.ask("GET", f"{path}/transitions", repeatable=True)).transitions
        fitting = [one for one in offered if one.to.category.key == _CATEGORY[wanted]]
        if not fitting and wanted == "open":  # many workflows lead back only to "in progress"
            fitting = [one for one in offered if one.to.category.key != _CATEGORY["resolved"]]
        if fitting:
            chosen = {"transition": {"id": fitting[0].id}}
            self.wire.ask("POST", f"{path}/transitions", json=chosen, repeatable=True)
        elif wanted != "acknowledged":
            raise Refused(
                f"The workflow of {self.settings.project} has no way from '{status.name}' to {wanted}. Let the "
                "login use a transition that leads there."
            )


def _text_in(node: JsonValue) -> str:
    """The words of a document in the Atlassian Document Format."""
    if not isinstance(node, dict):
        return str(node or "")
    below = node.get("content")
    words = [str(node.get("text") or ""), *map(_text_in, below if isinstance(below, list) else ())]
    return " ".join(word for word in words if word)
