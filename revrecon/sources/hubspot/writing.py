"""HubSpot takes changes: up to 100 records of one object in a request; an answer 207 tells which were refused.

Source: the OpenAPI files of the dated CRM paths, batch/read and batch/update.
"""

from collections.abc import Mapping, Sequence

from revrecon.entity_map.connectors import HubSpotSettings
from revrecon.sources.hubspot.client import HubSpot, column_of, place_of, table_of
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.rows import Json, as_text, inside, listed, parsed
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import safe
from revrecon.sources.live.writing import Key, Put, Writable, in_groups

_MOST = 100


class HubSpotWriter(HubSpot):
    """One account, by the key that may write."""

    rights = "The scopes crm.objects.X.read, crm.objects.X.write and crm.schemas.X.read of each object of write_back."

    def __init__(self, name: str, settings: HubSpotSettings, outside: Outside, at_once: int | None) -> None:
        super().__init__(name, settings, outside)
        self.at_once = min(at_once or _MOST, _MOST)

    def target(self) -> str:
        return self.greet().who

    def writable(self, asked: Asked) -> Mapping[str, Writable]:
        told = listed(inside(self._get(f"/crm/properties/{self._settings.version}/{table_of(asked)}"), "results"))
        return {str(one["name"]): _writable(one) for one in told}

    def present(self, asked: Asked, keys: Sequence[Key]) -> dict[Key, dict[str, str | None]]:
        found: dict[Key, dict[str, str | None]] = {}
        for group in in_groups(keys, _MOST):
            body = {"inputs": [{"id": key[0]} for key in group], "properties": list(asked.columns)}
            told = parsed(self._wire.ask("POST", self._path(asked, "read"), json=body).content, self._manners.name)
            for record in listed(inside(told, "results")):
                held = {name: as_text(inside(record, *place_of(name))) for name in asked.columns}
                if record.get("archived") is not True:
                    found[(str(record["id"]),)] = held
        return found

    def put(self, asked: Asked, records: Sequence[Put]) -> dict[Key, str]:
        """The properties that are emptied are sent as empty text: HubSpot leaves alone what it is told is null."""
        inputs = [
            {"id": one.key[0], "properties": {name: value or "" for name, value in one.after.items()}}
            for one in records
        ]
        path = self._path(asked, "update")
        answer = self._wire.ask("POST", path, json={"inputs": inputs}, changes=True)
        told = parsed(answer.content, self._manners.name)
        done = {str(one.get("id")) for one in listed(inside(told, "results"))}
        errors = listed(inside(told, "errors"))
        return {one.key: _why(one.key[0], errors) for one in records if one.key[0] not in done}

    def _path(self, asked: Asked, deed: str) -> str:
        return f"/crm/objects/{self._settings.version}/{table_of(asked)}/batch/{deed}"


def _writable(told: Mapping[str, Json]) -> Writable:
    locked = inside(told, "modificationMetadata", "readOnlyValue") is True or told.get("calculated") is True
    return Writable(column_of(told).type, "HubSpot works it out or keeps it to itself" if locked else "")


def _why(record: str, errors: Sequence[Mapping[str, Json]]) -> str:
    """What is said of a record, or of all of them."""
    mine = [one for one in errors if record in _ids(one)] or [one for one in errors if not _ids(one)]
    return next((safe(one.get("message")) for one in mine), "") or "it is not among the records that were changed"


def _ids(error: Mapping[str, Json]) -> list[str]:
    """The records that an error is about: in its context, or by the id that it begins with."""
    told = inside(error, "context", "ids") or inside(error, "context", "id")
    ids = told if isinstance(told, Sequence) and not isinstance(told, str) else [told]
    return [str(one) for one in (*ids, error.get("id")) if one]
