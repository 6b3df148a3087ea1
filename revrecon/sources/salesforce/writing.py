"""Salesforce takes changes: up to 200 records of one object in a request, each by itself.

Source: the REST API developer guide, sObject Collections: `allOrNone` false, results in the order of the records.
"""

from collections.abc import Mapping, Sequence

from revrecon.entity_map.connectors import SalesforceSettings
from revrecon.sources.contract import IncompleteExtract
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.rows import Json, as_text, inside, listed, parsed
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import safe
from revrecon.sources.live.writing import Key, Put, Writable, in_groups, typed, written_json
from revrecon.sources.salesforce.client import Salesforce, column_of

_MOST = 200
_JSON = {"Content-Type": "application/json"}


class SalesforceWriter(Salesforce):
    """One org, by the login that may write."""

    rights = (
        "Edit on the objects of write_back, edit on each of its columns (field-level security), and API Enabled; "
        "no Modify All Data, no right to delete."
    )

    def __init__(self, name: str, settings: SalesforceSettings, outside: Outside, at_once: int | None) -> None:
        super().__init__(name, settings, outside)
        self.at_once = min(at_once or _MOST, _MOST)
        self._types: dict[str, Mapping[str, Writable]] = {}

    def target(self) -> str:
        return self.greet().who

    def writable(self, asked: Asked) -> Mapping[str, Writable]:
        if asked.table not in self._types:
            told = listed(inside(self._get(f"{self._root}/sobjects/{asked.table}/describe"), "fields"))
            self._types[asked.table] = {str(field["name"]): _writable(field) for field in told}
        return self._types[asked.table]

    def present(self, asked: Asked, keys: Sequence[Key]) -> dict[Key, dict[str, str | None]]:
        found: dict[Key, dict[str, str | None]] = {}
        (key,) = asked.key
        columns = ", ".join(dict.fromkeys((key, *asked.columns)))
        for group in in_groups(keys, _MOST):
            ids = ", ".join(f"'{_escaped(one)}'" for (one,) in group)
            condition = f"{key} IN ({ids})" + (f" AND ({asked.only})" if asked.only else "")
            told = self._get(f"{self._root}/query", {"q": f"SELECT {columns} FROM {asked.table} WHERE {condition}"})
            if inside(told, "done") is not True:
                raise IncompleteExtract(f"{asked.object}: {len(group)} records were asked for, and not all came.")
            for record in listed(inside(told, "records")):
                found[(str(record[key]),)] = {name: as_text(record.get(name)) for name in asked.columns}
        return found

    def put(self, asked: Asked, records: Sequence[Put]) -> dict[Key, str]:
        types = self.writable(asked)
        told = [
            {
                "attributes": {"type": asked.table},
                "Id": one.key[0],
                **{name: typed(types[name].type, value) for name, value in one.after.items()},
            }
            for one in records
        ]
        body = written_json({"allOrNone": False, "records": told}).encode()
        path = f"{self._root}/composite/sobjects"
        answer = self._wire.ask("PATCH", path, content=body, headers=_JSON, changes=True)
        answers = listed(parsed(answer.content, self._manners.name))
        pairs = zip(records, answers, strict=False)
        return {one.key: _why(said) for one, said in pairs if said.get("success") is not True}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _writable(field: Mapping[str, Json]) -> Writable:
    never = "" if field.get("updateable") is not False else "Salesforce does not let this login set it"
    return Writable(column_of(field).type, never)


def _why(said: Mapping[str, Json]) -> str:
    """The first error of a record, as `CODE: message`."""
    first = next(iter(listed(said.get("errors"))), {})
    return safe(": ".join(str(part) for part in (first.get("statusCode"), first.get("message")) if part)) or "no reason"
