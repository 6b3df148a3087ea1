"""Roundup 2, REST: https://www.roundup-tracker.org/docs/rest.html

Exactly once by its own means: a create goes through a link that works a single time, so that it may be repeated. A
search needs `external_id:` with the colon, which means exactly; without it, ids that only contain ours are found too.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import httpx

from revrecon.entity_map.outlets import RoundupTracker as Settings
from revrecon.tickets.bodies.content import content_of
from revrecon.tickets.bodies.text import as_text
from revrecon.tickets.trackers.contract import Habits, Place, Remark, Remote, Seen, Shown
from revrecon.tickets.trouble import Gone, Refused
from revrecon.tickets.wire import Answer, Params, Wire

_DATA = "/rest/data"


D = TypeVar("D")


class _Of(Answer, Generic[D]):
    data: D


class _With(Answer, Generic[D]):
    attributes: D


class _Id(Answer):
    id: str
    external_id: str | None = None


class _Link(Answer):
    link: str


class _Collection(Answer):
    collection: tuple[_Id, ...]


class _Status(Answer):
    name: str | None = None


class _Issue(Answer):
    status: _Status | None = None
    external_id: str | None = None
    messages: tuple[_Id, ...] = ()


class _Messages(Answer):
    messages: tuple[_Id, ...] = ()


class _Author(Answer):
    username: str | None = None


class _Message(Answer):
    author: _Author | None = None
    content: str | None = None


class RoundupTracker:
    """Tickets as issues with our id in `external_id`; the first message is ours, the others are people's."""

    habits = Habits(settle=timedelta(minutes=2))

    def __init__(self, settings: Settings, wire: Wire, user: str) -> None:
        self.settings, self.wire, self.user = settings, wire, user

    def create(self, shown: Shown) -> Place:
        account = self.settings.assignees.get(shown.ticket.owner)
        fields = {
            "title": self._title(shown),
            "external_id": shown.ticket.id,
            "priority": self.settings.priority,
            "status": self.settings.open_status,
            "messages": [self._message(shown)],
        } | ({"assignedto": account} if account else {})
        once = self.wire.ask("POST", f"{_DATA}/issue/@poe", json={"lifetime": 300}, repeatable=True)
        path = httpx.URL(self.wire.read(_Of[_Link], once).data.link).path.partition(_DATA)[2]
        try:
            made = self.wire.ask("POST", f"{_DATA}{path}", json=fields, repeatable=True)
        except Refused:
            came_through = self._found(shown.ticket.id)  # the link was used up by a try whose answer was lost
            if came_through is None:
                raise
            return came_through
        return self._place(self.wire.read(_Of[_Id], made).data.id)

    def update(self, shown: Shown, place: Place, move: bool) -> None:
        path = f"{_DATA}/issue/{place.external_id}"
        issue = self.wire.ask("GET", path, repeatable=True)
        fields = {"title": self._title(shown)} | ({"status": self._status(shown.state)} if move else {})
        self._patch(path, fields, issue)
        for message in self.wire.read(_Of[_With[_Messages]], issue).data.attributes.messages[:1]:
            below = f"{_DATA}/msg/{message.id}"
            ours = self.wire.ask("GET", below, repeatable=True)
            self._patch(below, {"content": as_text(content_of(shown.ticket))}, ours)

    def read_back(self, ticket: str, place: Place | None, since: datetime) -> Remote | None:
        place = place or self._found(ticket)
        if place is None:
            return None
        try:
            path = f"{_DATA}/issue/{place.external_id}"
            issue = self.wire.ask("GET", path, params={"@verbose": 2}, repeatable=True)
        except Gone:
            return None
        return self._remote(ticket, place, self.wire.read(_Of[_With[_Issue]], issue).data.attributes)

    def _found(self, ticket: str) -> Place | None:
        asked: Params = {"external_id:": ticket, "@fields": "external_id", "@sort": "id", "@verbose": 1}
        found = self.wire.ask("GET", f"{_DATA}/issue", params=asked, repeatable=True)
        every = self.wire.read(_Of[_Collection], found).data.collection
        marked = [issue for issue in every if issue.external_id == ticket]
        return self._place(marked[0].id) if marked else None

    def _title(self, shown: Shown) -> str:
        return f"{content_of(shown.ticket).title} ({shown.ticket.id})"

    def _message(self, shown: Shown) -> str:
        """The text is a message of its own; one whose answer is lost stays alone and is seen by nobody."""
        fields = {"content": as_text(content_of(shown.ticket)), "author": self.user, "date": "."}
        return self.wire.read(_Of[_Id], self.wire.ask("POST", f"{_DATA}/msg", json=fields, repeatable=True)).data.id

    def _place(self, number: str) -> Place:
        return Place(number, f"{self.settings.url}/issue{number}")

    def _status(self, state: Seen) -> str:
        if state == "open":
            return self.settings.open_status
        return self.settings.resolved_status if state == "resolved" else self.settings.taken_status

    def _patch(self, path: str, fields: Mapping[str, str], read: httpx.Response) -> None:
        """Change what was read. Someone else may write in between: then it is read and written again, once per try of
        the outbox."""
        as_read = {"If-Match": read.headers.get("etag", "")}
        self.wire.ask("PATCH", path, json=dict(fields), headers=as_read, repeatable=False)

    def _remote(self, ticket: str, place: Place, issue: _Issue) -> Remote:
        status = (issue.status.name if issue.status else None) or ""
        states: dict[str, Seen] = {
            self.settings.resolved_status: "resolved",
            self.settings.taken_status: "acknowledged",
        }
        remarks = tuple(self._remark(message.id) for message in issue.messages[1:])
        return Remote(place, states.get(status, "open"), issue.external_id == ticket, remarks=remarks)

    def _remark(self, message: str) -> Remark:
        found = self.wire.ask("GET", f"{_DATA}/msg/{message}", params={"@verbose": 2}, repeatable=True)
        told = self.wire.read(_Of[_With[_Message]], found).data.attributes
        return Remark(message, (told.author.username if told.author else None) or "", told.content or "")
