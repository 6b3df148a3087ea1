"""Links between records, which are no properties: the company of a deal, the deal of a line item.

A map names them as a column, such as `associations.companies`. Of several the one that is labelled primary is taken,
else the lowest id, so that two runs tell the same. Source: HubSpot's reference of the associations API (batch read).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from revrecon.sources.live.rows import Json, inside, listed, parsed
from revrecon.sources.live.wire import Wire

_PREFIX = "associations."
_UNLINKED = "NO_ASSOCIATIONS_FOUND"
USUAL: Mapping[str, Sequence[str]] = {
    "contacts": ("companies",), "deals": ("companies", "contacts"), "line_items": ("deals",), "tickets": ("companies",),
}  # fmt: skip
"""The links that a draft of the map proposes, by table."""


def target_of(column: str) -> str | None:
    """The table that a column such as `associations.companies` leads to; None for any other column."""
    return column.removeprefix(_PREFIX) if column.startswith(_PREFIX) else None


def named(target: str) -> str:
    """The column of a link to a table."""
    return f"{_PREFIX}{target}"


def only_lacks_links(told: Json) -> bool:
    """Whether all that a partial answer lacks are links that there are not."""
    errors = listed(inside(told, "errors"))
    return bool(errors) and all(_UNLINKED in str(one.get("subCategory")) for one in errors)


def linked(wire: Wire, version: str, table: str, target: str, ids: Sequence[str]) -> dict[str, str]:
    """Per record the id of what it is linked to; records without a link are not there. Raises SourceError."""
    path = f"/crm/associations/{version}/{table}/{target}/batch/read"
    found: dict[str, list[tuple[bool, int]]] = {}
    waiting: list[dict[str, str]] = [{"id": one} for one in ids]
    while waiting:
        told = parsed(wire.ask("POST", path, json={"inputs": waiting}).content, wire.manners.name)
        waiting = []
        for one in listed(inside(told, "results")):
            record, after = str(inside(one, "from", "id")), inside(one, "paging", "next", "after")
            found.setdefault(record, []).extend(_links(listed(one.get("to"))))
            waiting += [{"id": record, "after": str(after)}] if after else []
    return {record: str(min(links)[1]) for record, links in found.items() if links}


def _links(told: Iterable[Mapping[str, Json]]) -> Iterator[tuple[bool, int]]:
    """Each link as whether it is a lesser one, and its id."""
    for one in told:
        labels = [str(kind.get("label")) for kind in listed(one.get("associationTypes"))]
        yield "Primary" not in labels, int(str(one["toObjectId"]))
