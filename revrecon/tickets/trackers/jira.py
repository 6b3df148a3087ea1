"""Jira Cloud, REST API 3: https://developer.atlassian.com/cloud/jira/platform/rest/v3/

There is no idempotency key, and search lags behind writing by seconds to minutes: a create whose answer was lost is
looked for by its own label, and an absence is believed only after `settle`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from revrecon.entity_map.outlets import JiraTracker as Settings
from revrecon.tickets.bodies.adf import as_adf
from revrecon.tickets.bodies.content import content_of
from revrecon.tickets.trackers.contract import Habits, Place, Remark, Remote, Seen, Shown
from revrecon.tickets.trouble import Gone, Refused
from revrecon.tickets.wire import Wire

_MARK = "revrecon"
_CATEGORY: Mapping[Seen, str] = {"open": "new", "acknowledged": "indeterminate", "resolved": "done"}
_SEEN: Mapping[str, Seen] = {category: state for state, category in _CATEGORY.items()}
_FIELDS = "status,labels,comment"


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
        made = self.wire.ask("POST", "/rest/api/3/issue", json={"fields": fields}, repeatable=False).json()
        return self._place(made["key"])

    def update(self, shown: Shown, place: Place, move: bool) -> None:
        path = f"/rest/api/3/issue/{place.external_id}"
        self.wire.ask("PUT", path, json={"fields": self._fields(shown)}, repeatable=True)
        if move:
            self._move(path, shown.state)

    def read_back(self, ticket: str, place: Place | None, since: datetime) -> Remote | None:
        if place is None:
            jql = f'project = "{self.settings.project}" AND labels = "{ticket}" ORDER BY created ASC'
            asked = {"jql": jql, "fields": _FIELDS.split(","), "maxResults": 10}
            found = self.wire.ask("POST", "/rest/api/3/search/jql", json=asked, repeatable=True).json()["issues"]
            marked = [issue for issue in found if ticket in issue["fields"].get("labels", ())]
            return self._remote(ticket, marked[0]) if marked else None
        try:
            path = f"/rest/api/3/issue/{place.external_id}"
            return self._remote(ticket, self.wire.ask("GET", path, params={"fields": _FIELDS}, repeatable=True).json())
        except Gone:
            return None

    def _fields(self, shown: Shown) -> dict[str, Any]:
        content = content_of(shown.ticket)
        fields = {"summary": f"{content.title} ({shown.ticket.id})"[:255], "description": as_adf(content)}
        account = self.settings.assignees.get(shown.ticket.owner)
        return fields | ({"assignee": {"id": account}} if account and shown.number == 1 else {})

    def _place(self, key: str) -> Place:
        return Place(key, f"{self.settings.url}/browse/{key}")

    def _remote(self, ticket: str, issue: Mapping[str, Any]) -> Remote:
        fields = issue["fields"]
        category = fields["status"]["statusCategory"]["key"]
        remarks = fields.get("comment", {}).get("comments", ())
        return Remote(
            place=self._place(issue["key"]),
            state=_SEEN.get(category, "open"),
            marked=ticket in fields.get("labels", ()),
            remarks=tuple(Remark(r["id"], r["author"]["displayName"], _text_in(r["body"])) for r in remarks),
        )

    def _move(self, path: str, wanted: Seen) -> None:
        """By whichever transition the workflow offers to a status of the wanted category; none if it is there."""
        status = self.wire.ask("GET", path, params={"fields": "status"}, repeatable=True).json()["fields"]["status"]
        if status["statusCategory"]["key"] == _CATEGORY[wanted]:
            return
        offered = self.wire.ask("GET", f"{path}/transitions", repeatable=True).json()["transitions"]
        fitting = [one for one in offered if one["to"]["statusCategory"]["key"] == _CATEGORY[wanted]]
        if not fitting and wanted == "open":  # many workflows lead back only to "in progress"
            fitting = [one for one in offered if one["to"]["statusCategory"]["key"] != _CATEGORY["resolved"]]
        if fitting:
            chosen = {"transition": {"id": fitting[0]["id"]}}
            self.wire.ask("POST", f"{path}/transitions", json=chosen, repeatable=True)
        elif wanted != "acknowledged":
            raise Refused(
                f"The workflow of {self.settings.project} has no way from '{status.get('name')}' to {wanted}. Let the "
                "login use a transition that leads there."
            )


def _text_in(node: Any) -> str:
    """The words of a document in the Atlassian Document Format."""
    if isinstance(node, str):
        return node
    own = str(node.get("text", ""))
    return " ".join(word for word in [own, *(_text_in(below) for below in node.get("content", ()))] if word)
