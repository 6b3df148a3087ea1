"""Microsoft Teams, through a workflow that posts what its webhook receives: an adaptive card.

A workflow tells nothing back about what it posted: where an answer is lost, the card is posted again.
"""

import json
from datetime import datetime

from revrecon.tickets.bodies.content import Content
from revrecon.tickets.notices import Notice
from revrecon.tickets.wire import Wire

_MOST_BYTES = 24_000  # Teams takes 28 KB with everything around the card


class TeamsChannel:
    """Alerts as adaptive cards."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def send(self, notice: Notice, key: str) -> None:
        kind = "application/vnd.microsoft.card.adaptive"
        told = {"type": "message", "attachments": [{"contentType": kind, "content": as_card(notice.content)}]}
        self.wire.ask("POST", "", json=told, headers={"Idempotency-Key": key}, repeatable=False)

    def was_sent(self, notice: Notice, key: str, since: datetime) -> bool:
        return False


def as_card(content: Content) -> dict[str, object]:
    """Content as an adaptive card; records are left out from the last on until it fits."""
    records = list(content.records)
    card = _card(content, records)
    while records and len(json.dumps(card).encode()) > _MOST_BYTES:
        records.pop()
        card = _card(content, records)
    return card


def _card(content: Content, records: list[tuple[str, ...]]) -> dict[str, object]:
    facts = [{"title": label, "value": _safe(value)} for label, value in content.facts]
    body: list[dict[str, object]] = [
        {"type": "TextBlock", "text": _safe(content.title), "weight": "Bolder", "wrap": True},
        {"type": "FactSet", "facts": facts},
        {"type": "TextBlock", "text": _safe(content.what_to_do), "wrap": True},
        *({"type": "TextBlock", "text": _safe(" · ".join(filter(None, cells))), "wrap": True} for cells in records),
    ]
    schema = "http://adaptivecards.io/schemas/adaptive-card.json"
    return {"type": "AdaptiveCard", "$schema": schema, "version": "1.4", "body": body}


def _safe(text: str) -> str:
    """Cards read a part of Markdown: links, emphasis and lists."""
    for mark in "\\[]*_`#":
        text = text.replace(mark, f"\\{mark}")
    return text
