"""Slack, Web API: https://api.slack.com/methods/chat.postMessage

The key travels as message metadata, so that a message whose answer was lost is found in the channel's history. Slack
answers 200 also when it says no: only `ok` counts.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from revrecon.entity_map.outlets import SlackChannel as Settings
from revrecon.sources.hidden import said
from revrecon.tickets.bodies.content import Content
from revrecon.tickets.notices import Notice
from revrecon.tickets.trouble import Refused, TryLater, Unsure
from revrecon.tickets.wire import Params, Wire

_EVENT = "revrecon_alert"
_CLOCKS_DIFFER = timedelta(minutes=5)
_MOST_PAGES = 20


class SlackChannel:
    """Alerts as messages of an app in one channel."""

    def __init__(self, settings: Settings, wire: Wire) -> None:
        self.settings, self.wire = settings, wire

    def send(self, notice: Notice, key: str) -> None:
        told = {
            "channel": self.settings.channel,
            "text": as_mrkdwn(notice.content),
            "unfurl_links": False,
            "metadata": {"event_type": _EVENT, "event_payload": {"key": key}},
        }
        _judged(self.wire.ask("POST", "/chat.postMessage", json=told, repeatable=False).json())

    def was_sent(self, notice: Notice, key: str, since: datetime) -> bool:
        oldest = f"{(since - _CLOCKS_DIFFER).timestamp():.6f}"
        asked: Params = {"channel": self.settings.channel, "oldest": oldest, "include_all_metadata": "true"}
        cursor = ""
        for _ in range(_MOST_PAGES):
            paged = {**asked, "limit": 200} | ({"cursor": cursor} if cursor else {})
            page = _judged(self.wire.ask("GET", "/conversations.history", params=paged, repeatable=True).json())
            if any(_key_of(message) == key for message in page["messages"]):
                return True
            cursor = page.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return False
        return False


def as_mrkdwn(content: Content) -> str:
    """Content in Slack's own writing; data can neither link nor mention."""
    lines = [f"*{_safe(content.title)}*", *(f"{label}: {_safe(value)}" for label, value in content.facts)]
    return "\n".join([*lines, _safe(content.what_to_do)])


def _safe(text: str) -> str:
    """https://api.slack.com/reference/surfaces/formatting#escaping, and no marks of emphasis."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "*_~`":
        escaped = escaped.replace(mark, f"\u200b{mark}")
    return escaped


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    key = (metadata.get("event_payload") or {}).get("key")
    return str(key) if metadata.get("event_type") == _EVENT else None


def _judged(answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("ok"):
        return answer
    error = str(answer.get("error", "unknown"))
    if error in ("ratelimited", "rate_limited"):
        raise TryLater("Slack asks to be asked less often.")
    if error in ("internal_error", "fatal_error", "service_unavailable", "request_timeout"):
        raise Unsure(f"Slack answered {error}; it may have told it or not.")
    raise Refused(f"Slack answered {said(error)}. Compare the app's scopes and the channel's id with docs/trackers.md.")
