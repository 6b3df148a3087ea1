"""Slack's Web API and a Teams workflow, as far as alerts use them."""

import json

import httpx


class FakeSlack:
    def __init__(self) -> None:
        self.messages, self.says = [], None

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != "Bearer s3cret":
            return httpx.Response(200, json={"ok": False, "error": "invalid_auth"})
        if self.says is not None:
            return httpx.Response(200, json={"ok": False, "error": self.says})
        if request.url.path.endswith("/chat.postMessage"):
            self.messages.insert(0, json.loads(request.content))
            return httpx.Response(200, json={"ok": True, "ts": str(len(self.messages))})
        start = int(request.url.params.get("cursor") or 0)
        size = int(request.url.params["limit"])
        onward = str(start + size) if start + size < len(self.messages) else ""
        page = self.messages[start : start + size]
        return httpx.Response(200, json={"ok": True, "messages": page, "response_metadata": {"next_cursor": onward}})

    def told(self):
        return [message["metadata"]["event_payload"]["key"] for message in self.messages]


class FakeTeams:
    def __init__(self) -> None:
        self.cards, self.keys = [], []

    def handle(self, request: httpx.Request) -> httpx.Response:
        if len(request.content) > 28_000:
            return httpx.Response(413)
        [attachment] = json.loads(request.content)["attachments"]
        self.cards.append(attachment["content"])
        self.keys.append(request.headers["idempotency-key"])
        return httpx.Response(202)

    def told(self):
        return self.keys
