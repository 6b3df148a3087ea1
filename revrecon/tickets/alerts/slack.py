"""Slack, Web API: https://api.slack.com/methods/chat.postMessage

The key travels as message metadata, so that a message whose answer was lost is found in the channel's history. Slack
answers 200 also when it says no: only `ok` counts.
"""

from datetime import datetime, timedelta

import httpx
from pydantic import JsonValue

from revrecon.entity_map.outlets import SlackChannel as Settings
from revrecon.sources.hidden import said
from revrecon.tickets.bodies.content import Content
from revrecon.tickets.notices import Notice
from revrecon.tickets.trouble import Refused, TryLater, Unsure
from revrecon.tickets.wire import Answer, Params, Wire

_EVENT = "revrecon_alert"
_CLOCKS_DIFFER = timedelta(minutes=5)
_MOST_PAGES = 20


class _Metadata(Answer):
    event_type: str = ""
    event_payload: JsonValue = None


class _Message(Answer):
    metadata: _Metadata | None = None


class _Further(Answer):
    next_cursor: str = ""


class _Said(Answer):
    ok: bool = False
    error: str = "unknown"
    messages: tuple[_Message, ...] = ()
    response_metadata: _Further = _Further()


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
        self._judged(self.wire.ask("POST", "/chat.postMessage", json=told, repeatable=False))

    def was_sent(self, notice: Notice, key: str, since: datetime) -> bool:
        oldest = f"{(since - _CLOCKS_DIFFER).timestamp():.6f}"
        asked: Params = {"channel": self.settings.channel, "oldest": oldest, "include_all_metadata": "true"}
        cursor = ""
        for _ in range(_MOST_PAGES):
            paged = {**asked, "limit": 200} | ({"cursor": cursor} if cursor else {})
            page = self._judged(self.wire.ask("GET", "/conversations.history", params=paged, repeatable=True))
            if any(_key_of(message) == key for message in page.messages):
                return True
            cursor = page.response_metadata.next_cursor
            if not cursor:
                return False
        return False

    def _judged(self, answer: httpx.Response) -> _Said:
        told = self.wire.read(_Said, answer)
        if told.ok:
            return told
        if told.error in ("ratelimited", "rate_limited"):
            raise TryLater("Slack asks to be asked less often.")
        if told.error in ("internal_error", "fatal_error", "service_unavailable", "request_timeout"):
            raise Unsure(f"Slack answered {told.error}; it may have told it or not.")
        raise Refused(
            f"Slack answered {said(told.error)}. Compare the app's scopes and the channel's id with docs/trackers.md."
        )


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


def _key_of(message: _Message) -> str | None:
    told = message.metadata
    payload = told.event_payload if told and told.event_type == _EVENT else None
    return str(payload["key"]) if isinstance(payload, dict) and "key" in payload else None
