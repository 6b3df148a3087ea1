"""The audit in words and figures: what both reports say alike."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl
from markupsafe import Markup

from revrecon.audit.owners import OwnerRecord
from revrecon.reports.audit.sheet import AuditSheet, NumberOfQuarter, count_of, worst_things
from revrecon.reports.daily import person_name
from revrecon.reports.formats import NOTHING, compact, money, plural, share
from revrecon.reports.line import line_picture
from revrecon.reports.titles import definition_title, number_title
from revrecon.tickets.bodies.content import plain

_MOST_SENTENCES = 6


@dataclass(frozen=True)
class NumberView:
    """One number at the quarter's end: its canonical figure over the quarter, and how far departments are from it."""

    title: str
    canonical: str
    since: str
    picture: Markup
    rows: tuple["DepartmentView", ...]


@dataclass(frozen=True)
class DepartmentView:
    """One department's figure, its gap, and what the gap is made of."""

    department: str
    figure: str
    gap: str
    steps: tuple[tuple[str, str], ...]
    mostly: str


@dataclass(frozen=True)
class OwnerView:
    """One owner's record as a line."""

    name: str
    entities: str
    live: int
    gross: str
    ages: tuple[tuple[str, int], ...]
    opened: int
    resolved: int
    reopened: int
    escalated: int
    median: str
    slow: str
    claims: str


@dataclass(frozen=True)
class WorstView:
    """One of the things to look at first."""

    id: str
    title: str
    measure: str
    owner: str
    since: str
    what_to_do: str


def state_in_a_sentence(sheet: AuditSheet) -> str:
    """What a reader who has ten seconds should know."""
    breaches, warnings = count_of(sheet.findings, "breach"), count_of(sheet.findings, "warn")
    answers = (
        f"{plural(breaches, 'answer')} of the map {'does' if breaches == 1 else 'do'} not hold" if breaches else ""
    )
    told = [
        f"{plural(len(sheet.live), 'ticket')} {'is' if len(sheet.live) == 1 else 'are'} live at the end of the quarter",
        answers or "every answer of the map holds where it can be checked",
        f"{plural(warnings, 'warning')} of slow drift and open answers" if warnings else "",
    ]
    return "; ".join(part for part in told if part) + "."


def number_views(sheet: AuditSheet) -> list[NumberView]:
    """Every number, a period of one on its own."""
    groups: dict[tuple[str, str], list[NumberOfQuarter]] = {}
    for one in sheet.numbers:
        groups.setdefault((one.number, one.period), []).append(one)
    return [_number(sheet, number, period, mine) for (number, period), mine in groups.items()]


def _number(sheet: AuditSheet, number: str, period: str, mine: list[NumberOfQuarter]) -> NumberView:
    canonical = next((one for one in mine if one.canonical), None)
    title = number_title(sheet.map, number, period)
    departments = [one for one in mine if not one.canonical]
    return NumberView(
        title=title,
        canonical=money(canonical.now, canonical.unit, canonical.decimals) if canonical else NOTHING,
        since=_since(canonical),
        picture=Markup(line_picture(_floats(canonical), title)) if canonical else Markup(""),
        rows=tuple(_department(sheet, one) for one in departments),
    )


def _since(one: NumberOfQuarter | None) -> str:
    if one is None or one.then is None or not one.days:
        return ""
    return f"{money(one.now - one.then, one.unit, one.decimals, signed=True)} since {one.days[0][0]}"


def _floats(one: NumberOfQuarter) -> list[tuple[date, float]]:
    return [(day, float(value)) for day, value in one.days]


def _department(sheet: AuditSheet, one: NumberOfQuarter) -> DepartmentView:
    largest = max(one.steps, key=lambda step: abs(step[1]), default=("", Decimal(0)))
    return DepartmentView(
        department=definition_title(sheet.map, one.number, one.definition),
        figure=money(one.now, one.unit, one.decimals),
        gap=money(one.gap, one.unit, one.decimals, signed=True),
        steps=tuple((name, _told(amount, one.unit)) for name, amount in one.steps),
        mostly=largest[0] if largest[1] else "",
    )


def _told(amount: Decimal, unit: str) -> str:
    return compact(amount, unit, signed=True) if amount else NOTHING


def owner_views(sheet: AuditSheet) -> list[OwnerView]:
    """Every owner, those with most open first."""
    return [_owner(sheet, one) for one in sheet.owners]


def _owner(sheet: AuditSheet, one: OwnerRecord) -> OwnerView:
    return OwnerView(
        name=person_name(sheet.map, one.owner),
        entities=", ".join(sheet.map.entities[name].title for name in one.entities),
        live=one.live,
        gross=money(one.gross, sheet.map.company.currency, 0) if one.gross else NOTHING,
        ages=tuple(one.ages.items()),
        opened=one.opened,
        resolved=one.resolved,
        reopened=one.reopened,
        escalated=one.escalated,
        median=NOTHING if one.median_days is None else f"{one.median_days:g} days",
        slow=NOTHING if one.slow_days is None else f"{one.slow_days:.0f} days",
        claims=NOTHING if one.claims_kept is None else f"{share(one.claims_kept)} of {one.claims:,}",
    )


def worst_views(sheet: AuditSheet) -> list[WorstView]:
    """The five things with most money at stake."""
    return [
        WorstView(
            one.id, plain(one.title), plain(one.measure), one.assignee_name, str(one.first_breach),
            plain(one.what_to_do),
        )
        for one in worst_things(sheet)
    ]  # fmt: skip


def by_question(sheet: AuditSheet) -> list[tuple[str, list[dict[str, object]]]]:
    """Findings under their questions, in the order of these."""
    groups: dict[str, list[dict[str, object]]] = {}
    for row in sheet.findings.iter_rows(named=True):
        groups.setdefault(str(row["question"]), []).append(row)
    return sorted(groups.items())


def decisions_to_take(sheet: AuditSheet) -> list[str]:
    """What the leadership can decide: the findings that are worst, as sentences."""
    worst = sheet.findings.filter(pl.col("severity").is_in(["breach", "warn"])).head(_MOST_SENTENCES)
    return [
        f"{' '.join(filter(None, (row['entity'], row['place'])))}: {row['seen']}. {row['what_to_do']}"
        for row in worst.iter_rows(named=True)
    ]


def check_title(name: str) -> str:
    """`Every copy has a freshness limit` for the name of a rule."""
    return name.replace("_", " ").capitalize()
