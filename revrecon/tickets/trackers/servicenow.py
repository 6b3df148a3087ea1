"""ServiceNow, Table API: a record is found by its `correlation_id`, read from the table and no index.

A query that names a field which is not there is answered with every record: what comes back is compared exactly.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from revrecon.entity_map.outlets import ServiceNowTracker as Settings
from revrecon.tickets.bodies.content import content_of
from revrecon.tickets.bodies.text import as_text
from revrecon.tickets.trackers.contract import Habits, Place, Remark, Remote, Seen, Shown
from revrecon.tickets.trouble import Gone
from revrecon.tickets.wire import Answer, Params, Wire

_STATE: Mapping[Seen, str] = {"open": "1", "acknowledged": "2", "resolved": "6"}
_DONE = ("6", "7", "8")  # resolved, closed, cancelled
_FIELDS = "sys_id,number,state,correlation_id,resolved_by"


class _Record(Answer):
    sys_id: str
    state: str = ""
    correlation_id: str = ""


class _One(Answer):
    result: _Record


class _Many(Answer):
    result: tuple[_Record, ...]


class _Entry(Answer):
    sys_id: str
    element_id: str = ""
    value: str = ""
    sys_created_by: str = ""


class _Journal(Answer):
    result: tuple[_Entry, ...]


class ServiceNowTracker:
    """Tickets as incidents whose correlation id is the ticket's."""

    habits = Habits(settle=timedelta(minutes=3))

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.wire = settings, wire
        self._table = f"/api/now/table/{settings.table}"

    def create(self, shown: Shown) -> Place:
        fields = self._fields(shown) | {
            "correlation_id": shown.ticket.id,
            "correlation_display": "RevRecon",
            "state": _STATE["open"],
        }
        account = self.settings.assignees.get(shown.ticket.owner)
        fields |= {"assigned_to": account} if account else {}
        asked = {"sysparm_fields": _FIELDS}
        answer = self.wire.ask("POST", self._table, json=fields, params=asked, repeatable=False)
        return self._place(self.wire.read(_One, answer).result)

    def update(self, shown: Shown, place: Place, move: bool) -> None:
        fields = self._fields(shown)
        if move:
            fields |= {"state": _STATE[shown.state]}
        if move and shown.state == "resolved":
            fields |= {"close_code": self.settings.close_code, "close_notes": "The copies agree again (RevRecon)."}
        self.wire.ask("PATCH", f"{self._table}/{place.external_id}", json=fields, repeatable=True)

    def read_back(self, ticket: str, place: Place | None, since: datetime) -> Remote | None:
        if place is None:
            query = f"correlation_id={ticket}^ORDERBYsys_created_on"
            asked: Params = {"sysparm_query": query, "sysparm_fields": _FIELDS, "sysparm_limit": 10}
            records = self.wire.read(_Many, self.wire.ask("GET", self._table, params=asked, repeatable=True)).result
            marked = [record for record in records if record.correlation_id == ticket]
            return self._remote(ticket, marked[0]) if marked else None
        try:
            path = f"{self._table}/{place.external_id}"
            asked = {"sysparm_fields": _FIELDS}
            found = self.wire.ask("GET", path, params=asked, repeatable=True)
            return self._remote(ticket, self.wire.read(_One, found).result)
        except Gone:
            return None

    def _fields(self, shown: Shown) -> dict[str, object]:
        content = content_of(shown.ticket)
        return {"short_description": f"{content.title} ({shown.ticket.id})"[:160], "description": as_text(content)}

    def _place(self, record: _Record) -> Place:
        address = f"{self.settings.url}/nav_to.do?uri={self.settings.table}.do?sys_id={record.sys_id}"
        return Place(record.sys_id, address)

    def _remote(self, ticket: str, record: _Record) -> Remote:
        code = record.state
        state: Seen = "resolved" if code in _DONE else "open" if code == _STATE["open"] else "acknowledged"
        remarks = tuple(self._remarks(record.sys_id))
        return Remote(self._place(record), state, record.correlation_id == ticket, remarks=remarks)

    def _remarks(self, record: str) -> Iterator[Remark]:
        asked: Params = {
            "sysparm_query": f"element_id={record}^element=comments^ORDERBYsys_created_on",
            "sysparm_fields": "sys_id,element_id,value,sys_created_by", "sysparm_limit": 200,
        }  # fmt: skip
        found = self.wire.ask("GET", "/api/now/table/sys_journal_field", params=asked, repeatable=True)
        for entry in self.wire.read(_Journal, found).result:
            if entry.element_id == record:
                yield Remark(entry.sys_id, entry.sys_created_by, entry.value)
