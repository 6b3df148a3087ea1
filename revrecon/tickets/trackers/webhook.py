"""Any other tracker: each telling as JSON, with an idempotency key that its receiver must honour.

The receiver answers below 300 and keeps one ticket per `id`; a telling with a key that it has had is to be ignored.
Nothing can be read back, so what people do there is not known here.
"""

from datetime import datetime

from revrecon.tickets.bodies.content import COLUMNS, content_of
from revrecon.tickets.signing import signed
from revrecon.tickets.trackers.contract import Habits, Place, Remote, Shown
from revrecon.tickets.wire import Wire


class WebhookTracker:
    """Tickets as JSON to an address."""

    habits = Habits(repeatable=True)

    def __init__(self, wire: Wire, secret: str | None = None) -> None:
        self.wire, self.secret = wire, secret

    def create(self, shown: Shown) -> Place:
        body, headers = signed(payload(shown), shown.key, self.secret)
        self.wire.ask("POST", "", content=body, headers=headers, repeatable=True)
        return Place(shown.ticket.id)

    def update(self, shown: Shown, place: Place, move: bool) -> None:
        self.create(shown)

    def read_back(self, ticket: str, place: Place | None, since: datetime) -> Remote | None:
        return None


def payload(shown: Shown) -> dict[str, object]:
    """What a webhook is told: the whole ticket as it now stands, so that a lost telling is made good by the next."""
    ticket, content = shown.ticket, content_of(shown.ticket)
    return {
        "id": ticket.id,
        "telling": shown.number,
        "key": ticket.key,
        "state": ticket.state,
        "title": content.title,
        "facts": dict(content.facts),
        "what_to_do": content.what_to_do,
        "opened_on": str(ticket.opened_on),
        "owner": ticket.owner,
        "records": [dict(zip(COLUMNS, cells, strict=True)) for cells in content.records],
    }
