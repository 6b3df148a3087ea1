"""The six questions of one entity: what the map says, what the data says, and what is still to be answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from revrecon.entity_map.entities import Entity
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.parts import in_hours
from revrecon.reports.daily import person_name, system_title
from revrecon.reports.formats import count, money, plural, share
from revrecon.reports.masks import without_personal_data
from revrecon.reports.titles import amount_unit, cause_title
from revrecon.tickets.bodies.content import plain
from revrecon.tickets.model import Ticket

_MOST = 5


@dataclass(frozen=True)
class Evidence:
    """What was seen of an entity on a day. Frames as judges and canonical rooms make them."""

    canonical: pl.DataFrame
    copies: Mapping[str, int]  # records per copy
    verdicts: pl.DataFrame
    findings: pl.DataFrame
    waiting: int  # cases in the review queue
    timing: pl.DataFrame  # TRACK_SCHEMA, of its copies


@dataclass(frozen=True)
class Question:
    """One question, with an answer from each side and a line to fill in."""

    number: int
    title: str
    asked: str
    says: tuple[str, ...]
    seen: tuple[str, ...]
    open: str


@dataclass(frozen=True)
class WorstRecordLine:
    """One of the records to look at first."""

    record: str
    what: str
    expected: str
    observed: str
    amount: str
    since: str


@dataclass(frozen=True)
class WorstPage:
    """Everything that the page of one entity says."""

    map: EntityMap
    as_of: date
    entity: str
    title: str
    owner: str
    why: str
    others: tuple[tuple[str, str, str], ...]  # title, score, findings
    steps: tuple[str, ...]
    questions: tuple[Question, ...]
    records: tuple[WorstRecordLine, ...]
    tickets: tuple[Ticket, ...]


def worst_page(
    entity_map: EntityMap, as_of: date, blame: pl.DataFrame, evidence: Evidence, tickets: Sequence[Ticket]
) -> WorstPage:
    """The page of the entity that is first in `blame` (BLAME_SCHEMA); personal values are masked here."""
    first = blame.row(0, named=True)
    name, entity = first["entity"], entity_map.entities[first["entity"]]
    mine = tuple(ticket for ticket in tickets if ticket.live and ticket.entity == name)
    findings = without_personal_data(evidence.findings, entity_map)
    return WorstPage(
        map=entity_map,
        as_of=as_of,
        entity=name,
        title=entity.title,
        owner=person_name(entity_map, entity.reconciliation.owner),
        why=_why(entity_map, name, first),
        others=tuple(
            (entity_map.entities[row["entity"]].title, _scored(row["score"]), count(row["findings"]))
            for row in blame.slice(1).iter_rows(named=True)
        ),
        steps=tuple(_steps(entity_map, entity, evidence, mine)),
        questions=tuple(_questions(entity_map, name, entity, evidence)),
        records=tuple(_records(entity_map, findings)),
        tickets=mine,
    )


def _why(entity_map: EntityMap, name: str, row: dict[str, object]) -> str:
    gross = money(row["gross"], entity_map.company.currency, 0) if row["gross"] else ""  # type: ignore[arg-type]  # a Decimal
    moved = f"Its records move {gross} in departments' figures" if gross else "Its records move no figure in money"
    found = f"{plural(int(str(row['findings'])), 'finding')}, {plural(int(str(row['tickets'])), 'live ticket')}"
    return f"{moved} ({_scored(row['score'])} of the canonical ones, all bridges added up); {found}."


def _scored(score: object) -> str:
    return f"{float(str(score)):.0%}"


def _steps(entity_map: EntityMap, entity: Entity, evidence: Evidence, tickets: Sequence[Ticket]) -> Iterator[str]:
    """What to do this week, at most three things."""
    owner = person_name(entity_map, entity.reconciliation.owner)
    yield f"Sit down with {owner} for an hour and fill in what is open below."
    if tickets:
        yield f"Have {tickets[0].id} closed first: {plain(tickets[0].title)}. {plain(tickets[0].what_to_do)}"
    elif evidence.findings.height:
        yield "Look at the records below with whoever writes them: revrecon clean-up says what to change."
    if evidence.waiting:
        yield f"Decide the {plural(evidence.waiting, 'pair')} that may be one thing: revrecon review queue."
    else:
        yield "Sign the answers, and have every department that uses them sign as well."


def _questions(entity_map: EntityMap, name: str, entity: Entity, seen: Evidence) -> Iterator[Question]:
    signed = entity.definition
    yield Question(
        1, "Definition", "What is one of these, in a sentence, and who signed it?",
        (signed.text, f"Version {signed.version}, signed by {person_name(entity_map, signed.signed_off_by)} on "
         f"{signed.signed_off_on}."),
        (f"{plural(seen.canonical.height, 'real one')} behind {plural(sum(seen.copies.values()), 'record')}.",),
        "Does every department mean the same? Who has not signed?",
    )  # fmt: skip
    yield Question(
        2, "Canonical system", "Whose word counts that it exists, and for which field?",
        (f"{', '.join(_titles(entity_map, entity, entity.canonical_system))}.",),
        tuple(_winners(entity, seen)), "Is that the system in which people correct it?",
    )  # fmt: skip
    yield Question(
        3, "Replication", "Where are the copies, and how late may they be?",
        tuple(_replication(entity_map, entity)), tuple(_lags(seen)), "Which copy does nobody need?",
    )  # fmt: skip
    yield Question(
        4, "Hierarchy", "Whose tree counts?",
        (f"That of {entity.hierarchy.canonical}, with {plural(len(entity.hierarchy.corrections), 'correction')}."
         if entity.hierarchy else "It has none.",),
        tuple(_causes(seen, "hierarchy.")) or ("Nothing stands under another parent.",),
        "Who may change a parent?",
    )  # fmt: skip
    yield Question(
        5, "Quality", "What must its fields hold, and what enforces it?",
        (f"{plural(len(entity.fields), 'field')} with rules; "
         f"{plural(sum(bool(r.input_control) for r in entity.fields.values()), 'input control')} named.",),
        tuple(_fields(seen)) or ("Every rule holds.",), "Which field is not worth its trouble?",
    )  # fmt: skip
    yield Question(
        6, "Reconciliation", "How are the copies compared, when is it too much, and who is told?",
        (f"Compared: {', '.join(entity.reconciliation.compare) or 'nothing'}; owner "
         f"{person_name(entity_map, entity.reconciliation.owner)}; "
         f"{plural(len(entity.reconciliation.thresholds), 'threshold')}.",),
        tuple(_verdicts(seen)), "Which difference shall be accepted, up to how much, until when?",
    )  # fmt: skip


def _titles(entity_map: EntityMap, entity: Entity, copies: Sequence[str]) -> list[str]:
    return [system_title(entity_map, entity_map.system_of(copy, entity.replication[copy])) for copy in copies]


def _winners(entity: Entity, seen: Evidence) -> Iterator[str]:
    """Which copy's values win, over all fields."""
    sources = [f"{field}__from" for field in entity.fields if f"{field}__from" in seen.canonical.columns]
    if not sources:
        return
    won = pl.concat([seen.canonical[name].alias("copy") for name in sources]).drop_nulls().value_counts()
    total = int(won["count"].sum()) or 1
    for copy, times in won.sort("count", "copy", descending=[True, False]).iter_rows():
        yield f"{copy} gives {share(times / total)} of all values."


def _replication(entity_map: EntityMap, entity: Entity) -> Iterator[str]:
    for name, copy in entity.replication.items():
        limit = f"within {in_hours(copy.freshness)}" if copy.freshness else "no limit"
        if name in entity.canonical_system:
            limit = "canonical"
        yield f"{system_title(entity_map, entity_map.system_of(name, copy))}: {copy.kept_fresh} ({limit})."


def _lags(seen: Evidence) -> Iterator[str]:
    yield from (f"{copy}: {plural(records, 'record')}." for copy, records in seen.copies.items())
    longest = seen.timing.filter(pl.col("window") == pl.col("window").max())
    for row in longest.filter(pl.col("usual_hours").is_not_null()).iter_rows(named=True):
        limit = f", limit {row['limit_hours']:.0f} h" if row["limit_hours"] is not None else ""
        yield f"{row['copy']} follows within {row['usual_hours']:.0f} h, 19 times of 20{limit}."


def _causes(seen: Evidence, start: str) -> Iterator[str]:
    rows = seen.findings.filter(pl.col("cause").str.starts_with(start))
    counted = rows.group_by("copy", "cause").len().sort("len", "copy", "cause", descending=[True, False, False])
    for copy, cause, number in counted.head(_MOST).iter_rows():
        yield f"{copy}: {plural(number, 'record')} with {cause_title(cause).lower()}."


def _fields(seen: Evidence) -> Iterator[str]:
    """The fields that are wrong most often."""
    rows = seen.findings.filter(pl.col("field").is_not_null() & pl.col("cause").str.starts_with("quality."))
    counted = rows.group_by("field", "copy").len().sort("len", "field", "copy", descending=[True, False, False])
    for field, copy, number in counted.head(_MOST).iter_rows():
        yield f"{field} in {copy}: {plural(number, 'finding')}."


def _verdicts(seen: Evidence) -> Iterator[str]:
    for verdict in ("breach", "warn"):
        rows = seen.verdicts.filter(pl.col("verdict") == verdict)
        if rows.height:
            places = rows.select("copy", "cause").iter_rows()
            names = ", ".join(f"{copy} {cause_title(cause).lower()}" for copy, cause in places)
            yield f"{plural(rows.height, 'check')} {'in breach' if verdict == 'breach' else 'warn'}: {names}."
    passed = seen.verdicts.filter(pl.col("verdict") == "pass").height
    yield f"{plural(passed, 'check')} pass."


def _records(entity_map: EntityMap, findings: pl.DataFrame) -> Iterator[WorstRecordLine]:
    largest = pl.col("amount").abs().fill_null(0)
    for row in findings.sort(largest.neg(), "since", "signature", nulls_last=True).head(8).iter_rows(named=True):
        amount = (
            money(row["amount"], amount_unit(entity_map, row["entity"]), signed=True)
            if row["amount"] is not None
            else ""
        )
        yield WorstRecordLine(
            plain("/".join(str(row[n]) for n in ("record_system", "record_object", "record_id") if row[n])),
            f"{row['copy']}: {cause_title(row['cause']).lower()}" + (f", {row['field']}" if row["field"] else ""),
            plain(row["expected"] or ""), plain(row["observed"] or ""), amount, str(row["since"] or ""),
        )  # fmt: skip
