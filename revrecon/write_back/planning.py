"""A plan: the clean-up list's values, and the master's, as changes of columns that the map permits to be written."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from revrecon.entity_map.currencies import foreign_fields
from revrecon.entity_map.entities import FieldRule
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.write_back import WriteBack
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.writing import Key, Writable
from revrecon.write_back.change import Change, Kind, change_id, is_same

WISH_SCHEMA: dict[str, pl.DataType] = {
    "object": pl.String(),
    "record_id": pl.String(),
    "column": pl.String(),
    "to": pl.String(),
    "why": pl.String(),
    "entity": pl.String(),
    "copy": pl.String(),
    "field": pl.String(),
    "canonical_id": pl.String(),
    "cause": pl.String(),
    "signature": pl.String(),
}
"""Values that somebody wants set in one system, the most wanted first."""

_KINDS: Mapping[str, Kind] = {"integer": "number", "decimal": "number", "money": "number", "boolean": "boolean"}
_NO_RULE = FieldRule(type="text")


@dataclass(frozen=True)
class LeftOut:
    """Something that is wanted and will not be written, and why."""

    object: str
    record_id: str
    column: str
    why: str


@dataclass(frozen=True)
class Plan:
    """What would be written into one system, and what would not."""

    system: str
    changes: tuple[Change, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def id(self) -> str:
        """Eight letters that follow from every change: the same plan has the same id."""
        told = "\n".join(sorted(change.id for change in self.changes))
        return hashlib.blake2b(told.encode(), digest_size=4).hexdigest()

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why how many are left out, the most frequent first."""
        return Counter(one.why for one in self.left_out).most_common()

    def without(self, refused: Callable[[Change], str]) -> "Plan":
        """The plan without those changes for which there is a reason."""
        told = [(change, refused(change)) for change in self.changes]
        lost = tuple(LeftOut(one.object, one.record_id, one.column, why) for one, why in told if why)
        return replace(self, changes=tuple(one for one, why in told if not why), left_out=(*self.left_out, *lost))

    def in_batches(self, at_once: int) -> "Plan":
        """The same changes, object by object, each with the batch in which its record is written."""
        places: dict[tuple[str, Key], int] = {}
        counts: Counter[str] = Counter()
        for change in self.changes:
            if (change.object, change.key) not in places:
                places[change.object, change.key] = counts[change.object] // at_once
                counts[change.object] += 1
        first = dict(zip(counts, _starts(counts, at_once), strict=True))
        told = [
            change.model_copy(update={"batch": first[change.object] + places[change.object, change.key]})
            for change in self.changes
        ]
        return replace(self, changes=tuple(sorted(told, key=lambda one: one.batch)))


def _starts(counts: Mapping[str, int], at_once: int) -> list[int]:
    starts, place = [], 1
    for count in counts.values():
        starts.append(place)
        place += -(-count // at_once)
    return starts


@dataclass(frozen=True)
class Known:
    """What a plan rests on: the last extract's rows by object, and what people have said of findings.

    `tickets`: by entity, copy and cause; `decisions`: by ticket.
    """

    states: Mapping[str, pl.DataFrame]
    tickets: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    decisions: Mapping[str, Sequence[str]] = field(default_factory=dict)


def wishes_of(changes: pl.DataFrame) -> tuple[pl.DataFrame, list[LeftOut]]:
    """What a clean-up list (CLEAN_UP_SCHEMA, of one system) wants set (WISH_SCHEMA), and what a person has to do."""
    can = (pl.col("action") == "set") & pl.col("automatic") & pl.col("column").is_not_null()
    told = changes.filter(~can).select("object", "record_id", "column", "action").rows()
    return changes.filter(can).select(*WISH_SCHEMA), [
        LeftOut(obj, str(record), column or "", _BY_HAND.get(action, _BY_HAND["set"]))
        for obj, record, column, action in told
    ]


_BY_HAND = {
    "merge": "records to merge: that is done in the system itself",
    "create": "records to create: that is done in the system itself",
    "look": "a person has to find out what is right",
    "set": "its mapping cannot be turned round, so that the value is ours and not the system's",
}


def planned(entity_map: EntityMap, system: str, permit: WriteBack, wishes: pl.DataFrame, known: Known) -> Plan:
    """The changes that wishes (WISH_SCHEMA) come to: only permitted columns of records that the last extract holds.

    Of two wishes for one value the first counts, unless they contradict each other: then neither is written.
    """
    drawn = _Drawn(entity_map, system, permit, known)
    for row in wishes.iter_rows(named=True):
        drawn.take(row)
    return Plan(system, tuple(drawn.changes.values()), tuple(drawn.left_out))


@dataclass
class _Drawn:
    entity_map: EntityMap
    system: str
    permit: WriteBack
    known: Known
    changes: dict[tuple[str, Key, str], Change] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    _rows: dict[str, dict[str, dict[str, str | None]]] = field(default_factory=dict)
    _contested: set[tuple[str, Key, str]] = field(default_factory=set)

    def take(self, row: Mapping[str, str | None]) -> None:
        """Put a wish among the changes, or among those left out."""
        lost = LeftOut(str(row["object"]), str(row["record_id"]), str(row["column"]), "")
        why = self._refused(row)
        if why:
            self.left_out.append(replace(lost, why=why))
            return
        change = self._change(row)
        before = self.changes.get(change.place)
        if change.place in self._contested:
            self.left_out.append(replace(lost, why=_CONTESTED))
        elif before is not None and not is_same(change.kind, before.to, change.to):
            del self.changes[change.place]
            self._contested.add(change.place)
            self.left_out += [replace(lost, why=_CONTESTED)] * 2
        elif before is None and not is_same(change.kind, change.seen, change.to):
            self.changes[change.place] = change

    def _refused(self, row: Mapping[str, str | None]) -> str:
        name, column = str(row["object"]), str(row["column"])
        permitted = self.permit.objects.get(name)
        if permitted is None or column not in permitted.all_columns:
            return f"the map does not permit {name}.{column} to be written"
        entity = self.entity_map.entities[str(row["entity"])]
        if row["field"] in foreign_fields(entity):
            return "amounts in several currencies are for a person to set"
        if str(row["record_id"]) not in self._records(name):
            return "the last extract does not hold the record"
        if column not in self.known.states[name].columns:
            return f"the last extract does not hold {name}.{column}; run the day again"
        return ""

    def _records(self, name: str) -> dict[str, dict[str, str | None]]:
        """The last extract's rows of an object by key."""
        if name not in self._rows:
            frame = self.known.states.get(name, pl.DataFrame(schema={"_key": pl.String()}))
            self._rows[name] = {str(row["_key"]): row for row in frame.iter_rows(named=True)}
        return self._rows[name]

    def _change(self, row: Mapping[str, str | None]) -> Change:
        name, record_id, column, to = (str(row[part]) for part in ("object", "record_id", "column", "to"))
        held = self._records(name)[record_id]
        entity, cause = str(row["entity"]), row["cause"]
        rule = self.entity_map.entities[entity].fields.get(str(row["field"]), _NO_RULE)
        ticket = self.known.tickets.get((entity, str(row["copy"]), str(cause)))
        mapping = self.entity_map.entities[entity].replication[str(row["copy"])].fields.get(str(row["field"]))
        translated = mapping is not None and bool(mapping.translate)
        return Change(
            id=change_id(self.system, name, record_id, column, held[column], to), system=self.system, object=name,
            record_id=record_id, key=tuple(str(held[part]) for part in self._key(name)), column=column,
            seen=held[column], to=to, kind="text" if translated else _KINDS.get(rule.type, "text"),
            why=str(row["why"]), entity=entity, field=row["field"], canonical_id=row["canonical_id"], cause=cause,
            signature=row["signature"], ticket=ticket, decisions=tuple(self.known.decisions.get(ticket or "", ())),
            personal=rule.personal,
        )  # fmt: skip

    def _key(self, name: str) -> tuple[str, ...]:
        return self.entity_map.systems[self.system].objects[name].key


_CONTESTED = "two findings want different values; settle them first"


def asked_of(entity_map: EntityMap, system: str, object_name: str, columns: Iterable[str]) -> Asked:
    """The question for some columns of an object."""
    spec = entity_map.systems[system].objects[object_name]
    return Asked(
        object=object_name, table=spec.table or object_name, columns=tuple(sorted(columns)), key=spec.key,
        created=spec.created, changed=spec.changed, only=spec.only,
    )  # fmt: skip


def never_written(change: Change, metadata: Mapping[str, Writable]) -> str:
    """Why a system's metadata rules a change out; nothing where it does not."""
    told = metadata.get(change.column)
    if told is None:
        return f"the system shows this login no column {change.object}.{change.column}"
    return f"{change.object}.{change.column}: {told.never}" if told.never else ""
