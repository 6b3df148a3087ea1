"""GitHub issues: a list by the time of change, in pages of at most 100."""

import datetime as dt
import json
import re

import httpx


class FakeGitHub:
    def __init__(self, clock) -> None:
        self.clock = clock
        self.issues, self.changed, self.remarks = {}, {}, {}
        self.visible = True

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != "Bearer s3cret":
            return httpx.Response(401, json={"message": "Bad credentials"})
        found = re.fullmatch(r"/repos/acme/ops/issues(?:/(\d+))?(/comments)?", request.url.path)
        if found is None or not self.visible:
            return httpx.Response(404, json={"message": "Not Found"})
        told = json.loads(request.content or b"null")
        if found[1] is None:
            return self._create(told) if request.method == "POST" else self._list(request.url.params)
        number = int(found[1])
        if number not in self.issues:
            return httpx.Response(410, json={"message": "This issue was deleted"})
        if found[2]:
            return httpx.Response(200, json=self.remarks.get(number, []))
        if request.method == "PATCH":
            self.issues[number] |= told
            self.changed[number] = self.clock()
        return httpx.Response(200, json=self.issues[number])

    def _create(self, told) -> httpx.Response:
        number = len(self.changed) + 1
        address = f"https://github.com/acme/ops/issues/{number}"
        self.issues[number] = {"number": number, "html_url": address, "state": "open", "comments": 0, **told}
        self.changed[number] = self.clock()
        return httpx.Response(201, json=self.issues[number])

    def _list(self, params) -> httpx.Response:
        since = dt.datetime.strptime(params["since"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
        found = [self.issues[number] for number in self.issues if self.changed[number] >= since]
        found = [issue for issue in found if params["state"] == "all" or issue["state"] == params["state"]]
        size, page = int(params["per_page"]), int(params["page"])
        return httpx.Response(200, json=found[size * (page - 1) : size * page])

    def shown(self):
        for issue in self.issues.values():
            ours = re.match(r"<!-- revrecon: (\S+) -->", issue["body"])
            yield ours[1] if ours else "", "resolved" if issue["state"] == "closed" else "open", issue["title"]

    def by_hand(self, ours, deed, text="") -> None:
        number = next(number for number, issue in self.issues.items() if ours in issue["body"])
        if deed == "delete":
            del self.issues[number]
        elif deed == "remark":
            self.remarks[number] = [{"id": 77, "user": {"login": "ben"}, "body": text}]
            self.issues[number]["comments"] = 1
        else:
            self.issues[number]["state"] = {"close": "closed", "reopen": "open", "take": "open"}[deed]
            self.issues[number]["closed_by"] = {"login": "ben"} if deed == "close" else None
