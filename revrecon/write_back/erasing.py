"""Erasing a person from the record of writes: what was planned, found and left behind is told by pseudonyms."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from revrecon.history.pseudonyms import Pseudonyms
from revrecon.tickets.erased_bodies import Chained, texts_replaced
from revrecon.write_back.change import change_id
from revrecon.write_back.events import Entry
from revrecon.write_back.record import row_of, write_entries

_WHAT = ("record_id", "key", "seen", "to", "why", "value", "after", "said", "by", "login")
"""What of an entry may hold or name a person. The ids of its changes follow from values, and are made anew."""


def _without(bodies: Sequence[str], pseudonyms: Pseudonyms) -> list[str]:
    before = [json.loads(body) for body in bodies]
    fresh = [json.loads(texts_replaced(body, _WHAT, pseudonyms)) for body in bodies]
    touched = {name for old, new in zip(before, fresh, strict=True) for name in _touched(old["event"], new["event"])}
    names = {
        one["id"]: _id_of(one) for body in fresh for one in body["event"].get("changes", ()) if one["id"] in touched
    }
    told = [_marked(body, names) for body in fresh]
    return [
        body if old == new else _json({**new, "salt": ""}) for body, old, new in zip(bodies, before, told, strict=True)
    ]


def _id_of(change: Mapping[str, Any]) -> str:
    where = change["system"], change["object"], change["record_id"], change["column"]
    return change_id(*where, change["seen"], change["to"])


def _touched(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """The changes of which an event says something else without the person."""
    for part, name in (("changes", "id"), ("found", "change"), ("results", "change")):
        pairs = zip(old.get(part, ()), new.get(part, ()), strict=True)
        yield from (before[name] for before, after in pairs if before != after)


def _marked(body: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The body in which changes that were touched are marked, and everywhere have their new names."""
    event = dict(body["event"])
    for part in event.keys() & {"changes", "found", "results"}:
        event[part] = [_named_anew(one, names) for one in event[part]]
    return {**body, "event": event}


def _named_anew(one: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    if one.get("id") in names:
        return {**one, "id": names[one["id"]], "erased": True}
    return {**one, "change": names[one["change"]]} if one.get("change") in names else one


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


WRITES_CHAINED = Chained(write_entries, _without, lambda body: row_of(Entry.model_validate_json(body), body))
"""How a person is erased from the record of writes."""
