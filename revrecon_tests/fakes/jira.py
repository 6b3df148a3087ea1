"""Jira Cloud: issues with keys, transitions by category, and a search that lags behind."""

import datetime as dt
import json
import re

import httpx

CATEGORIES = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}
TRANSITIONS = {"11": "To Do", "21": "In Progress", "31": "Done"}


class FakeJira:
    def __init__(self, clock, lag=dt.timedelta(minutes=5)) -> None:
        self.clock, self.lag = clock, lag
        self.issues, self.born = {}, {}
        self.drops_labels = False

    def handle(self, request: httpx.Request) -> httpx.Response:
        if not request.headers.get("authorization", "").startswith("Basic "):
            return httpx.Response(401, json={"errorMessages": ["Client must be authenticated"]})
        path, told = request.url.path, json.loads(request.content or b"null")
        if request.method == "POST" and path == "/rest/api/3/issue":
            return self._create(told["fields"])
        if request.method == "POST" and path == "/rest/api/3/search/jql":
            return self._search(told)
        found = re.fullmatch(r"/rest/api/3/issue/([A-Z]+-\d+)(/transitions)?", path)
        if found is None or found[1] not in self.issues:
            return httpx.Response(404, json={"errorMessages": ["Issue does not exist or you do not have permission"]})
        issue = self.issues[found[1]]
        if found[2]:
            return self._transition(request, issue, told)
        if request.method == "PUT":
            issue["fields"] |= told["fields"]
            return httpx.Response(204)
        return httpx.Response(200, json=issue)

    def _create(self, fields) -> httpx.Response:
        for needed in ("project", "issuetype", "summary"):
            if needed not in fields:
                return httpx.Response(400, json={"errors": {needed: "is required"}})
        if any(" " in label for label in fields["labels"]) or len(fields["summary"]) > 255:
            return httpx.Response(400, json={"errors": {"labels": "contains spaces"}})
        key = f"{fields['project']['key']}-{len(self.born) + 1}"
        labels = [] if self.drops_labels else fields["labels"]
        kept = {**fields, "labels": labels, "status": _status("To Do"), "comment": {"comments": []}}
        self.issues[key] = {"id": str(10000 + len(self.born)), "key": key, "fields": kept}
        self.born[key] = self.clock()
        return httpx.Response(201, json={"id": self.issues[key]["id"], "key": key, "self": "..."})

    def _search(self, told) -> httpx.Response:
        label = re.search(r'labels = "([^"]+)"', told["jql"])[1]
        indexed = [key for key, born in self.born.items() if key in self.issues and born + self.lag <= self.clock()]
        found = [self.issues[key] for key in indexed if label in self.issues[key]["fields"]["labels"]]
        return httpx.Response(200, json={"issues": found[: told["maxResults"]], "isLast": True})

    def _transition(self, request, issue, told) -> httpx.Response:
        if request.method == "GET":
            offered = [
                {"id": key, "name": name, "to": _status(name)}
                for key, name in TRANSITIONS.items()
                if name != issue["fields"]["status"]["name"]
            ]
            return httpx.Response(200, json={"transitions": offered})
        issue["fields"]["status"] = _status(TRANSITIONS[told["transition"]["id"]])
        return httpx.Response(204)

    def shown(self):
        """Our id, state and title of every issue."""
        states = {"new": "open", "indeterminate": "acknowledged", "done": "resolved"}
        for issue in self.issues.values():
            fields = issue["fields"]
            ours = next((label for label in fields["labels"] if label.startswith("RR-")), "")
            yield ours, states[fields["status"]["statusCategory"]["key"]], fields["summary"]

    def by_hand(self, ours, deed, text="") -> None:
        key = next(key for key, issue in self.issues.items() if ours in issue["fields"]["labels"])
        fields = self.issues[key]["fields"]
        if deed == "delete":
            del self.issues[key]
        elif deed == "remark":
            body = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]}
            fields["comment"]["comments"].append({"id": "77", "author": {"displayName": "Ben"}, "body": body})
        else:
            fields["status"] = _status({"close": "Done", "take": "In Progress", "reopen": "To Do"}[deed])


def _status(name):
    return {"name": name, "statusCategory": {"key": CATEGORIES[name]}}
