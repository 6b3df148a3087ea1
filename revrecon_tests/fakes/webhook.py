"""A receiver of webhooks that keeps the documented promise: a key that it has had is ignored."""

import hashlib
import hmac
import json

import httpx


class FakeWebhook:
    def __init__(self, clock=None) -> None:
        self.tickets, self.keys, self.received = {}, set(), []

    def handle(self, request: httpx.Request) -> httpx.Response:
        digest = hmac.new(b"s3cret", request.content, hashlib.sha256).hexdigest()
        if request.headers.get("x-revrecon-signature") != f"sha256={digest}":
            return httpx.Response(401)
        key, told = request.headers["idempotency-key"], json.loads(request.content)
        if key not in self.keys:
            self.keys.add(key)
            self.received.append(told)
            if "id" in told:
                self.tickets.setdefault(told["id"], []).append(told)
        return httpx.Response(202)

    def shown(self):
        for ours, tellings in self.tickets.items():
            last = max(tellings, key=lambda told: told["telling"])
            yield ours, last["state"].replace("snoozed", "open"), last["title"]
