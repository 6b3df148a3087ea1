"""Roundup's REST: links that work once, entity tags, and a search that is exact only with a colon."""

import json
import re

import httpx

BASE = "/rev/rest/data"


class FakeRoundup:
    def __init__(self, clock) -> None:
        self.issues, self.messages, self.links = {}, {}, set()
        self.issued = self.numbers = 0

    def handle(self, request: httpx.Request) -> httpx.Response:
        if "authorization" not in request.headers:
            return httpx.Response(403, json={"error": {"msg": "Permission denied"}})
        if request.method != "GET" and not (request.headers.get("origin") and "x-requested-with" in request.headers):
            return httpx.Response(400, json={"error": {"msg": "Required Header Missing"}})
        path, told = request.url.path.removeprefix(BASE), json.loads(request.content or b"null")
        if path == "/issue/@poe":
            self.issued += 1
            self.links.add(f"/issue/@poe/{self.issued}")
            return httpx.Response(
                201, json={"data": {"link": f"http://127.0.0.1/rev/rest/data/issue/@poe/{self.issued}"}}
            )
        if path.startswith("/issue/@poe/"):
            if path not in self.links:
                return httpx.Response(400, json={"error": {"status": 400, "msg": "POE token not valid."}})
            self.links.remove(path)
            return self._created(self.issues, {"status": "unread", **told})
        if path == "/msg" and not told.get("author"):
            return httpx.Response(409, json={"error": {"msg": '"nosy" multilink value ([None]) must contain Strings'}})
        if path == "/msg":
            return self._created(self.messages, told)
        if path == "/issue":
            return self._found(request.url.params)
        return self._one(request, path, told)

    def _created(self, kind, told) -> httpx.Response:
        self.numbers += 1
        kind[str(self.numbers)] = {**told, "version": 1}
        return httpx.Response(201, json={"data": {"id": str(self.numbers)}})

    def _found(self, params) -> httpx.Response:
        exact = params.get("external_id:")
        ids = [key for key, issue in self.issues.items() if exact is None or issue["external_id"] == exact]
        found = [{"id": key, "external_id": self.issues[key]["external_id"]} for key in ids]
        return httpx.Response(200, json={"data": {"collection": found}})

    def _one(self, request, path, told) -> httpx.Response:
        kind, number = re.fullmatch(r"/(issue|msg)/(\d+)", path).groups()
        item = (self.issues if kind == "issue" else self.messages).get(number)
        if item is None:
            return httpx.Response(404, json={"error": {"msg": "not found"}})
        if request.method == "PATCH":
            if request.headers.get("if-match") != str(item["version"]):
                return httpx.Response(412, json={"error": {"msg": "Precondition Failed"}})
            item |= told | {"version": item["version"] + 1}
        attributes = {key: value for key, value in item.items() if key != "version"}
        if kind == "issue":
            attributes["status"] = {"id": "1", "name": item["status"]}
            attributes["messages"] = [{"id": message} for message in item["messages"]]
        answer = {"data": {"id": number, "attributes": attributes}}
        return httpx.Response(200, json=answer, headers={"ETag": str(item["version"])})

    def shown(self):
        states = {"unread": "open", "in-progress": "acknowledged", "resolved": "resolved"}
        for issue in self.issues.values():
            yield issue["external_id"], states[issue["status"]], issue["title"]

    def by_hand(self, ours, deed, text="") -> None:
        number = next(key for key, issue in self.issues.items() if issue["external_id"] == ours)
        if deed == "delete":
            del self.issues[number]
        elif deed == "remark":
            self.messages["9077"] = {"content": text, "author": {"username": "ben"}, "version": 1}
            self.issues[number]["messages"] = [*self.issues[number]["messages"], "9077"]
        else:
            self.issues[number]["status"] = {"close": "resolved", "take": "in-progress", "reopen": "unread"}[deed]
