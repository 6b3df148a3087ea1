"""The outbox: what shall be sent, each once, whatever is tried again."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from revrecon.tickets.ledger import open_engine, outbox


@dataclass(frozen=True)
class Alert:
    """Something to tell; its key makes it the same one however often it is seen."""

    key: str
    kind: str
    text: str


class Outbox:
    """Alerts in the ledger, waiting to be delivered."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)

    def add(self, alerts: Sequence[Alert]) -> int:
        """Add alerts that are not there yet; how many were new."""
        added = 0
        for alert in alerts:
            try:
                with self.engine.begin() as connection:
                    connection.execute(outbox.insert().values(key=alert.key, kind=alert.kind, text=alert.text))
                added += 1
            except sa.exc.IntegrityError:
                continue  # it is there already
        return added

    def waiting(self) -> list[Alert]:
        """Alerts that were not sent yet, by key."""
        query = sa.select(outbox.c.key, outbox.c.kind, outbox.c.text).where(outbox.c.sent_at.is_(None))
        with self.engine.connect() as connection:
            return [Alert(*row) for row in connection.execute(query.order_by(outbox.c.key))]
